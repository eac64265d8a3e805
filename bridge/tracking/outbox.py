"""A thread that does a tracker's work in order, off the user's path."""

from __future__ import annotations

import os
import queue
import threading
import time
import weakref
from collections.abc import Callable

Job = tuple[str, Callable[[], None]]


class Outbox:
    """One daemon thread and its queue, started when first needed, and again in a forked child.

    Args:
        on_error: Told of what a job raised, with what it was doing. Must not raise.

    >>> outbox, done = Outbox(lambda error, doing: None), []
    >>> outbox.put("adding", lambda: done.append(1))
    >>> outbox.flush(5.0), done
    (True, [1])
    """

    def __init__(self, on_error: Callable[[BaseException, str], None]) -> None:
        self._on_error = on_error
        self._renew()
        own = weakref.ref(self)
        os.register_at_fork(after_in_child=lambda: _renew(own()))

    def _renew(self) -> None:
        """Begin anew: a forked child has no thread, the jobs are its parent's, and another thread may hold the lock."""
        self._lock = threading.Lock()
        self._jobs: queue.Queue[Job] = queue.Queue()
        self._pid = 0

    def put(self, doing: str, work: Callable[[], None]) -> None:
        """Do something after everything that was put before."""
        with self._lock:
            if self._pid != os.getpid():
                self._jobs, self._pid = queue.Queue(), os.getpid()
                threading.Thread(target=self._run, args=(self._jobs,), name="bridge-tracking", daemon=True).start()
            self._jobs.put((doing, work))

    def flush(self, timeout: float) -> bool:
        """Wait until everything is done; False if time ran out."""
        jobs = self._jobs
        if self._pid != os.getpid():
            return True
        deadline = time.monotonic() + timeout
        with jobs.all_tasks_done:
            while jobs.unfinished_tasks:
                left = deadline - time.monotonic()
                if left <= 0 or not jobs.all_tasks_done.wait(left):
                    return not jobs.unfinished_tasks
        return True

    def _run(self, jobs: queue.Queue[Job]) -> None:
        while True:
            doing, work = jobs.get()
            try:
                work()
            except BaseException as error:  # noqa: BLE001 - a thread's errors have nowhere else to go
                self._on_error(error, doing)
            finally:
                jobs.task_done()


def _renew(outbox: Outbox | None) -> None:
    if outbox is not None:
        outbox._renew()
