"""The end of a script, as Prefect's services meet it.

Prefect stops the threads that send its events when Python waits for threads, which is before anything of `atexit`; from
then on they cannot be started again, and Prefect prints a traceback for each event. What is still being written then
is waited for before that, and what comes later goes without Prefect's events.
"""

from __future__ import annotations

import atexit
import threading
from contextlib import suppress
from functools import cache
from weakref import WeakKeyDictionary

from prefect.events.worker import EventsWorker

_waited: WeakKeyDictionary[threading.Thread, tuple[float, threading.Event | None]] = WeakKeyDictionary()


def has_begun() -> bool:
    """Whether the script is over and its threads are being ended.

    >>> has_begun()
    False
    """
    return getattr(threading, "_SHUTTING_DOWN", False) or not threading.main_thread().is_alive()


def wait_for(thread: threading.Thread, seconds: float, *, once: threading.Event | None = None) -> None:
    """Let the end of the script wait for a thread that writes to Prefect.

    Args:
        thread: The thread.
        seconds: How long at most, each time that it is waited for.
        once: It has work only once this is set; left out, it has.
    """
    _waited[thread] = seconds, once
    _arm()


@cache
def _arm() -> None:
    atexit.register(wait)
    with suppress(Exception):  # there are no events without it; `atexit` is left where the end has come already
        EventsWorker.instance()  # the last of these functions is called first, and is to be ours
        threading._register_atexit(wait)  # type: ignore[attr-defined]


def wait() -> None:
    """Wait for all of these threads that have work, each as long as was said."""
    for thread, (seconds, once) in list(_waited.items()):
        if once is None or once.is_set():
            thread.join(seconds)
