"""The connection to a tracker's process, with the thread that hears what it answers."""

from __future__ import annotations

import os
import socket
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from typing import Any

from bridge.domain.errors import BridgeError, TrackerGoneError
from bridge.domain.model import ModelVersion
from bridge.domain.ports.tracker import Lent
from bridge.tracking.callers import GOODBYE, OVER, say
from bridge.tracking.priority import call_forward
from bridge.tracking.starting import Reached

OnError = Callable[[BaseException, str], None]


class Line:
    """What is said to a tracker's process, and heard from it. Thread-safe.

    Args:
        there: The process.
        on_error: Told of what went wrong, here or there, and what was being done.
        patience: Seconds that the end of this process waits for what was sent.
        on_registered: Told of each model version that it registered.
    """

    def __init__(
        self,
        there: Reached,
        *,
        on_error: OnError,
        patience: float,
        on_registered: Callable[[ModelVersion], None],
    ) -> None:
        self._there, self._on_error, self._patience, self._owner = there, on_error, patience, os.getpid()
        self._on_registered = on_registered
        self._sending, self._heard = threading.Lock(), threading.Condition()
        self._asked, self._answered = 0, 0
        self._expected: dict[str, Future[str | None]] = {}
        self.is_closed = self.is_ready = False
        self.is_lent = there.is_lent
        threading.Thread(target=self._hear, name="bridge-tracking-answers", daemon=True).start()

    def lend(self, terms: str) -> Lent | None:
        """Where others find the process; None if it is not this one's to lend."""
        door = self._there.door
        if door is None or self.is_closed:
            return None
        return Lent(socket.gethostname(), str(door.path), self._there.pid, terms)

    def expect(self, run_id: str) -> Future[str | None]:
        """MLflow's id of a run that it is about to be asked to begin."""
        begun = self._expected[run_id] = Future()
        if self.is_closed:
            self._expect_nothing()
        return begun

    def _expect_nothing(self) -> None:
        for run_id in list(self._expected):
            begun = self._expected.pop(run_id, None)
            if begun is not None:
                begun.set_result(None)

    def send(self, *message: object) -> None:
        """Ask it for something; returns at once."""
        try:
            with self._sending:
                say(self._there.connection, *message)
        except (OSError, ValueError):
            self._close()

    def hurry(self) -> None:
        """Let the process have its share, as somebody waits for it."""
        call_forward(self._there.pid)

    def flush(self, timeout: float) -> bool:
        """Wait until everything that was sent is done; False if time ran out."""
        deadline = time.monotonic() + timeout
        self.hurry()
        with self._heard:
            self._asked += 1
            mine = self._asked
        self.send("flush", mine)
        with self._heard:
            while self._answered < mine and not self.is_closed:
                left = deadline - time.monotonic()
                if left <= 0 or not self._heard.wait(left):
                    return self._answered >= mine
        return True

    def end(self) -> None:
        """Wait for what was sent, and let the process go: at the end of the interpreter, too."""
        if self.is_closed or self._owner != os.getpid():
            return
        if not self.is_lent:
            with suppress(KeyboardInterrupt):  # it is done all the same, but nobody waits for it
                self.flush(self._patience)
        self.is_closed = True  # from here on its end is no surprise
        self.send(GOODBYE)
        self._there.leave()

    def _hear(self) -> None:
        try:
            while True:
                self._take(*self._there.connection.recv())
        except (EOFError, OSError):
            self._close()

    def _take(self, kind: str, *said: Any) -> None:
        if kind == "flushed":
            with self._heard:
                self._answered = max(self._answered, said[0])
                self._heard.notify_all()
        elif kind == "begun":
            begun = self._expected.pop(said[0], None)
            if begun is not None:
                begun.set_result(said[1] or "")  # empty where it is kept, as the tracker does not answer
        elif kind == "error":
            text, doing = said
            self._on_error(BridgeError(text), doing)
        elif kind == "registered":
            self._on_registered(said[0])
        elif kind == "ready":
            self.is_ready = True
        elif kind == OVER:
            self._over()

    def _over(self) -> bool:
        """Nobody listens any more; False if that was known."""
        with self._heard:
            was_closed, self.is_closed = self.is_closed, True
            self._heard.notify_all()
        if not was_closed and self._owner == os.getpid():
            self._expect_nothing()
        return not was_closed

    def _close(self) -> None:
        if not self._over() or self._owner != os.getpid():
            return
        if self._there.door is not None:
            self._there.door.remove()
        self._on_error(TrackerGoneError(sys.executable, answered=self.is_ready), "tracking")
