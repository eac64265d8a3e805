"""The tracker on MLflow: flow runs as MLflow runs, by explicit id and off the user's path."""

from __future__ import annotations

import atexit
import os
import sys
import threading
import time
import weakref
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bridge.domain.measures import Measure
from bridge.domain.ports.tracker import Callbacks, Synced, Unsent
from bridge.domain.run import Run
from bridge.tracking import owned as runs
from bridge.tracking.bounds import sending
from bridge.tracking.deferring import shown
from bridge.tracking.entries import Batch, Begin, Below, End, Entry, Point, Pointing, Register
from bridge.tracking.lane import Lane
from bridge.tracking.leftovers import send_bit_by_bit, sync, unsent
from bridge.tracking.loaded import load
from bridge.tracking.owned import Owned
from bridge.tracking.quiet import quiet
from bridge.tracking.reach import is_server
from bridge.tracking.registry import Registration
from bridge.tracking.sending import Place
from bridge.tracking.user import chosen_experiment, user
from bridge.tracking.values import flatten, remark

WAIT_FOR_RUN = 60.0
"""Seconds that a fluent call waits for the run to exist in a database: a new SQLite store takes some to be made."""

WAIT_FOR_SERVER = 2.0
"""Seconds that it waits where a server makes the run; after that it is given a run in its place."""

WAIT_AT_EXIT = 5.0
"""Seconds that the end of the interpreter waits for what was logged after the last flow; what is not sent is kept."""

STATUS = {"Completed": "FINISHED", "Cached": "FINISHED", "Cancelled": "KILLED", "Killed": "KILLED", "Pruned": "KILLED"}
"""MLflow's status for Prefect's names of states; any other ended state is FAILED, one that goes on SCHEDULED."""

_GOES_ON = ("Paused", "Suspended", "Scheduled", "AwaitingRetry", "Pending", "NotReady")


class MlflowTracker:
    """Flow runs as MLflow runs, by threads of this process; the promises are those of `bridge.domain.ports.Tracker`.

    Args:
        home_uri: Store to use where the user has set none.
        artifact_root: Folder of that store's files.
        callbacks: What it tells and asks the workspace.
        unsent: Folder for what is not sent.
    """

    def __init__(self, home_uri: str, artifact_root: Path, callbacks: Callbacks, unsent: Path) -> None:
        self._home_uri, self._place, self._callbacks = home_uri, Place(home_uri, artifact_root), callbacks
        self._folder = unsent
        self._lock = threading.Lock()
        self._lanes: dict[str, Lane] = {}
        self._runs: dict[str, Owned] = {}
        self._impatient: set[str] = set()
        self._expected: dict[str, dict[str, str]] = {}
        self._waiting: dict[str, list[Callable[[str | None], None]]] = {}
        own = weakref.ref(self)
        atexit.register(lambda: _end(own()))

    @property
    def uri(self) -> str:
        """Where runs are tracked: what the user has set, or bridge's own store."""
        if "mlflow" in sys.modules and hasattr(sys.modules["mlflow"], "get_tracking_uri"):
            return str(sys.modules["mlflow"].get_tracking_uri())
        return os.environ.get("MLFLOW_TRACKING_URI") or self._home_uri

    # -- what callers ask for, at once

    def start_run(self, run: Run, *, experiment: str | None, tags: Mapping[str, str]) -> None:
        """Begin the MLflow run of a flow run or of a task run, a child of its parent's."""
        load()
        chosen = chosen_experiment() if experiment is None else None
        name, experiment_id = (experiment or run.flow, None) if chosen is None else chosen
        begin = Begin(
            run=run.id,
            name=run.name,
            started_ms=int(run.started.timestamp() * 1000),
            experiment=name,
            experiment_id=experiment_id if run.parent_id is None else None,
            parent=run.parent_id,
            tags={**tags, **_source(run)},
        )
        owned = self._own(Owned(run.id, self._lane(), begin))
        owned.lane.put(begin)
        said = remark(run.parameters)
        self._put_batch(owned.lane, run.id, params=run.parameters, tags={"bridge.parameters": said} if said else {})

    def log(
        self,
        run_id: str,
        *,
        params: Mapping[str, Any] | None = None,
        metrics: Mapping[str, float] | None = None,
        tags: Mapping[str, str] | None = None,
    ) -> None:
        """Add to the MLflow run of a flow run."""
        measures = [Measure(key, float(value)) for key, value in (metrics or {}).items()]
        self._put_batch(self._lane_of(run_id), run_id, params or {}, measures, tags)

    def log_series(self, run_id: str, measures: Sequence[Measure]) -> None:
        """Add metrics with their steps."""
        self._put_batch(self._lane_of(run_id), run_id, {}, measures)

    def when_begun(self, run_id: str, call: Callable[[str | None], None]) -> None:
        """Call with MLflow's id of a run once it is there, on the thread that has made it."""
        with self._lock:
            owned = self._runs.get(run_id)
            if owned is None:
                return
            if owned.run is None:
                self._waiting.setdefault(run_id, []).append(call)
                return
        call(str(owned.run.info.run_id))

    def end_run(self, run_id: str, state: str, ended_ms: int) -> None:
        """End the MLflow run with the status that fits Prefect's state."""
        status = STATUS.get(state, "SCHEDULED" if state in _GOES_ON else "FAILED")
        owned = runs.of_key(run_id)
        is_task = owned is not None and owned.begin is not None and "bridge.task_run_id" in owned.begin.tags
        goes_on = status == "SCHEDULED" or (is_task and status == "FINISHED")
        below: Below = "leave" if goes_on else "end"
        self._lane_of(run_id).put(End(run_id, status, ended_ms, below))
        self.forget(run_id)

    def close_dead(self, runs: Sequence[tuple[str, str]]) -> None:
        """End the MLflow runs of processes that are gone, as KILLED."""
        load()
        lane, now = self._lane(), int(time.time() * 1000)
        for _, tracking_id in runs:
            lane.sender.ids[tracking_id] = tracking_id
            lane.put(End(tracking_id, "KILLED", now, "everywhere"))

    def register(self, registration: Registration) -> None:
        """Register a model version."""
        load()
        run_id = registration.run_id or ""
        self._lane_of(run_id).put(Register(run_id, registration))

    def set_model_alias(self, name: str, alias: str, number: int | None) -> None:
        """Point an alias of a registered model at a version of it, or take it away."""
        load()
        self._lane().put(Pointing(name, alias, number))

    def flush(self, timeout: float) -> bool:
        """Wait until everything is sent, or is kept because the tracker does not answer; False if time ran out."""
        deadline = time.monotonic() + timeout
        flushed = [lane.flush(max(0.0, deadline - time.monotonic())) for lane in self._every_lane()]
        return all(flushed)

    @property
    def is_watched(self) -> bool:
        """Whether code of this process may look at what is tracked: always, as it has loaded MLflow."""
        return True

    def close(self, timeout: float) -> None:
        """Flush, and let the threads go."""
        self.flush(timeout)
        for lane in self._every_lane():
            lane.close()

    def unsent(self) -> Sequence[Unsent]:
        """What waits to be sent, of every process."""
        return unsent(self._folder)

    def sync(self, on_sent: Callable[[int], None]) -> Synced:
        """Send what earlier processes kept."""
        load()
        return sync(self._folder, self._place, self._callbacks, on_sent)

    # -- runs

    def find(self, flow_run_id: str) -> Any:
        """MLflow's run of a flow run, or one in its place while there is none yet; None if nobody knows the run."""
        with self._lock:
            owned = self._runs.get(flow_run_id)
        if owned is not None and owned.begin is not None and owned.run is None:
            self._wait_for(owned)
        if owned is None:
            owned = self._find_elsewhere(flow_run_id)
        return None if owned is None else shown(owned)

    def tracking_id(self, run_id: str) -> str | None:
        """MLflow's id of a flow run, waiting a bounded time while it is on its way; None if there is none."""
        self.find(run_id)
        with self._lock:
            owned = self._runs.get(run_id)
        return None if owned is None else owned.tracking_id

    def forget(self, flow_run_id: str) -> None:
        """Let go of a run that is over."""
        with self._lock:
            self._runs.pop(flow_run_id, None)
            self._expected.pop(flow_run_id, None)

    def expect(self, run: Run) -> None:
        """Know the parameters of a run that another process begins for this one."""
        with self._lock:
            self._expected[run.id] = flatten(run.parameters)

    def _wait_for(self, owned: Owned) -> None:
        """Wait for a run that was begun here; not for long, and once only, if it is a server that makes it."""
        lane = owned.lane
        if lane.is_resting or lane.uri in self._impatient:
            return
        if not lane.wait_for(lambda: owned.run is not None, patience_with(lane.uri)) and is_server(lane.uri):
            self._impatient.add(lane.uri)

    def _find_elsewhere(self, flow_run_id: str) -> Owned | None:
        load()
        lane = self._lane()
        tracking_id, is_known = self._await_elsewhere(flow_run_id, lane)
        if not is_known:
            return None
        owned = Owned(flow_run_id, lane, params=self._expected.get(flow_run_id, {}))
        if tracking_id is not None:
            lane.sender.ids[flow_run_id] = tracking_id
            self._look_at(owned, tracking_id)
            return self._own(owned, tracking_id)
        return self._own(owned)

    def _look_at(self, owned: Owned, tracking_id: str) -> None:
        if owned.lane.is_resting:
            return
        try:
            with sending(), quiet():
                owned.run = owned.lane.sender.client().get_run(tracking_id)
        except Exception:  # noqa: BLE001 - asked on the user's path: he is told of a dead server by the tracker's thread
            return

    def _await_elsewhere(self, flow_run_id: str, lane: Lane) -> tuple[str | None, bool]:
        """MLflow's id of a run that another process began, and whether there is such a run."""
        is_waited_for = lane.uri not in self._impatient and not lane.is_resting
        until = time.monotonic() + (patience_with(lane.uri) if is_waited_for else 0.0)
        while True:
            try:
                tracking_id = self._callbacks.resolver(flow_run_id)
            except Exception:  # noqa: BLE001 - a run that nobody knows
                return None, False
            if tracking_id is not None:
                return tracking_id, True
            if time.monotonic() >= until:  # it may be begun by what another process keeps
                self._impatient.add(lane.uri)
                return None, True
            time.sleep(0.05)

    # -- lanes

    def _lane(self) -> Lane:
        """The way to the tracker that is in force."""
        return self._lane_to(load().get_tracking_uri())

    def _lane_to(self, uri: str) -> Lane:
        with self._lock:
            lane = self._lanes.get(uri)
            if lane is None:
                lane = self._lanes[uri] = Lane(uri, self._place, self._folder, self._callbacks, self._begun)
                lane.and_then(send_bit_by_bit)
            return lane

    def _lane_of(self, run_id: str) -> Lane:
        with self._lock:
            owned = self._runs.get(run_id)
        return owned.lane if owned is not None else self._lane()

    def _every_lane(self) -> list[Lane]:
        with self._lock:
            return list(self._lanes.values())

    def _own(self, owned: Owned, *ids: str) -> Owned:
        with self._lock:
            owned = self._runs.setdefault(owned.key, owned)
        return runs.own(owned, *ids)

    def _begun(self, begin: Begin, run: Any) -> None:
        owned = runs.of_key(begin.run)
        with self._lock:
            waiting = self._waiting.pop(begin.run, [])
            if owned is not None:
                owned.run = run
        if owned is not None:
            runs.own(owned, run.info.run_id)
        for call in waiting:
            call(str(run.info.run_id))

    def _put_batch(
        self,
        lane: Lane,
        run_id: str,
        params: Mapping[str, Any],
        measures: Sequence[Measure] = (),
        tags: Mapping[str, str] | None = None,
    ) -> None:
        now, flat = int(time.time() * 1000), flatten(params)
        owned = runs.of_key(run_id)
        points = tuple(Point(one.name, one.value, _after(owned, one.name, now), one.step) for one in measures)
        if owned is not None:
            owned.params.update(flat)
            owned.metrics.update({point.key: point for point in points})
        if flat or points or tags:
            entry: Entry = Batch(run_id, points, flat, dict(tags or {}))
            lane.put(entry)


def patience_with(uri: str) -> float:
    """Seconds that a run is waited for where this tracker makes it.

    >>> patience_with("http://127.0.0.1:5000"), patience_with("sqlite:///mlflow.db")
    (2.0, 60.0)
    """
    return WAIT_FOR_SERVER if is_server(uri) else WAIT_FOR_RUN


def _end(tracker: MlflowTracker | None) -> None:
    if tracker is not None:
        tracker.close(WAIT_AT_EXIT)


def _after(owned: Owned | None, key: str, now: int) -> int:
    """A time after that of the metric's last value: of two in one millisecond MLflow takes the larger as the latest."""
    last = owned.metrics.get(key) if owned is not None else None
    return now if last is None or now > last.timestamp else last.timestamp + 1


def _source(run: Run) -> dict[str, str]:
    """What MLflow wants to know of where a run comes from."""
    tags = {"mlflow.user": user(), "mlflow.source.type": "LOCAL"}
    if run.code.get("file"):
        tags["mlflow.source.name"] = str(run.code["file"])
    if run.code.get("commit"):
        tags["mlflow.source.git.commit"] = str(run.code["commit"])
    return tags
