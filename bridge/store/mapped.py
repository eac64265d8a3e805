"""Files of the store as memory: pages are read when they are touched, and what is written to them is nobody else's.

A load of any size takes no time this way, and no memory until it is used. The file must not be cut short while it is
mapped: a read of what is no longer there would end the process. Objects of a store are read-only and are removed
whole, which maps outlive; so only objects on a disk of this machine are mapped.
"""

from __future__ import annotations

import ctypes
import mmap
import weakref
from typing import Any

LEAST = 1 << 20
"""Bytes of a file that is worth mapping."""

_ours: dict[int, int] = {}


def mapped(descriptor: int, size: int) -> Any:
    """A file as writable memory of its own, with the buffer protocol; the descriptor may be closed after.

    It is no `mmap` by type: joblib takes every array above one for a `numpy.memmap`.

    Raises:
        OSError: If the system does not map it.

    >>> import tempfile
    >>> with tempfile.TemporaryFile() as file:
    ...     _ = file.write(b"hello")
    ...     file.flush()
    ...     memory = mapped(file.fileno(), 5)
    >>> bytes(memory)
    b'hello'
    """
    map_ = mmap.mmap(descriptor, size, access=mmap.ACCESS_COPY)
    memory = (ctypes.c_char * size).from_buffer(map_)
    address = ctypes.addressof(memory)
    _ours[address] = size
    weakref.finalize(memory, _ours.pop, address, None).atexit = False
    return memory


def is_ours(address: int, size: int) -> bool:
    """Whether memory is, or is within, a file of a store that is mapped here: nobody else changes it.

    >>> is_ours(0, 1)
    False
    """
    return any(start <= address and address + size <= start + length for start, length in list(_ours.items()))
