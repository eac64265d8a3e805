"""What a store must do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from bridge.domain.keeping import StoredObject
from bridge.domain.manifest import Manifest
from bridge.domain.ports.materializers import Sink, Source


class SweptStore(Protocol):
    """Objects that no version needs any more.

    Promises: what was written, or reused by a writer, within the grace stays, whoever sweeps meanwhile. Times are the
    store's own, so that clocks which differ do no harm.
    """

    def objects(self) -> Iterable[StoredObject]:
        """Every object that is there."""

    def reuse(self, manifest: Manifest) -> bool:
        """Whether all objects of a value are there; they are new to a sweep then, as if they were written now."""

    def copy_ranges(self, key: str, ranges: Sequence[tuple[int, int]]) -> str:
        """Write ranges of an object (offset, length), one after the other, as a new object; return its key."""

    def sweep(self, live: Iterable[str], *, older_than: float, on_removed: Callable[[StoredObject], None] = ...) -> int:
        """Remove objects and abandoned staging that are not in `live` and older than so many seconds; count them.

        `live` is read when the time before which things are old is settled; `on_removed` is told of each object.
        """


class Store(SweptStore, Protocol):
    """Bytes by digest.

    Promises: an object is visible whole or not at all; writing what is there writes nothing; bytes are checked on
    reading; safe for many threads and processes at once. Errors are `StoreError`, `DigestMismatchError` and
    `BytesMissingError`.
    """

    url: str

    def write(
        self,
        format: str,
        save: Callable[[Sink], Mapping[str, Any]],
        *,
        bases: Callable[[], Sequence[Manifest]] = tuple,
        is_asked_again: bool = False,
    ) -> tuple[Manifest, Mapping[str, Any]]:
        """Call `save` with a sink and commit what it wrote; return the manifest and what `save` returned.

        What the value may have come from, `bases`, the likeliest first, is asked for only if that can spare bytes.
        What is asked for again may be kept here in another form as well, that is read faster.
        """

    def read(self, manifest: Manifest, *, is_asked_again: bool = False) -> AbstractContextManager[Source]:
        """Open a stored value."""

    def verify(self, manifest: Manifest) -> Sequence[str]:
        """Read and hash everything; return one sentence for each thing that is missing or differs."""

    def check(self) -> None:
        """Write, read and remove a probe; raise `StoreError` if that does not work."""
