"""A file or a folder on the local disk, read once, file after file."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from fnmatch import fnmatchcase
from functools import partial
from pathlib import Path

from bridge.domain.errors import NotImportableError
from bridge.domain.external import Kind, Leaf

_SLICE = 4 << 20
_OPEN = os.O_RDONLY
for _flag in ("O_NONBLOCK", "O_NOFOLLOW", "O_CLOEXEC", "O_BINARY"):
    _OPEN |= getattr(os, _flag, 0)
_OUT = "leave it out (imports have `exclude=`), or put the file itself in its place (`cp -rL` copies a folder so)"


class LocalTree:
    """Implements `Tree`. Files keep what is executable; a folder without files is kept as one.

    A symbolic link in a folder counts as the file that it leads to, if that lies in the folder too. Other links are
    refused: what they lead to can change or lie anywhere. So are sockets, pipes and devices, and names that not every
    system takes. Not thread-safe.

    Args:
        root: File or folder; may itself be reached by a link.
        exclude: Patterns (`*.tmp`, `.git`, `raw/*`) of what is left out: compared with the path in the folder and with
            each name in it.

    >>> import tempfile
    >>> root = Path(tempfile.mkdtemp())
    >>> _ = (root / "a.csv").write_text("1"), (root / "b.tmp").write_text("2")
    >>> tree = LocalTree(root, exclude=["*.tmp"])
    >>> [leaf.path for leaf in tree.leaves()], tree.kind
    (['a.csv'], 'folder')
    >>> [bytes(data) for data in tree.read(tree.leaves()[0])]
    [b'1']
    """

    def __init__(self, root: Path, exclude: Sequence[str] = ()) -> None:
        self.root = root
        self._status = _status(self.root, self.root.stat)
        self.location = os.path.abspath(root)  # noqa: PTH100  `Path.absolute` keeps what is `..`
        self.name = Path(os.path.realpath(root)).name or "root"
        self._exclude = tuple(exclude)
        self._leaves: list[Leaf] | None = None
        self._home = os.path.realpath(root)
        self.kind: Kind = _kind(str(root), self._status)

    def leaves(self) -> Sequence[Leaf]:
        """Files and empty folders, always in the same order; what is excluded is left out.

        Raises:
            NotImportableError: If one cannot be taken; names it.
        """
        if self._leaves is None:
            _check_name(str(self.root), self.name)
            self._leaves = [_leaf("", self._status)] if self.kind == "file" else list(self._walk())
        return self._leaves

    def read(self, leaf: Leaf) -> Iterator[memoryview]:
        """Yield the bytes of a file in slices.

        Raises:
            NotImportableError: If it cannot be read, or if it changed meanwhile; names it.
        """
        path = self.root / leaf.path if leaf.path else self.root
        try:
            with os.fdopen(self._open(leaf), "rb", buffering=0) as file:
                before = os.fstat(file.fileno())
                _kind(str(path), before)
                buffer = memoryview(bytearray(min(before.st_size + 1, _SLICE)))
                size = 0
                while size <= before.st_size and (count := file.readinto(buffer)):  # no end of one that grows
                    size += count
                    yield buffer[:count]
            after = path.stat()
        except FileNotFoundError as error:
            raise NotImportableError(str(path), "it was removed while it was being read; do it again") from error
        except OSError as error:
            raise NotImportableError(str(path), _unreadable(error)) from error
        if _moment(before) != _moment(after) or size != after.st_size:
            why = "it changed while it was being read; do it again when nothing writes to it"
            raise NotImportableError(str(path), why)

    def _open(self, leaf: Leaf) -> int:
        """Open a file that is no link any more than it was when it was found."""
        try:
            return os.open(self.root / leaf.path if leaf.path else self._home, _OPEN)
        except OSError as error:
            if error.errno != errno.ELOOP:
                raise
            path = self.root / leaf.path
            return os.open(self._inside(str(path), os.readlink(path)), _OPEN)  # noqa: PTH115  a text is wanted

    def _inside(self, path: str, to: str) -> str:
        """What a link leads to, if that is in this folder."""
        target = os.path.realpath(path)
        if os.path.commonpath([self._home, target]) != self._home:
            raise NotImportableError(path, f"it is a symbolic link that leaves the folder (to {to}); {_OUT}")
        return target

    def _walk(self) -> Iterator[Leaf]:
        stack = [""]
        while stack:
            folder = stack.pop()
            entries = self._entries(folder)
            if not entries and folder:
                yield Leaf("folder", folder)
            for entry in entries:
                path = f"{folder}/{entry.name}" if folder else entry.name
                _check_name(entry.path, entry.name)
                if entry.is_symlink():
                    yield _leaf(path, self._linked(entry))
                    continue
                status = _status(entry, partial(entry.stat, follow_symlinks=False))
                if _kind(entry.path, status) == "folder":
                    stack.append(path)
                else:
                    yield _leaf(path, status)

    def _entries(self, folder: str) -> list[os.DirEntry[str]]:
        place = self.root / folder
        try:
            with os.scandir(place) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError as error:
            raise NotImportableError(str(place), _unreadable(error)) from error
        return [entry for entry in entries if not self._is_excluded(folder, entry.name)]

    def _is_excluded(self, folder: str, name: str) -> bool:
        path = f"{folder}/{name}" if folder else name
        return any(fnmatchcase(name, pattern) or fnmatchcase(path, pattern) for pattern in self._exclude)

    def _linked(self, entry: os.DirEntry[str]) -> os.stat_result:
        """The file in this folder that a link leads to."""
        to = os.readlink(entry.path)  # noqa: PTH115  the entry has a path and is none
        self._inside(entry.path, to)
        status = _status(entry, entry.stat, f", as the symbolic link to {to} leads to nothing")
        if not stat.S_ISREG(status.st_mode):
            raise NotImportableError(entry.path, f"it is a symbolic link to {to}, which is not a file; {_OUT}")
        return status


def _leaf(path: str, status: os.stat_result) -> Leaf:
    return Leaf("file", path, status.st_size, status.st_mtime_ns, executable=bool(status.st_mode & 0o111))


def _status(path: Path | os.DirEntry[str], ask: Callable[[], os.stat_result], more: str = "") -> os.stat_result:
    try:
        return ask()
    except OSError as error:
        raise NotImportableError(os.fspath(path), _unreadable(error) + more) from error
    except ValueError as error:  # a NUL in it
        raise NotImportableError(os.fspath(path), f"it is no path ({error})") from error


def _kind(path: str, status: os.stat_result) -> Kind:
    if stat.S_ISREG(status.st_mode):
        return "file"
    if stat.S_ISDIR(status.st_mode):
        return "folder"
    raise NotImportableError(path, "it is neither a file nor a folder (a pipe, a socket or a device); leave it out")


def _moment(status: os.stat_result) -> tuple[int, ...]:
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def _unreadable(error: OSError) -> str:
    return f"it cannot be read ({error.strerror or error})"


def _check_name(path: str, name: str) -> None:
    if not name.isprintable() or "\\" in name:  # halves of characters, which are no UTF-8, are not printable
        shown = path.encode("utf-8", "backslashreplace").decode()
        why = f"the file name {name!r} has characters that not every system takes; rename it"
        raise NotImportableError(shown, why)
