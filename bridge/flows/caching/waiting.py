"""Task runs of one process that compute the same: the first computes, the others wait for it."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

LOOK_AGAIN = 0.5
"""Seconds after which a waiting thread looks whether the one that it waits for is alive."""

LONGEST_PAUSE = 0.1
"""Seconds between two looks of a task that waits on the event loop."""


def _task_of_loop() -> Any:
    with suppress(RuntimeError):
        return asyncio.current_task()
    return None


@dataclass(slots=True)
class _Claim:
    run_id: str
    thread: threading.Thread = field(default_factory=threading.current_thread)
    task: Any = field(default_factory=_task_of_loop)
    over: threading.Event = field(default_factory=threading.Event)

    def is_worth_waiting_for(self) -> bool:
        """Not if it is below us on the stack, or its thread has died: it would never end."""
        if not self.thread.is_alive():
            return False
        return self.thread is not threading.current_thread() or self.task is not _task_of_loop()


class Computing:
    """Which keys are being computed in this process. Thread-safe.

    Runs in other processes are not seen: Prefect's lock managers are for those.

    >>> computing = Computing()
    >>> computing.claim("content-ab", "run-1"), computing.claim("content-ab", "run-2")
    (True, True)
    """

    def __init__(self) -> None:
        self._claims: dict[str, _Claim] = {}
        self._keys: dict[str, str] = {}
        self._lock = threading.Lock()

    def claim(self, key: str, run_id: str) -> bool:
        """Whether a run is to compute a key; False if another one does, and can be waited for."""
        with self._lock:
            there = self._claims.get(key)
            if there is not None and there.run_id != run_id and there.is_worth_waiting_for():
                return False
            if there is None or not there.thread.is_alive():
                self._claims[key] = _Claim(run_id)
                self._keys[run_id] = key
            return True

    def end(self, run_id: str) -> None:
        """Note that a run is over, whatever became of it."""
        if run_id not in self._keys:
            return
        with self._lock:
            key = self._keys.pop(run_id)
            there = self._claims.get(key)
            if there is not None and there.run_id == run_id:
                del self._claims[key]
                there.over.set()

    def wait(self, key: str) -> None:
        """Wait for the run that computes a key."""
        while (there := self._other(key)) is not None and not there.over.wait(LOOK_AGAIN):
            pass

    async def wait_async(self, key: str) -> None:
        """The same without holding up the event loop."""
        pause = 0.005
        while (there := self._other(key)) is not None and not there.over.is_set():
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    def _other(self, key: str) -> _Claim | None:
        with self._lock:
            there = self._claims.get(key)
        return there if there is not None and there.is_worth_waiting_for() else None


computing = Computing()
"""Of this process."""
