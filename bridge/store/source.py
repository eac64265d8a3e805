"""Where a materializer reads the files of one value, checked before they are handed over."""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, BinaryIO, TypeVar, cast

from bridge.domain.errors import BytesMissingError, DigestMismatchError
from bridge.domain.manifest import FileEntry, Manifest
from bridge.domain.progress import current_meter
from bridge.store.digest import SLICE, digest_of_file
from bridge.store.failures import store_errors
from bridge.store.layouts import Layouts
from bridge.store.mapped import LEAST, mapped
from bridge.store.objects import Objects
from bridge.store.paths import blob_key
from bridge.store.ranges import RangesFile
from bridge.store.scratch import new_scratch
from bridge.store.smalls import SMALL
from bridge.store.stored import check_digest, check_manifest, missing, slices
from bridge.store.verified import Verified

_Read = TypeVar("_Read")


class VerifiedSource:
    """The store's `Source`. Each file is hashed once, when it is first asked for, if it was not before (`verified`).

    Use it in one thread.

    A file that is one whole object of a local store is handed over where it lies: `open` opens the object,
    `local` gives a symbolic link to it under the file's own name, and the object's mode is read-only. One
    that lies in several is read where they lie; a local path to it, and anything that is not local, is put
    together in a temporary folder, which `close` removes.

    Args:
        manifest: What to read; it is checked first.
        objects: Where its parts lie.
        scratch: Folder for the temporary folder; the system's if None.
        verified: Notes of the objects that need not be hashed; None hashes them all.
        layouts: Files that are here decoded; None for none.
        is_asked_again: Whether layouts are to be made of what has none.

    >>> from bridge.store.digest import content_digest, digest_of
    >>> from bridge.store.folder import FolderObjects
    >>> entry = FileEntry("value.json", 2, digest_of(b"42"), inline=b"42")
    >>> manifest = Manifest(content_digest("json", [("value.json", 2, entry.digest)]), "json", (entry,))
    >>> source = VerifiedSource(manifest, FolderObjects(Path("/data")))
    >>> source.paths, source.open("value.json").read()
    (['value.json'], b'42')
    """

    def __init__(
        self,
        manifest: Manifest,
        objects: Objects,
        scratch: Path | None = None,
        verified: Verified | None = None,
        *,
        layouts: Layouts | None = None,
        is_asked_again: bool = False,
    ) -> None:
        check_manifest(manifest, objects.url)
        self._verified = verified if verified is not None and verified.is_trusted(Path(objects.url)) else None
        self._of, self._objects, self._scratch = manifest.digest, objects, scratch
        self._layouts, self._is_asked_again = layouts, is_asked_again
        self._entries = {entry.path: entry for entry in manifest.files}
        self._folder: Path | None = None
        self._placed: set[str] = set()
        self._checked: set[str] = set()

    @property
    def paths(self) -> Sequence[str]:
        """Paths of the files, ordered."""
        return sorted(self._entries)

    def open(self, path: str) -> BinaryIO:
        """Open a file for reading; seekable; its bytes have been checked."""
        entry = self._entry(path)
        with store_errors(self._objects.url):
            return self._brought([entry], lambda: self._open(entry))

    def map(self, path: str) -> Any:
        """Give a file as writable memory that is read when it is touched; None where that is not to be had."""
        entry = self._entry(path)
        if self._verified is None or entry.size < LEAST:
            return None
        with store_errors(self._objects.url):
            file = self._brought([entry], lambda: self._open_checked(entry) if self._blob(entry) is not None else None)
        if file is None:
            return None
        with file:
            try:
                return mapped(file.fileno(), entry.size)
            except OSError:
                return None

    def layout(self, path: str) -> Any:
        """Give a file decoded, as memory as `map` does; None if there is no layout of it, or the file is not there."""
        entry = self._entry(path)
        if self._layouts is None or entry.inline is not None:
            return None
        memory = self._layouts.memory(entry.digest)
        if memory is None:
            return None
        with store_errors(self._objects.url):
            return memory if self._is_there(entry) else None

    def _is_there(self, entry: FileEntry) -> bool:
        """Whether a local store still has a file, as far as that costs nothing; a place far away is not asked.

        Raises:
            DigestMismatchError: If its object has changed.
        """
        if not self._objects.is_lasting:
            return True
        if self._blob(entry) is None:
            paths = [self._objects.path(part.key) for part in entry.parts]
            return all(path is not None and path.exists() for path in paths)
        file = self._open_checked(entry)
        if file is not None:
            file.close()
        return file is not None

    def beside(self, path: str, size: int) -> AbstractContextManager[BinaryIO | None]:
        """Give a file for the layout, of about so many bytes, of a file; None where it is not to be made."""
        entry = self._entry(path)
        if self._layouts is None or not self._is_asked_again or entry.inline is not None:
            return nullcontext()
        return self._layouts.writing(entry.digest, size)

    def local(self, path: str = "") -> Path:
        """Give a local path of a file, of a folder of files, or of the whole value (`""`); read-only."""
        wanted = [e for name, e in self._entries.items() if not path or name == path or name.startswith(f"{path}/")]
        if path and not wanted:
            self._entry(path)
        with store_errors(self._objects.url):
            self._brought(wanted, lambda: [self._place(entry) for entry in wanted])
            return self._temporary() / path

    def close(self) -> None:
        """Remove the temporary folder: local paths end here."""
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None
            self._placed.clear()

    def _brought(self, entries: Sequence[FileEntry], read: Callable[[], _Read]) -> _Read:
        """Read files after their objects were brought here; once more without the copies, if these are wrong."""
        keys = [part.key for entry in entries for part in entry.parts]
        self._objects.fetch(keys)
        current_meter().begin("reading", sum(entry.size for entry in entries))
        try:
            return read()
        except DigestMismatchError:
            if not self._objects.drop(keys):
                raise
            return read()

    def _open(self, entry: FileEntry) -> BinaryIO:
        if entry.inline is not None or entry.size <= SMALL:
            return io.BytesIO(b"".join(slices(self._objects, entry, of=self._of)))
        return self._open_checked(entry) or self._place(entry).open("rb")

    def _entry(self, path: str) -> FileEntry:
        if path not in self._entries:
            there = ", ".join(self.paths) or "none"
            raise BytesMissingError(f"{path!r} of {self._of}", f"its files are: {there}")
        return self._entries[path]

    def _temporary(self) -> Path:
        if self._folder is None:
            self._folder = new_scratch(self._scratch)
        return self._folder

    def _blob(self, entry: FileEntry) -> Path | None:
        """The local object that is this whole file, if there is one."""
        if len(entry.parts) != 1 or entry.parts[0].offset != 0:
            return None
        blob = self._objects.path(entry.parts[0].key)
        try:
            return blob if blob is not None and blob.stat().st_size == entry.size else None
        except FileNotFoundError as error:
            if not self._objects.is_lasting:
                return None
            raise missing(self._objects, entry, key=entry.parts[0].key, of=self._of) from error

    def _open_checked(self, entry: FileEntry) -> BinaryIO | None:
        """Open a local file and hash it through that descriptor, so that what was hashed is what is read."""
        file = self._open_here(entry)
        if file is None:
            return None
        try:
            if entry.path not in self._checked:
                self._check(entry, file)
                self._checked.add(entry.path)
        except BaseException:
            file.close()
            raise
        return cast(BinaryIO, file)

    def _check(self, entry: FileEntry, file: io.BufferedReader) -> None:
        key = entry.parts[0].key
        notes = self._verified if isinstance(file.raw, io.FileIO) and key == blob_key(entry.digest) else None
        there = os.fstat(file.fileno()) if notes is not None else None
        if notes is not None and there is not None and notes.holds(key, there):
            current_meter().advance(entry.size)
            return
        digest, size = digest_of_file(cast(io.RawIOBase, file.raw), current_meter())
        check_digest(entry, found=digest, size=size, of=self._of)
        if notes is not None and there is not None:
            notes.note(key, there)  # as it was before: of what was changed meanwhile it does not hold
        file.seek(0)

    def _open_here(self, entry: FileEntry) -> io.BufferedReader | None:
        blob = self._blob(entry)
        ranges = [(path, part) for part in entry.parts if (path := self._objects.path(part.key)) is not None]
        if len(ranges) < len(entry.parts):
            return None
        try:
            return io.BufferedReader(RangesFile(ranges), SLICE) if blob is None else blob.open("rb")
        except FileNotFoundError as error:
            if not self._objects.is_lasting:
                return None
            key = next(part.key for path, part in ranges if str(path) == error.filename)
            raise missing(self._objects, entry, key=key, of=self._of) from error

    def _place(self, entry: FileEntry) -> Path:
        """Bring a file into the temporary folder."""
        place = self._temporary() / entry.path
        if entry.path in self._placed:
            return place
        place.parent.mkdir(parents=True, exist_ok=True)
        blob = self._blob(entry)
        if blob is None or not self._put(entry, blob, place):
            self._put_together(entry, place)
        self._placed.add(entry.path)
        return place

    def _put_together(self, entry: FileEntry, place: Path) -> None:
        try:
            with place.open("xb", buffering=0) as file:
                for data in slices(self._objects, entry, of=self._of):
                    file.write(data)
            place.chmod(0o400)
        except BaseException:
            place.unlink(missing_ok=True)  # nobody may take it for the file
            raise

    def _put(self, entry: FileEntry, blob: Path, place: Path) -> bool:
        """Put a file into the temporary folder without copying it, if that is possible; False if it just went."""
        opened = self._open_checked(entry)
        if opened is None:
            return False
        with opened:
            if self._objects.is_lasting:
                place.symlink_to(blob)
                return True
            try:
                os.link(blob, place)
            except OSError:  # another file system, or one without links; or the copy went
                with place.open("xb") as file:
                    shutil.copyfileobj(opened, file, SLICE)
                place.chmod(0o400)
        return True
