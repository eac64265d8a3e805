"""The store: values as files, files as objects by digest."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from bridge.domain.errors import BridgeError, BytesMissingError, DigestMismatchError, SettingsError, StoreError
from bridge.domain.keeping import StoredObject
from bridge.domain.manifest import Manifest
from bridge.domain.ports import Sink, Source
from bridge.domain.secret_urls import redacted
from bridge.store.copies import Copies
from bridge.store.copying import copy_ranges
from bridge.store.failures import store_errors
from bridge.store.folder import FolderObjects
from bridge.store.layouts import Layouts
from bridge.store.objects import AT_ONCE, Objects
from bridge.store.scratch import discard_scratch
from bridge.store.sink import StagingSink
from bridge.store.source import VerifiedSource
from bridge.store.staging import Staging
from bridge.store.stored import check_manifest, slices
from bridge.store.verified import Verified

_LOCAL = re.compile(r"(?:file|local)://")
_MISPLACED = re.compile(r"(?:s3a?|gs|gcs)://[^/@]*:[^/]*@", re.IGNORECASE)
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]+(?:::|://)")


class BlobStore:
    """The `Store` of this room, one for every place. Picklable; safe for threads, processes and forks.

    Args:
        objects: The place.
        scratch: Local folder for downloads; the system's temporary folder if None.
        verified: Notes of the objects of a local store that need not be hashed; None hashes at every load.
        layouts: Where files are kept decoded; None keeps none.

    >>> import tempfile
    >>> store = BlobStore(FolderObjects(Path(tempfile.mkdtemp())))
    >>> def save(sink):
    ...     with sink.open("hello.txt") as file:
    ...         _ = file.write(b"hello")
    ...     return {"words": 1}
    >>> manifest, facts = store.write("text", save)
    >>> with store.read(manifest) as source:
    ...     source.open("hello.txt").read(), facts
    (b'hello', {'words': 1})
    """

    def __init__(
        self,
        objects: Objects,
        scratch: Path | None = None,
        verified: Verified | None = None,
        layouts: Layouts | None = None,
    ) -> None:
        self.url = objects.url
        self._objects, self._scratch, self._verified, self._layouts = objects, scratch, verified, layouts

    def write(
        self,
        format: str,
        save: Callable[[Sink], Mapping[str, Any]],
        *,
        bases: Callable[[], Sequence[Manifest]] = tuple,
        is_asked_again: bool = False,
    ) -> tuple[Manifest, Mapping[str, Any]]:
        """Call `save` with a sink and commit what it wrote; return the manifest and what `save` returned.

        Large files are stored as what differs from the files of the same paths in `bases`, which is asked only then.
        Of what will be asked for again layouts are kept, where the materializer makes some.

        What `save` raises comes out unchanged, unless it is the consequence of bytes that could not be
        written.
        """
        staging = Staging(self._objects)
        sink = StagingSink(staging, bases, self._layouts if is_asked_again else None)
        try:
            facts = save(sink)
            return sink.commit(format), facts
        except BridgeError:
            raise
        except Exception as error:
            if staging.failure is not None:
                raise staging.failure from error
            raise
        finally:
            sink.discard()

    @contextmanager
    def read(self, manifest: Manifest, *, is_asked_again: bool = False) -> Iterator[Source]:
        """Open a stored value; of what will be asked for again layouts are kept, where the materializer makes some."""
        source = VerifiedSource(
            manifest,
            self._objects,
            self._scratch,
            self._verified,
            layouts=self._layouts,
            is_asked_again=is_asked_again,
        )
        try:
            yield source
        finally:
            source.close()

    def verify(self, manifest: Manifest) -> Sequence[str]:
        """Read and hash everything; return one sentence for each thing that is missing or differs.

        Of a store far away the store itself is read, though there be copies here: they say nothing about it.

        Raises:
            StoreError: If the store cannot be reached, so that nothing can be said.
        """
        try:
            check_manifest(manifest, self.url)
        except (StoreError, ValueError) as error:  # of the manifest: nothing was read yet
            return [str(error)]
        wrong, objects = [], self._objects.itself()
        for entry in manifest.files:
            try:
                with store_errors(self.url):
                    for _ in slices(objects, entry, of=manifest.digest):
                        pass
            except (BytesMissingError, DigestMismatchError) as error:
                wrong.append(str(error))
        return wrong

    def objects(self) -> Iterator[StoredObject]:
        """Every object that is there.

        Raises:
            StoreError: If the store cannot be read.
        """
        with store_errors(self.url):
            yield from self._objects.blobs()

    def reuse(self, manifest: Manifest) -> bool:
        """Whether all objects of a value are there; they are new to a sweep then, as if they were written now."""
        listed = [entry.chunks for entry in manifest.files if entry.chunks is not None]
        with store_errors(self.url):
            return self._objects.reuse([*(part for entry in manifest.files for part in entry.parts), *listed])

    def copy_ranges(self, key: str, ranges: Sequence[tuple[int, int]]) -> str:
        """Write ranges of an object (offset, length), one after the other, as a new object; return its key.

        Raises:
            StoreError: If the object is not there, or too short.
        """
        with store_errors(self.url):
            return copy_ranges(self._objects, key, ranges)

    def sweep(
        self,
        live: Iterable[str],
        *,
        older_than: float,
        on_removed: Callable[[StoredObject], None] = lambda removed: None,
    ) -> int:
        """Remove blobs not in `live`, and abandoned staging, older than so many seconds; count them.

        Safe while others write if `older_than` is longer than the longest save: what was published, reused or
        staged since then stays, whether or not `live` has it yet. It is read after the time is taken, so that it may
        take long. Nothing but blobs, staging and marks is ever touched.
        """
        if isinstance(live, (str, bytes)) or not older_than >= 0:
            raise SettingsError("sweep", (live, older_than), "it takes the live keys and seconds, not less than 0")
        with store_errors(self.url):
            now = self._objects.now()
        local, before, keep = time.time() - older_than, now - older_than, frozenset(live)
        with store_errors(self.url):
            there = {one.key: one for one in self._objects.blobs()}
            dead = [one for one in there.values() if one.key not in keep and _is_old(one, before)]
            removed = 0
            for one in self._discarded(dead, before):
                removed += 1
                on_removed(one)
            if self._layouts is not None:
                self._layouts.discard_coming(before=local)
                if removed:  # which they are of is not known here, and of what is forgotten nothing stays
                    self._layouts.clear()
            removed += self._objects.discard_staging(before=before, blobs=there)
            return removed + discard_scratch(self._scratch, before=local)

    def _discarded(self, dead: Sequence[StoredObject], before: float) -> Iterator[StoredObject]:
        """Discard objects, several at once where each costs requests; give those that went."""
        keys = [one.key for one in dead]
        discard = partial(self._objects.discard, before=before)
        with ThreadPoolExecutor(1 if self._objects.path("") is not None else AT_ONCE) as pool:
            for one, gone in zip(dead, pool.map(discard, keys), strict=True):
                if gone:
                    yield one

    def check(self) -> None:
        """Write, read and remove a probe.

        Raises:
            StoreError: If that does not work; says why and what to do.
        """
        with store_errors(self.url):
            self._objects.probe()


def _is_old(one: StoredObject, before: float) -> bool:
    return one.touched is not None and one.touched <= before


def open_store(
    url: str,
    *,
    staging: Path | None = None,
    options: Mapping[str, Any] | None = None,
    cache: Path | None = None,
    cache_limit: int = 0,
    verified: Path | None = None,
) -> BlobStore:
    """Open a store; nothing is read, made or loaded before it is first used.

    Args:
        url: Any fsspec URL, or a path on the local disk.
        staging: Local folder for uploads and downloads; the system's temporary folder if None. A local store
            stages writes in itself, so that committing is a rename.
        options: For the URL's fsspec driver (`key`, `secret`, `endpoint_url` …); a local store has no use for them.
        cache: Local folder for copies of objects that are far away, and for layouts; none if None.
        cache_limit: Bytes of all copies together.
        verified: Local file for notes of the files that were hashed, or written as layouts; None keeps none.

    Raises:
        SettingsError: If the URL is empty, or has a password where its driver takes none.

    >>> open_store("/data/store").url, open_store("s3://bucket/store").url
    ('/data/store', 's3://bucket/store')
    """
    if not url.strip() or "\0" in url:
        raise SettingsError("BRIDGE_STORE", url, "it is neither a URL nor a path")
    if _MISPLACED.match(url):  # the driver would take it for the bucket's name, and say it in every error
        why = "this kind of store takes no password in its URL; put it into store_options or the environment"
        raise SettingsError("BRIDGE_STORE", redacted(url), why)
    notes = None if verified is None else Verified(verified)
    layouts = Layouts(Copies(cache, cache_limit), notes) if cache is not None and cache_limit and notes else None
    if not _LOCAL.match(url) and _URL.match(url):
        from bridge.store.remote import RemoteObjects  # the door to fsspec, not needed for local folders

        objects = RemoteObjects(url, staging, options)
        if cache is None or not cache_limit:
            return BlobStore(objects, staging)
        from bridge.store.cached import CachedObjects

        return BlobStore(CachedObjects(objects, cache, cache_limit), staging, layouts=layouts)
    folder = FolderObjects(Path(_LOCAL.sub("", url, count=1)).expanduser().absolute(), notes)
    return BlobStore(folder, staging, notes, layouts)
