"""What keeps an error of bridge from becoming the user's."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import TypeVar

from bridge.domain.errors import BridgeError
from bridge.domain.secret_urls import redacted
from bridge.workspace.settings import OnError

T = TypeVar("T")

logger = logging.getLogger("bridge")

_warned: set[str] = set()
_lock = threading.Lock()


def warn_once(topic: str, message: str) -> bool:
    """Say something once per process, without passwords of URLs; later calls with the same topic go to the debug log.

    >>> warn_once("doctest", "said"), warn_once("doctest", "said again")
    (True, False)
    """
    with _lock:
        first = topic not in _warned
        _warned.add(topic)
    logger.log(logging.WARNING if first else logging.DEBUG, redacted(message))
    return first


def forget_warnings() -> None:
    """Let every topic be said again (for tests, and for a new workspace in the same process)."""
    with _lock:
        _warned.clear()


def guarded(doing: str, work: Callable[[], T], *, on_error: OnError, topic: str = "record") -> T | None:
    """Do something for bridge without letting it break the user's run.

    Args:
        doing: What is being done, for the message: "recording the result of task 'train'".
        work: The thing to do.
        on_error: `warn` returns None and warns once per topic; `raise` lets the error through as a `BridgeError`.
        topic: What counts as the same trouble.

    >>> guarded("counting", lambda: 1 + 1, on_error="warn")
    2
    """
    try:
        return work()
    except Exception as error:
        if on_error == "raise":
            if isinstance(error, BridgeError):
                raise
            raise BridgeError(f"{doing[0].upper()}{doing[1:]} failed: {error!r}") from error
        hint = "The run goes on; BRIDGE_ON_ERROR=raise makes this an error."
        warn_once(topic, f"bridge: {doing} failed: {error} {hint}")
        logger.debug("while %s", doing, exc_info=True)
        return None
