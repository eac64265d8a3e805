"""Prefect's lock files, held for a while at a time, so that nobody waits for ever for a process that died.

Prefect takes a lock without an end. Here it is taken for `LEASE` seconds, and taken again by a thread of the process
that holds it; when that process dies, the lock ends by itself.
"""

from __future__ import annotations

import asyncio
import os
import threading
import time
from contextlib import suppress

from prefect.locking.filesystem import FileSystemLockManager

LEASE = 30.0
"""Seconds for which a lock outlives the process that holds it."""

BEAT = LEASE / 6

BETWEEN_TRIES = 0.05
"""Seconds after which a lock file is read again that was just being written."""

_BEING_WRITTEN = (ValueError, FileNotFoundError)
"""What Prefect's manager raises on a lock file that somebody writes or removes at that moment."""

Held = tuple[int, str, str]


class Leases:
    """The lock files that this process holds. Thread-safe.

    >>> from pathlib import Path
    >>> Leases().release(FileSystemLockManager(Path("locks")), "content-ab", "me")  # which is not held
    """

    def __init__(self) -> None:
        self._held: dict[Held, FileSystemLockManager] = {}
        self._lock = threading.Lock()
        self._beating: tuple[int, threading.Thread] | None = None

    def acquire(self, manager: FileSystemLockManager, key: str, holder: str, timeout: float | None) -> bool:
        """Take a lock; False if that takes longer than `timeout` seconds."""
        while True:
            try:
                taken = manager.acquire_lock(key, holder, timeout, LEASE)
            except _BEING_WRITTEN:
                time.sleep(BETWEEN_TRIES)
                continue
            return self._hold(manager, key, holder) if taken else False

    async def aacquire(self, manager: FileSystemLockManager, key: str, holder: str, timeout: float | None) -> bool:
        """The same without holding up the event loop."""
        while True:
            try:
                taken = await manager.aacquire_lock(key, holder, timeout, LEASE)
            except _BEING_WRITTEN:
                await asyncio.sleep(BETWEEN_TRIES)
                continue
            return self._hold(manager, key, holder) if taken else False

    def release(self, manager: FileSystemLockManager, key: str, holder: str) -> None:
        """Let go of a lock; one that has ended meanwhile is let alone."""
        with self._lock:
            self._held.pop((id(manager), key, holder), None)
        with suppress(*_BEING_WRITTEN):
            manager.release_lock(key, holder)

    def _hold(self, manager: FileSystemLockManager, key: str, holder: str) -> bool:
        with self._lock:
            self._held[id(manager), key, holder] = manager
            if self._beating is None or self._beating[0] != os.getpid() or not self._beating[1].is_alive():
                thread = threading.Thread(target=self._beat, name="bridge-leases", daemon=True)
                self._beating = (os.getpid(), thread)
                thread.start()
        return True

    def _beat(self) -> None:
        while True:
            time.sleep(BEAT)
            with self._lock:
                held = list(self._held.items())
                if not held:
                    self._beating = None
                    return
            for (_, key, holder), manager in held:
                self._take_again(manager, key, holder)

    def _take_again(self, manager: FileSystemLockManager, key: str, holder: str) -> None:
        """Unless it was released meanwhile, or somebody else has it, as this process was stopped for long."""
        with self._lock:
            if (id(manager), key, holder) not in self._held:
                return
            with suppress(*_BEING_WRITTEN, OSError):
                if manager.is_lock_holder(key, holder):
                    manager.acquire_lock(key, holder, BETWEEN_TRIES, LEASE)


leases = Leases()
"""Of this process."""
