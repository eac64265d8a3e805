"""What a materializer must do, and what it writes to and reads from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, BinaryIO, Protocol, runtime_checkable

from bridge.domain.content_difference import Content


class Sink(Protocol):
    """Where a materializer writes the files of one value.

    Promises: bytes are hashed while they are written; paths are relative with `/`, checked, each written once; nothing
    is visible to readers before the whole value is committed. Not thread-safe.

    It may have a `beside(path, size)` as well: a context with a file for the *layout* of a file that is written, which
    is the same decoded, of about so many bytes, to be mapped instead of read; with None where none is wanted.
    """

    def open(self, path: str) -> AbstractContextManager[BinaryIO]:
        """Open a file of the value for writing (sequential; not seekable)."""

    def local(self, path: str) -> AbstractContextManager[Path]:
        """Give a path on the local disk, for libraries that insist on writing a file (or a folder) themselves."""


class Source(Protocol):
    """Where a materializer reads the files of one value.

    Promises: bytes are checked against their digests before a caller sees a value made of them; a path that is not in
    the manifest raises `BytesMissingError`. Local files are read-only and live as long as the source is open.

    It may have a `map(path)` as well: the file's checked bytes as memory that may be written to, is nobody else's,
    outlives the source, and is read when it is touched; None where that is not to be had. And a `layout(path)`, which
    gives the layout of a file so, and a `beside(path, size)` as a sink has.
    """

    @property
    def paths(self) -> Sequence[str]:
        """Paths of the files, ordered."""

    def open(self, path: str) -> AbstractContextManager[BinaryIO]:
        """Open a file for reading; seekable."""

    def local(self, path: str = "") -> Path:
        """Give a local path of one file, or of the whole value as a folder (`""`)."""


@runtime_checkable
class Materializer(Protocol):
    """Turns values of some type into files and back.

    Promises: `load(save(value))` equals `value`; `format` never changes its meaning (a new layout is a new format);
    the same value gives the same bytes, unless the class says otherwise; `handles` is cheap (no pass over the data)
    and imports nothing. No state; thread-safe.

    It may have a `preview(value) -> Preview | None` as well, which looks at a bounded part of the value and changes
    nothing; whatever it raises is left at that.
    """

    format: str

    def handles(self, value: object) -> bool:
        """Whether this materializer stores such a value without loss."""

    def save(self, value: Any, sink: Sink) -> Mapping[str, Any]:
        """Write the value's files; return JSON-able facts that cost nothing (shape, columns, …)."""

    def load(self, source: Source) -> Any:
        """Read the value back."""


@runtime_checkable
class Comparer(Protocol):
    """What a materializer is as well if it knows better than bridge how two of its values differ.

    Promises: `diff` changes neither value; an error in it is a note in the difference, and values are then compared in
    the general way.
    """

    def diff(self, old: Any, new: Any) -> str | Mapping[str, Any] | Content | None:
        """Say what two values differ in: in words, as JSON-able facts, or as one of the differences of the domain.

        None for values that are to be compared in the general way.
        """
