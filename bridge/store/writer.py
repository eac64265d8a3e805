"""A file object that hashes what is written to it."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from pickle import PickleBuffer
from types import TracebackType
from typing import Any

from blake3 import blake3

from bridge.store.digest import SLICE, digest_of, new_hasher
from bridge.store.smalls import SMALL
from bridge.store.staging import Pending, Staging

_BUFFER = 1 << 20


class HashingWriter(io.BufferedIOBase):
    """A binary file for sequential writing: in memory up to 256 KiB, then in a staging file.

    Takes any C-contiguous buffer; large ones are hashed and written in slices where they lie, without a copy.
    What is written counts when the file is closed; leaving the `with` block by an exception throws it away.
    Not thread-safe.

    Args:
        staging: Where a larger file goes.
        done: Called once with the written file, or with None if it was thrown away.

    >>> import tempfile
    >>> from pathlib import Path
    >>> from bridge.store.folder import FolderObjects
    >>> kept = []
    >>> with HashingWriter(Staging(FolderObjects(Path(tempfile.mkdtemp()))), kept.append) as file:
    ...     _ = file.write(b"42")
    >>> kept[0].data
    b'42'
    """

    def __init__(self, staging: Staging, done: Callable[[Pending | None], None]) -> None:
        self._staging, self._done = staging, done
        self._buffer = bytearray()
        self._position = 0
        self._path: Path | None = None
        self._file: io.FileIO | None = None
        self._hasher: blake3 | None = None

    def writable(self) -> bool:
        """True."""
        return True

    def tell(self) -> int:
        """Bytes written so far."""
        return self._position

    def write(self, data: Any, /) -> int:
        """Take a buffer; return its bytes."""
        if self.closed:
            raise ValueError("write to a closed file")
        view = memoryview(data)
        size = view.nbytes
        if size + len(self._buffer) > (SMALL if self._file is None else _BUFFER):
            self._write_through(_as_bytes(view))
        elif size:
            self._buffer += _as_bytes(view)
        self._position += size
        return size

    def _write_through(self, view: memoryview) -> None:
        try:
            if self._file is None:
                self._path = self._staging.new_path()
                self._file = self._path.open("xb", buffering=0)
            if len(self._buffer) + len(view) <= _BUFFER:
                self._buffer += view
                return
            if self._hasher is None:
                self._hasher = new_hasher(_BUFFER)
                self._staging.meter.begin("writing", None)
            self._flush_buffer(self._hasher)
            if len(view) <= _BUFFER:
                self._buffer += view
                return
            for start in range(0, len(view), SLICE):
                self._emit(view[start : start + SLICE], self._hasher)
        except OSError as error:
            raise self._staging.failed(error) from error

    def _flush_buffer(self, hasher: blake3) -> None:
        if self._buffer:
            self._emit(memoryview(self._buffer), hasher)
            self._buffer = bytearray()

    def _emit(self, view: memoryview, hasher: blake3) -> None:
        assert self._file is not None
        hasher.update(view)
        self._staging.meter.advance(len(view))
        while len(view):
            view = view[self._file.write(view) or 0 :]

    def close(self) -> None:
        """End the file: from now on it is part of the value."""
        if self.closed:
            return
        pending = None
        try:
            pending = self._finish()
        except OSError as error:
            raise self._staging.failed(error) from error
        finally:
            self._release(pending)

    def _finish(self) -> Pending:
        if self._file is None:
            data = bytes(self._buffer)
            return Pending(len(data), digest_of(data), data=data)
        hasher = self._hasher or new_hasher(len(self._buffer))
        with self._file:
            self._flush_buffer(hasher)
        return Pending(self._position, hasher.hexdigest(), staged=self._path)

    def abort(self) -> None:
        """Throw away what was written."""
        if not self.closed:
            self._release(None)

    def _release(self, pending: Pending | None) -> None:
        if self._file is not None:
            self._file.close()
        self._buffer = bytearray()
        super().close()
        self._done(pending)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
        else:
            self.abort()

    def __del__(self) -> None:
        self.abort()  # not closed by anyone: half a file must not become part of a value


def _as_bytes(view: memoryview) -> memoryview:
    """The same memory as plain bytes; `memoryview.cast` would refuse big-endian and structured elements."""
    if view.format == "B" and view.ndim == 1 and view.contiguous:
        return view
    if not view.c_contiguous:
        raise BufferError("only C-contiguous buffers can be written; copy it first (numpy.ascontiguousarray)")
    return PickleBuffer(view).raw() if view.nbytes else memoryview(b"")
