"""Whether an object was changed in place since it was looked at.

An object is taken apart as it would be pickled (protocol 5): a spine (structure, types, small values, the cells of
object columns) and the buffers, where they lie. The spine is hashed. Buffers from 1 MiB up are watched by the kernel
where it can do that (see `watch_pages`): asking about any size takes a fraction of a millisecond. All others are
hashed, with XXH3, which tells whether bytes changed and names nothing: at the speed of memory, without a copy.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import pickle
import threading
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from types import FunctionType
from typing import Any

from xxhash import xxh3_128

from bridge.flows.caching.watch_pages import Pages, Range
from bridge.provenance import arrow_columns, is_own, pieces_of

SMALLEST = 1 << 20
"""Bytes of a buffer that is watched rather than hashed."""


@dataclass(frozen=True, slots=True)
class Watch:
    """What an object was when it was looked at. Does not keep the object alive.

    Args:
        spine: Hash of its structure, and of what is not watched.
        places: Address and bytes of each watched buffer.
        ranges: The watched pages in them.
        own: Functions and classes of the user's modules that it refers to: what it does depends on their code.

    >>> numbers = [1, 2]
    >>> before = watch(numbers)
    >>> before.is_untouched(numbers)
    True
    >>> numbers.append(3)
    >>> before.is_untouched(numbers)
    False
    """

    spine: bytes
    places: tuple[tuple[int, int], ...] = ()
    ranges: tuple[Range, ...] = ()
    own: tuple[Any, ...] = ()

    @property
    def is_by_pages(self) -> bool:
        """Whether the kernel watches any of it."""
        return bool(self.ranges)

    def is_untouched(self, value: Any) -> bool:
        """Whether the object, which must be the same one, is as it was. No, if that cannot be told.

        A write of what was there already counts as a change where the kernel watches.
        """
        pages = _opened.pages
        if self.ranges and (pages is None or any(watched.written for watched in self.ranges)):
            return False
        spine = _Spine(lambda address, size: (address, size) in self.places)
        try:
            spine.take(value)
        except Exception:  # noqa: BLE001 - whatever pickling the user's objects raises
            return False
        if spine.digest() != self.spine:
            return False
        # Asked last, and once: what is clean now was clean while the spine was taken.
        return pages is None or all(pages.is_clean(watched) for watched in self.ranges)


def watch(value: Any) -> Watch | None:
    """Look at an object, to ask later whether it was changed. None if that could not be told.

    To be called before the object's digest is taken, so that no change falls between the two.
    """
    ranges: list[Range] = []
    places: list[tuple[int, int]] = []

    def is_watched(address: int, size: int) -> bool:
        pages = _opened.get() if size >= SMALLEST else None
        watched = pages.watch(address, size) if pages is not None else None
        if watched is None:
            return False
        ranges.append(watched)
        places.append((address, size))
        return True

    spine = _Spine(is_watched)
    try:
        spine.take(value)
    except Exception:  # noqa: BLE001 - whatever pickling the user's objects raises
        return None
    if ranges:
        with contextlib.suppress(TypeError):  # a list: its ranges are released with the watch
            weakref.finalize(value, _release, tuple(ranges)).atexit = False
    return Watch(spine.digest(), tuple(places), tuple(ranges), tuple(spine.own))


class _Spine:
    """Hashes an object as it is pickled, but for the buffers that are watched; of those only the edges."""

    def __init__(self, is_watched: Callable[[int, int], bool]) -> None:
        self.own: dict[Any, None] = {}
        self._hash = xxh3_128()
        self._is_watched = is_watched

    def take(self, value: Any) -> None:
        buffers: list[pickle.PickleBuffer] = []
        _Taking(self, buffers, self.own).dump(_plain(value))
        for buffer in buffers:
            self._buffer(buffer.raw())

    def write(self, data: Any) -> int:
        self._hash.update(data)
        return len(data)

    def digest(self) -> bytes:
        return bytes(self._hash.digest())

    def _buffer(self, raw: memoryview) -> None:
        self.write(b"%d," % raw.nbytes)
        address = address_of(raw) if raw.nbytes >= SMALLEST else 0
        if address and self._is_watched(address, raw.nbytes):
            self.write(b"at %d" % address)
            head = -address % _PAGE
            tail = (address + raw.nbytes) % _PAGE
            self.write(raw[:head])
            self.write(raw[raw.nbytes - tail :])
        else:
            self.write(raw)


class _Taking(pickle.Pickler):
    """Takes objects apart as for pickling, but for columns that would be copied first. Notes the user's own code."""

    def __init__(self, to: _Spine, buffers: list[pickle.PickleBuffer], own: dict[Any, None]) -> None:
        super().__init__(to, 5, buffer_callback=buffers.append)
        self._own = own
        self._columns = arrow_columns()

    def reducer_override(self, obj: Any) -> Any:
        if isinstance(obj, (type, FunctionType)):
            if is_own(obj):
                self._own[obj] = None
        elif type(obj) in self._columns and (pieces := pieces_of(obj)) is not None:
            return list, ((str(obj.dtype), pieces),)
        return NotImplemented


_PAGE = os.sysconf("SC_PAGESIZE") if hasattr(os, "sysconf") else 4096


def address_of(raw: memoryview) -> int:
    """Where a buffer lies, also if it is read-only; 0 if it does not say.

    >>> address_of(memoryview(b"abc")) > 0
    True
    """
    view = _Buffer()
    if ctypes.pythonapi.PyObject_GetBuffer(ctypes.py_object(raw), ctypes.byref(view), 0) != 0:
        return 0
    try:
        return int(view.buf or 0)
    finally:
        ctypes.pythonapi.PyBuffer_Release(ctypes.byref(view))


class _Buffer(ctypes.Structure):
    """Python's `Py_buffer`, whose layout is part of the stable ABI since 3.11, and was the same in 3.10."""

    _fields_ = [
        ("buf", ctypes.c_void_p),
        ("obj", ctypes.py_object),
        ("len", ctypes.c_ssize_t),
        ("itemsize", ctypes.c_ssize_t),
        ("readonly", ctypes.c_int),
        ("ndim", ctypes.c_int),
        ("format", ctypes.c_char_p),
        ("shape", ctypes.c_void_p),
        ("strides", ctypes.c_void_p),
        ("suboffsets", ctypes.c_void_p),
        ("internal", ctypes.c_void_p),
    ]


def _plain(value: Any) -> Any:
    """A torch tensor as the array that shares its memory: pickled, it would be copied through a file."""
    if type(value).__module__ != "torch" or type(value).__name__ != "Tensor" or value.device.type != "cpu":
        return value
    import torch

    if value.layout is not torch.strided or value.is_pinned() or not value.is_contiguous():
        return value
    shape = (str(value.dtype), tuple(value.shape), value.requires_grad)
    return shape, value.detach().reshape(-1).view(torch.uint8).numpy()


class _Opened:
    """The watch of this process: opened when it is first needed, and again in a child."""

    def __init__(self) -> None:
        self.pages: Pages | None = None
        self._asked = False
        self._lock = threading.Lock()

    def get(self) -> Pages | None:
        if not self._asked:
            with self._lock:
                if not self._asked:
                    self.pages = Pages.opened()
                    self._asked = True
        return self.pages


def _release(ranges: tuple[Range, ...]) -> None:
    for watched in ranges:
        if _opened.pages is not None:
            _opened.pages.release(watched)


def _in_child() -> None:
    """A forked child has the parent's memory under watch, not its own: it starts anew, and trusts no range."""
    global _opened
    _opened = _Opened()


_opened = _Opened()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_in_child)
