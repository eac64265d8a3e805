"""A tracker's work in a process of its own, so that MLflow's import costs the user's run neither time nor memory."""

from __future__ import annotations

import atexit
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, TimeoutError
from contextlib import suppress
from dataclasses import replace
from typing import Any

from bridge.domain.measures import Measure
from bridge.domain.model import ModelVersion
from bridge.domain.ports.tracker import Lent
from bridge.domain.run import Run
from bridge.tracking import ahead, starting
from bridge.tracking.line import Line, OnError
from bridge.tracking.registry import Registration
from bridge.tracking.registry.packing import pack


class TrackerProcess:
    """The tracker of `bridge.tracking.host`, in a process that is started when there is first something to do.

    Calls are sent to it and return at once; it does them in order. It outlives this process until what was sent is
    done, if this one is killed too, and ends as killed the runs that this one can end no more. Processes of this
    machine to which it is lent start none of their own.

    Args:
        module: See `bridge.tracking.starting.launch`.
        greeting: Sent first.
        on_error: Told of what went wrong, here or there, and what was being done.
        on_registered: Told of each model version that it registered, which the catalog has by then.
        patience: Seconds that the end of this process waits for what was sent.
        terms: Gives a text that is the same in processes that may share one.
    """

    def __init__(
        self,
        module: str,
        greeting: object,
        *,
        on_error: OnError,
        patience: float,
        on_registered: Callable[[ModelVersion], None] = lambda _: None,
        terms: Callable[[], str] = lambda: "",
    ) -> None:
        self._module, self._greeting, self._on_error, self.patience = module, greeting, on_error, patience
        self._on_registered, self._terms = on_registered, terms
        self._lent: Lent | None = None
        self._renew()

    def _renew(self) -> None:
        self._pid = os.getpid()
        self._lock = threading.Lock()
        self._line: Line | None = None
        self._begun: dict[str, Future[str | None]] = {}

    def start_run(self, run: Run, *, experiment: str | None, tags: Mapping[str, str]) -> None:
        """Begin the MLflow run of a flow run.

        Raises:
            OSError: If no process can be started.
        """
        line = self._connected()
        if run.parent_id is not None and self._is_lost(run.parent_id):
            run = replace(run, parent_id=None)
        self._begun[run.id] = line.expect(run.id)
        settings = {name: value for name, value in os.environ.items() if name.startswith("MLFLOW_")}
        line.send("start_run", settings, run, experiment, dict(tags))

    def log(self, run_id: str, **what: Mapping[str, Any] | None) -> None:
        """Add to the MLflow run of a flow run."""
        if not self._is_lost(run_id):
            self._connected().send("log", run_id, {name: dict(values or {}) for name, values in what.items()})

    def log_series(self, run_id: str, measures: Sequence[Measure]) -> None:
        """Add metrics with their steps."""
        if not self._is_lost(run_id):
            self._connected().send("log_series", run_id, list(measures))

    def end_run(self, run_id: str, state: str, ended_ms: int) -> None:
        """End the MLflow run."""
        if not self._is_lost(run_id):
            self._connected().send("end_run", run_id, state, ended_ms)
        self._begun.pop(run_id, None)

    def close_dead(self, runs: Sequence[tuple[str, str]]) -> None:
        """End the MLflow runs of processes that are gone."""
        self._connected().send("close_dead", list(runs))

    def register(self, registration: Registration) -> None:
        """Register a model version."""
        self._connected().send("register", pack(registration))

    def set_model_alias(self, name: str, alias: str, number: int | None) -> None:
        """Point an alias of a registered model at a version of it, or take it away."""
        self._connected().send("set_model_alias", name, alias, number)

    def flush(self, timeout: float) -> bool:
        """Wait until everything that was sent is done; False if time ran out."""
        line = self._line
        return line is None or self._pid != os.getpid() or line.flush(timeout)

    def tracking_id(self, run_id: str, timeout: float) -> str | None:
        """MLflow's id of a run that was begun here, waiting while it is on its way; None if it is not there by then.

        Raises:
            KeyError: If it was not begun here.
        """
        begun = self._begun[run_id]
        if not begun.done() and self._line is not None:
            self._line.hurry()
        try:
            return begun.result(timeout) or None
        except TimeoutError:
            return None

    def when_begun(self, run_id: str, call: Callable[[str | None], None]) -> None:
        """Call with MLflow's id of a run that was begun here once it is there, on the thread that hears of it."""
        begun = self._begun.get(run_id)
        if begun is not None:
            begun.add_done_callback(lambda done: call(done.result()))

    def _is_lost(self, run_id: str) -> bool:
        """Whether the process that was to begin a run is gone: nobody is to wait for it."""
        begun = self._begun.get(run_id)
        return begun is not None and begun.done() and begun.result() is None

    def is_startable(self) -> bool:
        """Whether the process is there, or can be started. One that never answered is not started again."""
        if self._line is not None and self._line.is_closed and not self._line.is_ready:
            return False
        try:
            self._connected()
        except OSError as error:
            self._on_error(error, "starting the tracker's process")
            return False
        return True

    def lend(self, *, start: bool) -> Lent | None:
        """Let other processes of this machine use the process; None if there is none.

        Args:
            start: Whether to start it, if it is not there.
        """
        is_there = self._line is not None and self._pid == os.getpid() and not self._line.is_closed
        if not is_there and not (start and self.is_startable()):
            return None
        return self._connected().lend(self._terms())

    def borrow(self, lent: Lent) -> None:
        """Use what another process lends, should one be needed; what is in use stays so."""
        self._lent = lent

    @property
    def is_lent(self) -> bool:
        """Whether it is another process that has started the one in use."""
        return self._line is not None and self._line.is_lent and not self._line.is_closed

    def close(self) -> None:
        """Wait for what was sent, and let the process go."""
        line, self._line = self._line, None
        if line is not None:
            atexit.unregister(line.end)
            line.end()

    def _connected(self) -> Line:
        if self._pid != os.getpid():  # a forked child: the connection is its parent's
            self._renew()
        with self._lock:
            if self._line is None or self._line.is_closed:
                self._line = Line(
                    self._reach(),
                    on_error=self._on_error,
                    patience=self.patience,
                    on_registered=self._on_registered,
                )
                atexit.register(self._line.end)
            return self._line

    def _reach(self) -> starting.Reached:
        lent, self._lent = self._lent, None  # one that is gone is not asked for twice
        if lent is not None and starting.is_reachable(lent) and lent.terms == self._terms():
            with suppress(OSError):
                return starting.borrow(lent)
        reached = ahead.taken(self._module) or starting.launch(self._module)
        starting.greet(reached, self._greeting)
        return reached
