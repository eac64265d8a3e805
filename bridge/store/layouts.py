"""Files of the store once more, decoded: as their values lie in memory, so that these are mapped instead of read.

A table in Parquet takes seconds a gigabyte to decode; its layout takes a few milliseconds to map, whatever its size.
Layouts are copies on a disk of this machine, beside those of objects that are far away: made of what will be asked for
again, within one limit, and made anew or done without when they are gone. Which one is whole is known from notes as of
an object that was hashed (`verified`): a layout that anybody has touched is none.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO, cast

from bridge.store.copies import Copies
from bridge.store.mapped import mapped
from bridge.store.verified import Verified

_ENDING = ".layout"

_SPARE = 4
"""A layout is made where so many times its bytes are free on the disk."""

_TOUCH = 3600.0
"""Seconds after which a use of a layout is noted: it costs a line in the notes."""


class Layouts:
    """Layouts by the digest of the file that they were decoded from. Thread-safe; picklable.

    Args:
        copies: Where they are.
        verified: Notes of those that are whole.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> layouts = Layouts(Copies(folder / "cache", 1 << 30), Verified(folder / "verified"))
    >>> with layouts.writing("abcd", 1 << 20) as file:
    ...     _ = file.write(bytes(1 << 20))
    >>> memoryview(layouts.memory("abcd")).nbytes == 1 << 20, layouts.memory("ef01") is None
    (True, True)
    """

    def __init__(self, copies: Copies, verified: Verified) -> None:
        self._copies, self._verified = copies, verified

    def memory(self, digest: str) -> Any:
        """A layout as memory of its own that is read when it is touched; None if there is none that can be used."""
        place = self._copies.place(_name(digest))
        try:
            with place.open("rb", buffering=0) as file:
                there = os.fstat(file.fileno())
                if not self._verified.holds(_name(digest), there):
                    return None
                memory = mapped(file.fileno(), there.st_size)
            if time.time() - there.st_mtime > _TOUCH:
                os.utime(place)
                self._verified.note(_name(digest), place.stat())
        except (OSError, ValueError):
            return None
        return memory

    @contextmanager
    def writing(self, digest: str, size: int) -> Iterator[BinaryIO | None]:
        """Give a file for a layout of about so many bytes; None if there is one, or it would not be kept.

        What the disk does not take, or what is left by an exception, is no layout; the value is decoded then.
        """
        file = None if self.memory(digest) is not None else self._new_file(size)
        if file is None:
            yield None
            return
        try:
            with file.open("wb", buffering=0) as opened:
                yield cast(BinaryIO, opened)
            place = self._copies.keep(file, _name(digest), file.stat().st_size)
            self._verified.note(_name(digest), place.stat())
        except OSError:
            return
        finally:
            file.unlink(missing_ok=True)

    def _new_file(self, size: int) -> Path | None:
        if size > self._copies.limit:
            return None
        with suppress(OSError):
            file = self._copies.new_file()
            if self._verified.is_trusted(file.parent) and shutil.disk_usage(file.parent).free >= _SPARE * size:
                return file
            file.unlink()
        return None

    def clear(self) -> None:
        """Remove all layouts."""
        self._copies.drop_all(f"*{_ENDING}")

    def discard_coming(self, *, before: float) -> None:
        """Remove those that were never finished."""
        self._copies.discard_coming(before=before)


def _name(digest: str) -> str:
    return f"{digest[:2]}/{digest[2:]}{_ENDING}"
