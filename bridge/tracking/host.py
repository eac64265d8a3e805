"""What the tracker's own process does: it takes calls from a connection, in order, and answers."""

from __future__ import annotations

import gc
import os
import queue
import threading
import time
from collections.abc import Callable, Mapping
from multiprocessing.connection import Connection
from typing import Any

from bridge.domain.model import ModelVersion
from bridge.domain.ports import Tracker

LONGEST_FLUSH = 600.0
"""Seconds that a process whose caller is gone goes on trying."""

_GONE = ("gone",)


class Host:
    """Holds a tracker for another process.

    Args:
        connection: To the process whose calls are done; it has been greeted.
        open: Makes the tracker; given what to do with errors (a call with the error and what was being done) and with
            each model version registered.
    """

    def __init__(
        self,
        connection: Connection,
        open: Callable[[Callable[[BaseException, str], None], Callable[[ModelVersion], None]], Tracker],
    ) -> None:
        self._connection, self._sending = connection, threading.Lock()
        self._calls: queue.SimpleQueue[tuple[Any, ...]] = queue.SimpleQueue()
        self._open: set[str] = set()
        self._tracker = open(self._report, lambda model: self._answer("registered", model))
        self._answer("ready")

    def serve(self) -> None:
        """Do what is asked for until the other process says goodbye, or is gone; then end what it left open."""
        threading.Thread(target=self._receive, name="bridge-tracking-calls", daemon=True).start()
        while (call := self._calls.get()) not in (_GONE, ("goodbye",)):
            try:
                getattr(self, f"_{call[0]}")(*call[1:])
            except BaseException as error:  # noqa: BLE001 - told to the one who asked
                self._report(error, "tracking")
        if call == _GONE:
            for run_id in self._open:
                self._tracker.end_run(run_id, "Killed", int(time.time() * 1000))
        self._tracker.flush(LONGEST_FLUSH)

    def _receive(self) -> None:
        # A thread of its own, so that the other process never waits while MLflow is imported or does not answer.
        try:
            while True:
                self._calls.put(self._connection.recv())
        except (EOFError, OSError):
            self._calls.put(_GONE)

    def _answer(self, *answer: object) -> None:
        try:
            with self._sending:
                self._connection.send(answer)
        except OSError:  # nobody is there to hear it
            return

    def _report(self, error: BaseException, doing: str) -> None:
        self._answer("error", str(error), doing)

    def _start_run(self, settings: Mapping[str, str], run: Any, experiment: str, tags: Mapping[str, str]) -> None:
        for name in [name for name in os.environ if name.startswith("MLFLOW_") and name not in settings]:
            del os.environ[name]
        os.environ.update(settings)
        self._open.add(run.id)
        self._tracker.start_run(run, experiment=experiment, tags=tags)
        self._answer("begun", run.id, self._tracker.tracking_id(run.id))
        gc.enable()

    def _log(self, run_id: str, what: Mapping[str, Mapping[str, Any]]) -> None:
        self._tracker.log(run_id, **what)

    def _end_run(self, run_id: str, state: str, ended_ms: int) -> None:
        self._tracker.end_run(run_id, state, ended_ms)
        self._open.discard(run_id)

    def _close_dead(self, runs: list[tuple[str, str]]) -> None:
        self._tracker.close_dead(runs)

    def _register(self, registration: Any) -> None:
        self._tracker.register(registration)

    def _flush(self, number: int) -> None:
        self._tracker.flush(LONGEST_FLUSH)
        self._answer("flushed", number)
