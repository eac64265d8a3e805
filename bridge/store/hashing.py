"""The digest that a value would have in a store, without writing it."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from pickle import PickleBuffer
from typing import Any, BinaryIO, cast

from bridge.domain.errors import FilePathError
from bridge.domain.ports import Sink
from bridge.store.digest import content_digest, new_hasher


def digest_without_storing(format: str, save: Callable[[Sink], Mapping[str, Any]]) -> tuple[str, int]:
    """The digest and the bytes that a store's `write` would give a value; nothing is written anywhere.

    Raises:
        FilePathError: If the materializer needs a file on the disk.

    >>> def save(sink):
    ...     with sink.open("value.json") as file:
    ...         _ = file.write(b"42")
    ...     return {}
    >>> digest_without_storing("json", save)[0][:15]
    'blake3:28d98046'
    """
    sink = _HashingSink()
    save(sink)
    files = [(path, file.size, file.hasher.hexdigest()) for path, file in sink.files.items()]
    return content_digest(format, files), sum(size for _, size, _ in files)


def digests_without_storing(save: Callable[[Sink], object]) -> list[tuple[str, int, str]]:
    """Path, size and BLAKE3 of every file that is written into a sink; nothing is written anywhere.

    >>> def save(sink):
    ...     with sink.open("a.txt") as file:
    ...         _ = file.write(b"42")
    >>> [(path, size, digest[:8]) for path, size, digest in digests_without_storing(save)]
    [('a.txt', 2, 'da136474')]
    """
    sink = _HashingSink()
    save(sink)
    return [(path, file.size, file.hasher.hexdigest()) for path, file in sink.files.items()]


class _HashingSink:
    def __init__(self) -> None:
        self.files: dict[str, _HashingFile] = {}

    def open(self, path: str) -> BinaryIO:
        file = self.files[path] = _HashingFile()
        return cast(BinaryIO, file)

    def local(self, path: str) -> AbstractContextManager[Path]:
        raise FilePathError(path, "this format is written by a library that needs a file on the disk")


class _HashingFile(io.BufferedIOBase):
    def __init__(self) -> None:
        self.hasher, self.size = new_hasher(0), 0

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.size

    def write(self, data: Any, /) -> int:
        view = memoryview(data)
        if view.nbytes:
            self.hasher.update(PickleBuffer(view).raw())
        self.size += view.nbytes
        return view.nbytes
