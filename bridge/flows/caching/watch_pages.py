"""Memory that the kernel watches for writes.

Linux 6.7 has what is needed: userfaultfd's write protection in its asynchronous mode (no handler, no signal: the first
write to a page clears the page's mark and goes on) and the PAGEMAP_SCAN request, which tells whether any page of a
range was written to since it was protected. Neither needs privileges. Asking about 1 GB takes 0.1 ms; each first write
to a page afterwards costs a fault, about 1 µs.

What it sees is every write through this process's page tables: by Python, by C, by threads, by the kernel reading into
the memory. What it does not see: writes of other processes to shared memory, which is therefore not watched (nor are
mapped files, but for those of a store, which nobody writes to), and of devices into pages that were pinned before.
Memory that is unmapped is no longer registered, and the question fails; memory that is freed and used again is written
to. Both count as written.

See `Documentation/admin-guide/mm/userfaultfd.rst` and `pagemap.rst` of the kernel.
"""

from __future__ import annotations

import contextlib
import ctypes
import mmap
import os
import platform
import struct
import sys
import threading
import weakref
from collections import deque
from dataclasses import dataclass

from bridge.store.mapped import is_ours

MOST_RANGES = 4096
"""Ranges that are watched at once: each may cost the process two of its 65,530 mappings."""

_SYSCALLS = {"x86_64": 323, "aarch64": 282}
_USER_MODE_ONLY = 1
_WP_UNPOPULATED, _WP_ASYNC = 1 << 13, 1 << 15
_MODE_WP = 2
_IS_WRITTEN, _IS_FILE = 1 << 1, 1 << 2
_WP_MATCHING, _CHECK_WPASYNC = 1, 2
_REGIONS = 64


def _request(direction: int, kind: int, number: int, size: int) -> int:
    return (direction << 30) | (size << 16) | (kind << 8) | number


_API = _request(3, 0xAA, 0x3F, 24)
_REGISTER = _request(3, 0xAA, 0x00, 32)
_UNREGISTER = _request(2, 0xAA, 0x01, 16)


class _Region(ctypes.Structure):
    _fields_ = [("start", ctypes.c_uint64), ("end", ctypes.c_uint64), ("categories", ctypes.c_uint64)]


_WORDS = (
    *("size", "flags", "start", "end", "walk_end", "vec", "vec_len", "max_pages"),
    *("category_inverted", "category_mask", "category_anyof_mask", "return_mask"),
)


class _Scan(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint64) for name in _WORDS]


_SCAN = _request(3, ord("f"), 16, ctypes.sizeof(_Scan))


@dataclass(eq=False)
class Range:
    """Pages that are watched.

    Args:
        start: Address of the first.
        end: Address after the last.
        written: True once a write was seen; stays.
    """

    start: int
    end: int
    written: bool = False


class Pages:
    """The watch over this process's memory. Thread-safe; of no use in a child that was forked.

    >>> pages = Pages.opened()
    >>> pages is None or pages.watch(0, 4096) is None  # nothing is mapped there
    True
    """

    def __init__(self, fault: int, pagemap: int) -> None:
        self._fault, self._pagemap = fault, pagemap
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._ranges: weakref.WeakSet[Range] = weakref.WeakSet()
        self._left: deque[tuple[int, int]] = deque()
        self._lock = threading.Lock()
        self._pid = os.getpid()

    @classmethod
    def opened(cls) -> Pages | None:
        """Open the watch; None where this system has none, or does not allow it."""
        number = _SYSCALLS.get(platform.machine())
        if sys.platform != "linux" or number is None:
            return None
        import fcntl

        libc = ctypes.CDLL(None, use_errno=True)
        fault = libc.syscall(number, os.O_CLOEXEC | os.O_NONBLOCK | _USER_MODE_ONLY)
        if fault < 0:
            return None
        try:
            fcntl.ioctl(fault, _API, bytearray(struct.pack("QQQ", 0xAA, _WP_UNPOPULATED | _WP_ASYNC, 0)))
            pagemap = os.open("/proc/self/pagemap", os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            os.close(fault)
            return None
        pages = cls(fault, pagemap)
        if pages._works():
            return pages
        pages.close()
        return None

    def close(self) -> None:
        """Watch no longer."""
        os.close(self._fault)
        os.close(self._pagemap)

    def watch(self, address: int, size: int) -> Range | None:
        """Watch the pages that lie wholly within a buffer from now on; None if that is not possible.

        Pages that are watched for another buffer are asked first, so that no write is lost to either.
        """
        start = -(-address // mmap.PAGESIZE) * mmap.PAGESIZE
        end = (address + size) // mmap.PAGESIZE * mmap.PAGESIZE
        if start >= end or not self._lock.acquire(timeout=1):
            return None
        try:
            if os.getpid() != self._pid or len(self._ranges) >= MOST_RANGES:
                return None
            return self._watched(start, end)
        except OSError:
            return None
        finally:
            self._lock.release()

    def is_clean(self, watched: Range) -> bool:
        """Whether nothing was written to a range since it is watched."""
        if watched.written or os.getpid() != self._pid:
            return False
        with self._lock:
            try:
                dirty, _ = self._scan(watched.start, watched.end, _IS_WRITTEN, _CHECK_WPASYNC)
            except OSError:
                dirty = [(watched.start, watched.end)]
            watched.written = watched.written or bool(dirty)
        return not watched.written

    def release(self, watched: Range) -> None:
        """Watch a range no longer, unless others watch the same pages. A range that is let go of is released too."""
        self._ranges.discard(watched)
        self._leave(watched.start, watched.end)

    def _leave(self, start: int, end: int) -> None:
        """Called by finalizers: in any thread, also in one that has the lock."""
        self._left.append((start, end))
        if os.getpid() == self._pid and self._lock.acquire(blocking=False):
            try:
                self._tidy()
            finally:
                self._lock.release()

    def _tidy(self) -> None:
        while self._left:
            start, end = self._left.popleft()
            if not any(_overlap(other, start, end) for other in self._ranges):
                self._unregister(start, end)

    def _watched(self, start: int, end: int) -> Range | None:
        import fcntl

        self._tidy()
        fcntl.ioctl(self._fault, _REGISTER, bytearray(struct.pack("QQQQ", start, end - start, _MODE_WP, 0)))
        if self._is_of_file(start, end):
            if not any(_overlap(other, start, end) for other in self._ranges):
                self._unregister(start, end)
            return None
        place = start
        while place < end:
            dirty, place = self._scan(place, end, _IS_WRITTEN, _WP_MATCHING | _CHECK_WPASYNC, _REGIONS)
            for other in self._ranges:
                other.written = other.written or any(_overlap(other, *region) for region in dirty)
        watched = Range(start, end)
        self._ranges.add(watched)
        weakref.finalize(watched, self._leave, start, end).atexit = False
        return watched

    def _is_of_file(self, start: int, end: int) -> bool:
        if is_ours(start, end - start):
            return False
        for place in (start, end - 1):  # of pages that were never touched it is not told
            ctypes.string_at(place, 1)
        return bool(self._scan(start, end, _IS_FILE, 0)[0])

    def _scan(
        self, start: int, end: int, category: int, flags: int, most: int = 1
    ) -> tuple[list[tuple[int, int]], int]:
        """Regions of a category, and where the scan stopped."""
        regions = (_Region * most)()
        scan = _Scan(
            size=ctypes.sizeof(_Scan),
            flags=flags,
            start=start,
            end=end,
            vec=ctypes.addressof(regions),
            vec_len=most,
            max_pages=1 if most == 1 else 0,
            category_mask=category,
            return_mask=category,
        )
        found = self._libc.ioctl(self._pagemap, ctypes.c_ulong(_SCAN), ctypes.byref(scan))
        if found < 0:
            raise OSError(ctypes.get_errno(), "PAGEMAP_SCAN")
        return [(region.start, region.end) for region in regions[:found]], int(scan.walk_end)

    def _unregister(self, start: int, end: int) -> None:
        import fcntl

        with contextlib.suppress(OSError):  # it may be unmapped by now
            fcntl.ioctl(self._fault, _UNREGISTER, struct.pack("QQ", start, end - start))

    def _works(self) -> bool:
        """Whether a write is seen, and reading is none: asked once, of memory of our own."""
        with mmap.mmap(-1, 4 * mmap.PAGESIZE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS) as memory:
            memory[0] = 1
            probe = ctypes.c_char.from_buffer(memory)
            try:
                watched = self.watch(ctypes.addressof(probe), len(memory))
                if watched is None or memory[0] != 1 or not self.is_clean(watched):
                    return False
                memory[2 * mmap.PAGESIZE] = 1
                seen = not self.is_clean(watched)
                self.release(watched)
            finally:
                del probe
        return seen


def _overlap(one: Range, start: int, end: int) -> bool:
    return one.start < end and start < one.end
