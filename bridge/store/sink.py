"""Where a materializer writes the files of one value, before the store has them."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import BinaryIO, cast

from bridge.domain.errors import FilePathError, StoreError
from bridge.domain.manifest import FileEntry, Manifest
from bridge.store.chunks import SMALLEST
from bridge.store.digest import content_digest, digest_of, digest_of_file
from bridge.store.failures import DISK_ERRORS, store_errors
from bridge.store.layouts import Layouts
from bridge.store.parting import publish
from bridge.store.paths import PathSet
from bridge.store.sending import for_each
from bridge.store.smalls import SMALL, SmallFiles
from bridge.store.staging import Pending, Staging
from bridge.store.stored import is_sound
from bridge.store.writer import HashingWriter

FILES_AT_ONCE = 4
"""Files of one value that are cut and sent together to a store far away; each may send several segments at once."""


class StagingSink:
    """The store's `Sink`: small files stay in memory, the smallest in the manifest; others are staged.

    In the manifest are the files of at most `INLINE_LIMIT` bytes, if together they are no more: the same ones
    whatever the order of writing. Folders are kept only as parts of paths: an empty folder is not stored. Symbolic
    links are refused, not followed, because what they point at can change or lie anywhere; so are devices and pipes.

    Args:
        staging: Where files are written.
        bases: Gives what this value may have come from; asked only if it has a file that is worth cutting, or many.
        layouts: Where files are kept decoded; None for a value that will hardly be asked for again.

    >>> import tempfile
    >>> from bridge.store.folder import FolderObjects
    >>> sink = StagingSink(Staging(FolderObjects(Path(tempfile.mkdtemp()))))
    >>> with sink.open("value.json") as file:
    ...     _ = file.write(b"42")
    >>> sink.commit("json").files[0].inline
    b'42'
    """

    def __init__(
        self,
        staging: Staging,
        bases: Callable[[], Sequence[Manifest]] = tuple,
        layouts: Layouts | None = None,
    ) -> None:
        self._staging, self._bases, self._layouts = staging, bases, layouts
        self._paths = PathSet()
        self._smalls = SmallFiles(staging, self._known)
        self._files: dict[str, Pending] = {}
        self._writers: dict[str, HashingWriter] = {}
        self._sound: list[Manifest] | None = None

    def open(self, path: str) -> BinaryIO:
        """Open a file of the value for writing; `with` closes it, or throws it away after an exception."""
        self._paths.add(path)
        writer = HashingWriter(self._staging, partial(self._written, path))
        self._writers[path] = writer
        return cast(BinaryIO, writer)

    def beside(self, path: str, size: int) -> AbstractContextManager[BinaryIO | None]:
        """Give a file for the layout, of about so many bytes, of a file that is written; None if none is wanted."""
        pending = self._files.get(path)
        if self._layouts is None or pending is None:
            return nullcontext()
        return self._layouts.writing(pending.digest, size)

    def _written(self, path: str, pending: Pending | None) -> None:
        self._writers.pop(path, None)
        if pending is None:
            self._paths.remove(path)
        else:
            self._keep(path, pending)

    def _keep(self, path: str, pending: Pending) -> None:
        if pending.staged is not None:
            self._files[path] = pending
            return
        try:
            self._smalls.keep(path, pending)
        except OSError as error:
            raise self._staging.failed(error) from error

    def _known(self) -> Sequence[Manifest]:
        if self._sound is None:
            self._sound = [base for base in self._bases() if is_sound(base)]
        return self._sound

    @contextmanager
    def local(self, path: str) -> Iterator[Path]:
        """Give a path in staging, of the same name, where a library writes a file or a folder itself."""
        self._paths.add(path)
        try:
            folder = self._staging.new_path()
            folder.mkdir()
            written = folder / path.rpartition("/")[2]
            yield written
        except OSError as error:
            self._paths.remove(path)
            if isinstance(error, StoreError) or error.errno in DISK_ERRORS:
                raise self._staging.failed(error) from error
            raise
        except BaseException:
            self._paths.remove(path)
            raise
        try:
            self._take(path, written)
        except OSError as error:
            raise self._staging.failed(error) from error

    def _take(self, path: str, written: Path) -> None:
        """Take over what the library wrote."""
        self._paths.remove(path)
        if not os.path.lexists(written):
            there = ", ".join(sorted(name.name for name in written.parent.iterdir())) or "nothing"
            raise FilePathError(path, f"nothing was written there; beside it there is: {there}")
        for relative, file in _walk(path, written):
            self._paths.add(relative)
            self._keep(relative, self._pending(file))

    def _pending(self, file: Path) -> Pending:
        there = file.lstat()
        if there.st_size <= SMALL:
            data = file.read_bytes()
            return Pending(len(data), digest_of(data), data=data)
        if there.st_nlink > 1:  # also known by another name, under which it could be changed later
            file = Path(shutil.copyfile(file, self._staging.new_path()))
        self._staging.meter.begin("hashing", there.st_size)
        with file.open("rb", buffering=0) as opened:
            digest, size = digest_of_file(opened, self._staging.meter)
        return Pending(size, digest, staged=file)

    def commit(self, format: str) -> Manifest:
        """Publish the files and return their manifest.

        Raises:
            FilePathError: If a file is still open.
            StoreError: If a file could not be written; nothing that a reader could take for the value is
                there then.
        """
        if self._staging.failure is not None:
            raise self._staging.failure
        for path in self._writers:
            raise FilePathError(path, "it was opened and not closed")
        with store_errors(self._staging.objects.url):
            entries = [*self._smalls.entries(), *self._large_entries()]
        entries.sort(key=lambda entry: entry.path)
        digest = content_digest(format, [(entry.path, entry.size, entry.digest) for entry in entries])
        return Manifest(digest=digest, format=format, files=tuple(entries))

    def _large_entries(self) -> list[FileEntry]:
        files = sorted(self._files.items())
        if self._staging.objects.path("") is not None:
            return [self._entry(file) for file in files]
        self._staging.meter.begin("sending", sum(pending.size for _, pending in files))
        if any(pending.size >= SMALLEST for _, pending in files):
            self._known()  # asked for once, in this thread
        return for_each(self._entry, files, at_once=FILES_AT_ONCE)

    def _entry(self, file: tuple[str, Pending]) -> FileEntry:
        path, pending = file
        known = self._known() if pending.size >= SMALLEST else ()
        same = [entry for base in known for entry in base.files if entry.path == path and entry.parts]
        return publish(self._staging, path, pending, same)

    def discard(self) -> None:
        """Throw away what is open or was not published."""
        for writer in list(self._writers.values()):
            writer.abort()
        self._smalls.close()
        self._staging.discard()


def _walk(path: str, written: Path) -> Iterator[tuple[str, Path]]:
    """A file, or the files of a folder, with their paths in the value, in order."""
    mode = written.lstat().st_mode
    if stat.S_ISREG(mode):
        yield path, written
    elif stat.S_ISDIR(mode):
        for child in sorted(written.iterdir()):
            yield from _walk(f"{path}/{child.name}", child)
    elif stat.S_ISLNK(mode):
        raise FilePathError(path, f"it is a symbolic link (to {written.readlink()}); store the file itself")
    else:
        raise FilePathError(path, "it is neither a file nor a folder")
