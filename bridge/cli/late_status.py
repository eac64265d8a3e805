"""A line on stderr that says what is being done, only if it takes long."""

from __future__ import annotations

import threading
from types import TracebackType

from rich.text import Text

from bridge.cli.console import err


class LateStatus:
    """A line that appears after a while and goes when the work is done; nothing if stderr is not a terminal.

    Args:
        after: Seconds until it appears.

    >>> with LateStatus() as status:
    ...     status.say("Reading churn@3, 1.2 GB")
    """

    def __init__(self, *, after: float = 2.0) -> None:
        self._console = err()
        self._status = self._console.status("")
        self._timer = threading.Timer(after, self._show)
        self._timer.daemon = True
        self._lock = threading.Lock()
        self._over = False

    def say(self, text: str) -> None:
        """Note what is being done now."""
        self._status.update(Text(f"{text} …", style="dim"))

    def _show(self) -> None:
        with self._lock:
            if not self._over:
                self._status.start()

    def __enter__(self) -> LateStatus:
        if self._console.is_terminal:
            self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        with self._lock:
            self._over = True
            self._status.stop()
