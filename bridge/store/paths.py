"""Which paths may be files of a value, which keys may be objects of a store."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bridge.domain.errors import FilePathError
from bridge.domain.manifest import Part

_PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.\-]{0,199}")
_DRIVE = re.compile(r"[A-Za-z]:")
_HEX = re.compile(r"[0-9a-f]{64}")
_BLOB = re.compile(r"blobs/[0-9a-f]{2}/[0-9a-f]{62}")


def blob_key(digest: str) -> str:
    """Key of the object that holds a whole file.

    >>> blob_key("ab" * 32)[:14]
    'blobs/ab/ababa'
    """
    return f"blobs/{digest[:2]}/{digest[2:]}"


def is_blob_key(key: str) -> bool:
    """Whether a key is one that `blob_key` gives: nothing else is ever swept.

    >>> is_blob_key(blob_key("ab" * 32)), is_blob_key("blobs/README")
    (True, False)
    """
    return _BLOB.fullmatch(key) is not None


def is_digest(text: str) -> bool:
    """Whether a text is a BLAKE3 digest in hex.

    >>> is_digest("ab" * 32), is_digest("../../etc/passwd")
    (True, False)
    """
    return _HEX.fullmatch(text) is not None


def check_path(path: str) -> str:
    """Return the path if it is relative, normal and portable.

    Raises:
        FilePathError: If it is empty, absolute, leaves the value's folder, or cannot be a file's name
            everywhere.

    >>> check_path("weights/layer-1.npy")
    'weights/layer-1.npy'
    >>> check_path("..")
    Traceback (most recent call last):
    bridge.domain.errors.FilePathError: '..' cannot be a file of a stored value: '..' is not a name in it.
    """
    if _PLAIN.fullmatch(path):
        return path
    if not path:
        raise FilePathError(path, "it is empty")
    if path.startswith("/") or _DRIVE.match(path):
        raise FilePathError(path, "it is absolute; paths are relative to the value's folder")
    if "\\" in path or "\0" in path:
        raise FilePathError(path, "it holds a backslash or a NUL; folders are separated by /")
    for name in path.split("/"):
        _check_name(path, name)
    return path


def _check_name(path: str, name: str) -> None:
    if name in ("", ".", ".."):
        raise FilePathError(path, f"{name!r} is not a name in it")
    try:
        length = len(name.encode())
    except UnicodeEncodeError as error:
        raise FilePathError(path, "its name is not Unicode text") from error
    if length > 255:
        raise FilePathError(path, f"a name in it has {length} bytes, at most 255 are possible")


def folders_of(path: str) -> list[str]:
    """The folders that a path lies in, the outermost first.

    >>> folders_of("a/b/c.npy")
    ['a', 'a/b']
    """
    if "/" not in path:
        return []
    names = path.split("/")[:-1]
    return ["/".join(names[: depth + 1]) for depth in range(len(names))]


class PathSet:
    """Paths that can lie in one folder together: each once, none a folder of another.

    >>> paths = PathSet(["a"])
    >>> paths.add("a")
    Traceback (most recent call last):
    bridge.domain.errors.FilePathError: 'a' cannot be a file of a stored value: it was written already.
    """

    def __init__(self, paths: Iterable[str] = ()) -> None:
        self._files: set[str] = set()
        self._folders: set[str] = set()
        for path in paths:
            self.add(path)

    def add(self, path: str) -> None:
        """Take a path; raise `FilePathError` if it cannot be beside those taken."""
        check_path(path)
        folders = folders_of(path)
        if path in self._files:
            raise FilePathError(path, "it was written already")
        if path in self._folders:
            raise FilePathError(path, "it is a folder of the same value")
        for folder in folders:
            if folder in self._files:
                raise FilePathError(path, f"{folder!r} is a file of the same value")
        self._files.add(path)
        self._folders.update(folders)

    def remove(self, path: str) -> None:
        """Give a path back."""
        self._files.discard(path)


def check_paths(paths: Iterable[str]) -> None:
    """Refuse paths that cannot be the files of one value.

    Raises:
        FilePathError: If one leaves the value's folder, is there twice, or is a folder of another.

    >>> check_paths(["a", "b/c"])
    """
    PathSet(paths)


def extents(parts: Iterable[Part]) -> dict[str, int]:
    """The objects that parts lie in, with the bytes that each must have at least.

    >>> extents([Part("a", 0, 2), Part("a", 5, 1), Part("b", 0, 1)])
    {'a': 6, 'b': 1}
    """
    found: dict[str, int] = {}
    for part in parts:
        found[part.key] = max(found.get(part.key, 0), part.offset + part.length)
    return found
