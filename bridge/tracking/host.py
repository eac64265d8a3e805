"""What the tracker's own process does: it takes calls from connections, in order, and answers."""

from __future__ import annotations

import gc
import os
import queue
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from bridge.domain.errors import BridgeError
from bridge.domain.model import ModelVersion
from bridge.domain.ports import Tracker
from bridge.tracking.callers import GONE, GOODBYE, Caller, Callers
from bridge.tracking.registry.packing import Packed, unpack

LONGEST_FLUSH = 600.0
"""Seconds that a process whose caller is gone goes on trying."""

LAST_WORDS = 0.1
"""Seconds for which somebody may go on who has not heard yet that nobody listens."""


class Host:
    """Holds a tracker for other processes: the one that started this one, and those that it was lent to.

    Args:
        callers: Those processes; their first messages have been read.
        open: Makes the tracker; given what to do with errors (a call with the error and what was being done) and with
            each model version registered.
    """

    def __init__(
        self,
        callers: Callers,
        open: Callable[[Callable[[BaseException, str], None], Callable[[ModelVersion], None]], Tracker],
    ) -> None:
        self._callers, self._owner, self._sending = callers, callers.owner, threading.Lock()
        self._calls: queue.SimpleQueue[tuple[Caller, tuple[Any, ...]]] = queue.SimpleQueue()
        self._open: dict[str, Caller] = {}
        self._is_owned = True
        self._tracker = open(
            lambda error, doing: self._report(self._owner, error, doing),
            lambda model: self._answer(self._owner, "registered", model),
        )
        self._answer(self._owner, "ready")

    def serve(self) -> None:
        """Do what is asked for until the owner says goodbye, or is gone, and nobody else has a run that goes on."""
        threading.Thread(target=self._receive, name="bridge-tracking-calls", daemon=True).start()
        while self._is_owned or self._open:
            self._do(*self._calls.get())
        self._callers.close()
        with suppress(queue.Empty):
            while True:
                self._do(*self._calls.get(timeout=LAST_WORDS))
        self._tracker.close(LONGEST_FLUSH)

    def _do(self, caller: Caller, call: tuple[Any, ...]) -> None:
        if call[0] in (GONE, GOODBYE):
            self._leave(caller, killed=call[0] == GONE)
            return
        try:
            getattr(self, f"_{call[0]}")(caller, *call[1:])
        except BaseException as error:  # noqa: BLE001 - told to the one who asked
            self._report(caller, error, "tracking")

    def _leave(self, caller: Caller, *, killed: bool) -> None:
        """End what one has left open that was killed, and that can end it no more."""
        for run_id in [run_id for run_id, whose in self._open.items() if whose is caller]:
            if killed:
                self._tracker.end_run(run_id, "Killed", int(time.time() * 1000))
            del self._open[run_id]
        if caller is self._owner:
            self._is_owned = False

    def _receive(self) -> None:
        # A thread of its own, so that other processes never wait while MLflow is imported or does not answer.
        while self._callers.is_anyone_there:
            for said in self._callers.hear():
                self._calls.put(said)

    def _answer(self, caller: Caller, *answer: object) -> None:
        with self._sending:
            caller.answer(*answer)

    def _report(self, caller: Caller, error: BaseException, doing: str) -> None:
        self._answer(caller, "error", str(error), doing)

    def _start_run(
        self, caller: Caller, settings: Mapping[str, str], run: Any, experiment: str | None, tags: Mapping[str, str]
    ) -> None:
        for name in [name for name in os.environ if name.startswith("MLFLOW_") and name not in settings]:
            del os.environ[name]
        os.environ.update(settings)
        self._open[run.id] = caller
        self._tracker.start_run(run, experiment=experiment, tags=tags)
        self._answer(caller, "begun", run.id, self._tracker.tracking_id(run.id))  # none, if the tracker does not answer
        gc.enable()

    def _log(self, caller: Caller, run_id: str, what: Mapping[str, Mapping[str, Any]]) -> None:
        self._tracker.log(run_id, **what)

    def _log_series(self, caller: Caller, run_id: str, points: list[Any]) -> None:
        self._tracker.log_series(run_id, points)

    def _end_run(self, caller: Caller, run_id: str, state: str, ended_ms: int) -> None:
        self._tracker.end_run(run_id, state, ended_ms)
        self._open.pop(run_id, None)

    def _close_dead(self, caller: Caller, runs: list[tuple[str, str]]) -> None:
        self._tracker.close_dead(runs)

    def _register(self, caller: Caller, packed: Packed) -> None:
        self._tracker.register(unpack(packed))  # here, as it imports libraries: the receiving thread must not

    def _set_model_alias(self, caller: Caller, name: str, alias: str, number: int | None) -> None:
        self._tracker.set_model_alias(name, alias, number)

    def _flush(self, caller: Caller, number: int) -> None:
        self._tracker.flush(LONGEST_FLUSH)
        self._answer(caller, "flushed", number)

    def _unreadable(self, caller: Caller, why: str) -> None:
        raise BridgeError(f"What was sent to the tracker's process cannot be read there: {why}")
