"""Who does the tracker's work: a process of its own, or a thread of this one where MLflow is loaded anyway."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from bridge.domain.measures import Measure
from bridge.domain.ports.tracker import Callbacks, Lent, Synced, Unsent
from bridge.domain.run import Run
from bridge.tracking import ahead, arming, current
from bridge.tracking.loaded import is_loaded
from bridge.tracking.mlflow import MlflowTracker, patience_with
from bridge.tracking.process import TrackerProcess
from bridge.tracking.registry import Registration

Side = MlflowTracker | TrackerProcess

WAIT_FOR_OWN = 5.0
"""Seconds for which the end of a run waits for what code of this process has logged, where another one ends it."""


def open_tracker(
    *, home_uri: str, artifact_root: Path, callbacks: Callbacks, unsent: Path, process: TrackerProcess | None = None
) -> RoutedTracker:
    """Open the tracker; nothing is imported, started or reached before the first run begins.

    Args:
        home_uri: Store to use where the user has set none.
        artifact_root: Folder of that store's files.
        callbacks: What it tells and asks the workspace.
        unsent: Folder for what is not sent.
        process: Does the work where this process has not loaded MLflow; None for this one in any case.
    """
    tracker = RoutedTracker(home_uri, artifact_root, callbacks, process, unsent)
    current.add_finder(tracker.find)
    arming.arm(lambda: (home_uri, artifact_root.as_uri()), tracker.before_anyone_looks)
    return tracker


class RoutedTracker:
    """A tracker of two sides; the promises are those of `bridge.domain.ports.Tracker`.

    A flow run stays on the side on which it, or the flow run that called it, was begun.
    """

    def __init__(
        self,
        home_uri: str,
        artifact_root: Path,
        callbacks: Callbacks,
        process: TrackerProcess | None,
        unsent: Path,
    ) -> None:
        self._callbacks, self._process = callbacks, process
        self._local = MlflowTracker(home_uri, artifact_root, replace(callbacks, resolver=self._resolve), unsent)
        self._sides: dict[str, Side] = {}
        self._registering = False

    @property
    def uri(self) -> str:
        """Where runs are tracked: what the user has set, or bridge's own store."""
        return self._local.uri

    @property
    def is_watched(self) -> bool:
        """Whether code of this process may look at what is tracked: with MLflow, or for a model just registered."""
        return is_loaded() or self._registering

    def start_run(self, run: Run, *, experiment: str | None, tags: Mapping[str, str]) -> None:
        """Begin the MLflow run of a flow run, a child of its parent's."""
        side = self._sides[run.id] = self._side(run.parent_id)
        if side is not self._local:
            self._local.expect(run)
        side.start_run(run, experiment=experiment, tags=tags)

    def log(
        self,
        run_id: str,
        *,
        params: Mapping[str, Any] | None = None,
        metrics: Mapping[str, float] | None = None,
        tags: Mapping[str, str] | None = None,
    ) -> None:
        """Add to the MLflow run of a flow run."""
        self._side(run_id).log(run_id, params=params, metrics=metrics, tags=tags)

    def log_series(self, run_id: str, measures: Sequence[Measure]) -> None:
        """Add metrics with their steps."""
        self._side(run_id).log_series(run_id, measures)

    def when_begun(self, run_id: str, call: Callable[[str | None], None]) -> None:
        """Call with MLflow's id of a run that this process began, once it is there; with None if it could not be."""
        self._side(run_id).when_begun(run_id, call)

    def end_run(self, run_id: str, state: str, ended_ms: int) -> None:
        """End the MLflow run with the status that fits Prefect's state."""
        side = self._side(run_id)
        if side is not self._local and is_loaded():
            # Runs that the user began below it, on this side, end first: what goes on below a run that is over counts
            # as left by a process that was killed.
            self._local.flush(WAIT_FOR_OWN)
        side.end_run(run_id, state, ended_ms)
        self._sides.pop(run_id, None)
        if side is not self._local:
            self._local.forget(run_id)

    def close_dead(self, runs: Sequence[tuple[str, str]]) -> None:
        """End the MLflow runs of processes that are gone, as KILLED."""
        self._side(None).close_dead(runs)

    def register(self, registration: Registration) -> None:
        """Register a model version."""
        self._registering = True
        self._side(registration.run_id).register(registration)

    def set_model_alias(self, name: str, alias: str, number: int | None) -> None:
        """Point an alias of a registered model at a version of it, or take it away."""
        self._registering = True
        self._side(None).set_model_alias(name, alias, number)

    def flush(self, timeout: float) -> bool:
        """Wait until everything is sent; False if time ran out."""
        deadline = time.monotonic() + timeout
        sent = self._process is None or self._process.flush(timeout)
        sent = self._local.flush(max(0.0, deadline - time.monotonic())) and sent
        if sent:
            self._registering = False
        return sent

    def lend(self, *, start: bool) -> Lent | None:
        """Where other processes find the process that does the work; None if there is none."""
        return None if self._process is None else self._process.lend(start=start)

    def borrow(self, lent: Lent) -> None:
        """Start no process where another one lends its own."""
        if self._process is not None:
            self._process.borrow(lent)

    def hand_over(self, timeout: float) -> bool:
        """Wait until everything is sent that is not with the process that another one has started."""
        is_lent = self._process is not None and self._process.is_lent
        return self._local.flush(timeout) if is_lent else self.flush(timeout)

    def close(self, timeout: float) -> None:
        """Wait until everything is sent, and let the process go."""
        self.flush(timeout)
        if self._process is not None:
            self._process.close()
        self._local.close(0)

    def unsent(self) -> Sequence[Unsent]:
        """What waits to be sent, of every process."""
        return self._local.unsent()

    def sync(self, on_sent: Callable[[int], None]) -> Synced:
        """Send what earlier processes kept."""
        return self._local.sync(on_sent)

    def find(self, flow_run_id: str) -> Any:
        """MLflow's run of a flow run, waiting while it is on its way; None if there is none."""
        return self._local.find(flow_run_id)

    def tracking_id(self, run_id: str) -> str | None:
        """MLflow's id of a flow run, waiting while it is on its way; None if there is none."""
        return self._local.tracking_id(run_id)

    def before_anyone_looks(self) -> None:
        """Wait for what other flow runs left behind, as MLflow has just been loaded into this process."""
        if current.current_flow_run.get() is None and self._process is not None:
            self._process.flush(self._process.patience)

    def _side(self, run_id: str | None) -> Side:
        known = self._sides.get(run_id or "")
        if known is not None:
            return known
        if self._process is None or is_loaded() or not self._process.is_startable():
            ahead.drop()
            return self._local
        return self._process

    def _resolve(self, run_id: str) -> str | None:
        if self._sides.get(run_id) is self._process and self._process is not None:
            tracking_id = self._process.tracking_id(run_id, patience_with(self.uri))
            if tracking_id is not None:
                return tracking_id
        return self._callbacks.resolver(run_id)
