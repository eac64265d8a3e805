"""Several ranges of local files, read as one file."""

from __future__ import annotations

import io
import os
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path
from typing import BinaryIO, cast

from bridge.domain.manifest import Part


class RangesFile(io.RawIOBase):
    """A seekable file for reading that is the concatenation of ranges of local files. Not thread-safe.

    Args:
        ranges: Files, with the ranges of them.

    Raises:
        OSError: If one of the files cannot be opened.

    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "a"
    >>> _ = file.write_bytes(b"world hello")
    >>> RangesFile([(file, Part("", 6, 5)), (file, Part("", 5, 1)), (file, Part("", 0, 5))]).read()
    b'hello world'
    """

    def __init__(self, ranges: Sequence[tuple[Path, Part]]) -> None:
        self._files: dict[Path, BinaryIO] = {}
        self._position = 0
        self._ranges = ranges
        self._ends = list(accumulate(part.length for _, part in ranges))
        try:
            for path, _ in ranges:
                if path not in self._files:
                    self._files[path] = cast(BinaryIO, path.open("rb", buffering=0))
        except BaseException:
            self.close()
            raise

    def readable(self) -> bool:
        """True."""
        return True

    def seekable(self) -> bool:
        """True."""
        return True

    def tell(self) -> int:
        """Where the next byte is read."""
        return self._position

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """Go to a byte; one after the end is allowed, as in a file."""
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._ends[-1] if self._ends else 0}[whence]
        if start + offset < 0:
            raise ValueError(f"negative seek position {start + offset}")
        self._position = start + offset
        return self._position

    def readinto(self, buffer: object, /) -> int:
        """Fill a buffer as far as the range goes that the next byte is in; 0 at the end."""
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]  # any buffer, as io.RawIOBase promises
        index = bisect_right(self._ends, self._position)
        if index == len(self._ends) or not len(view):
            return 0
        path, part = self._ranges[index]
        left = self._ends[index] - self._position
        file = self._files[path]
        file.seek(part.offset + part.length - left)
        count = cast(io.FileIO, file).readinto(view[:left]) or 0
        self._position += count
        return count

    def close(self) -> None:
        """Close the files."""
        for file in self._files.values():
            file.close()
        super().close()
