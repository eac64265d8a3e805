"""The tracker on MLflow: flow runs as MLflow runs, by explicit id and off the user's path."""

from __future__ import annotations

import importlib
import os
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

from bridge.domain.errors import TrackingError
from bridge.domain.model import ModelVersion
from bridge.domain.run import Run
from bridge.domain.version import Version
from bridge.tracking import current, fluent
from bridge.tracking.firstuse import prepare
from bridge.tracking.outbox import Outbox
from bridge.tracking.quiet import quiet
from bridge.tracking.reach import Reach
from bridge.tracking.registry import Registration, register
from bridge.tracking.values import LONGEST_TAG, MOST_METRICS, MOST_PARAMS, batches, clean_key, cut, flatten

WAIT_FOR_RUN = 60.0
"""Seconds that a fluent call waits for the flow's run to exist: a new SQLite store takes some to be made."""

STATUS = {"Completed": "FINISHED", "Cached": "FINISHED", "Cancelled": "KILLED", "Killed": "KILLED"}
"""MLflow's status for Prefect's names of states; any other ended state is FAILED, one that goes on SCHEDULED."""

_GOES_ON = ("Paused", "Suspended", "Scheduled", "AwaitingRetry", "Pending", "NotReady")

OnError = Callable[[BaseException, str], None]


@dataclass(frozen=True, slots=True)
class Callbacks:
    """What a tracker tells and asks the workspace that it belongs to.

    Args:
        on_error: Told of what went wrong and what was being done.
        on_started: Told of each run begun: flow run id, MLflow's run id, tracking URI.
        on_registered: Told of each model version registered.
        resolver: Gives the MLflow run id of a flow run that another process began; None while it is on its way.
        read: Gives the value of a saved version.
    """

    on_error: OnError
    on_started: Callable[[str, str, str], None]
    on_registered: Callable[[ModelVersion], None]
    resolver: Callable[[str], str | None]
    read: Callable[[Version], Any]


class MlflowTracker:
    """Flow runs as MLflow runs, by a thread of this process.

    Args:
        home_uri: Store to use where the user has set none.
        artifact_root: Folder of that store's files.
        callbacks: What it tells and asks the workspace.
    """

    def __init__(self, home_uri: str, artifact_root: Path, callbacks: Callbacks) -> None:
        self._home_uri, self._artifact_root, self._callbacks = home_uri, artifact_root, callbacks
        self._outbox, self._reach = Outbox(callbacks.on_error), Reach()
        self._client_made: Any = None
        self._client_uri = ""
        self._experiments: dict[str, str] = {}
        self._lock = threading.Lock()
        self._runs: dict[str, Future[Any]] = {}
        self._unheard: set[str] = set()

    @property
    def uri(self) -> str:
        """Where runs are tracked: what the user has set, or bridge's own store."""
        if "mlflow" in sys.modules and hasattr(sys.modules["mlflow"], "get_tracking_uri"):
            return str(sys.modules["mlflow"].get_tracking_uri())
        return os.environ.get("MLFLOW_TRACKING_URI") or self._home_uri

    # -- what callers ask for, at once

    def start_run(self, run: Run, *, experiment: str, tags: Mapping[str, str]) -> None:
        """Begin the MLflow run of a flow run, a child of its parent's."""
        load()
        begun: Future[Any] = Future()
        with self._lock:
            self._runs[run.id] = begun
        self._put(f"beginning the MLflow run of {run.name!r}", lambda: self._start(run, experiment, tags, begun))

    def log(
        self,
        run_id: str,
        *,
        params: Mapping[str, Any] | None = None,
        metrics: Mapping[str, float] | None = None,
        tags: Mapping[str, str] | None = None,
    ) -> None:
        """Add to the MLflow run of a flow run."""
        now = int(time.time() * 1000)
        self._put("logging to MLflow", lambda: self._log(run_id, params or {}, metrics or {}, tags or {}, now))

    def end_run(self, run_id: str, state: str, ended_ms: int) -> None:
        """End the MLflow run with the status that fits Prefect's state."""
        self._put("ending an MLflow run", lambda: self._end(run_id, state, ended_ms))

    def close_dead(self, runs: Sequence[tuple[str, str]]) -> None:
        """End the MLflow runs of processes that are gone, as KILLED."""
        for _, tracking_id in runs:
            self._put("closing a dead MLflow run", lambda dead=tracking_id: self._kill(dead))  # type: ignore[misc]

    def register(self, registration: Registration) -> None:
        """Register a model version."""
        self._put(f"registering model {registration.name!r}", lambda: self._register(registration))

    def flush(self, timeout: float) -> bool:
        """Wait until everything is sent; False if time ran out."""
        return self._outbox.flush(timeout)

    def find(self, flow_run_id: str) -> Any:
        """MLflow's run of a flow run, waiting while it is on its way; None if there is none."""
        with self._lock:
            begun = self._runs.get(flow_run_id)
        if begun is not None:
            try:
                return begun.result(timeout=WAIT_FOR_RUN)
            except (FutureTimeoutError, TrackingError):
                return None
        return self._find_elsewhere(flow_run_id)

    def tracking_id(self, flow_run_id: str) -> str | None:
        """MLflow's id of a flow run, waiting while it is on its way; None if there is none."""
        run = self.find(flow_run_id)
        return None if run is None else str(run.info.run_id)

    def forget(self, flow_run_id: str) -> None:
        """Let go of a run that is over."""
        with self._lock:
            self._runs.pop(flow_run_id, None)

    # -- what the thread does

    def _put(self, doing: str, work: Callable[[], None]) -> None:
        self._outbox.put(doing, work)

    def _client(self) -> Any:
        """MLflow's client for the URI in force; the first one makes or migrates a SQLite store's tables.

        Raises:
            TrackingError: If it is a server that does not answer.
        """
        tracking = load()
        uri = tracking.get_tracking_uri()
        self._reach.check(uri)
        if self._client_made is None or self._client_uri != uri:
            prepare(uri, self._artifact_root.as_uri() if uri == self._home_uri else None)
            with quiet():
                self._client_made = tracking.MlflowClient()
                self._client_made.search_experiments(max_results=1)
            self._client_uri, self._experiments = uri, {}
        return self._client_made

    def _start(self, run: Run, experiment: str, tags: Mapping[str, str], begun: Future[Any]) -> None:
        try:
            with quiet():
                made = self._create(run, experiment, tags)
            begun.set_result(made)
        except BaseException as error:
            begun.set_exception(error if isinstance(error, TrackingError) else TrackingError(self.uri, str(error)))
            raise
        self._callbacks.on_started(run.id, made.info.run_id, self._client_uri)
        self._log_now(made.info.run_id, flatten(run.parameters), {}, {}, 0)

    def _create(self, run: Run, experiment: str, tags: Mapping[str, str]) -> Any:
        client = self._client()
        parent = self.find(run.parent_id) if run.parent_id else None
        all_tags = {**tags, "mlflow.user": _user(), "mlflow.source.type": "LOCAL"}
        if run.code.get("file"):
            all_tags["mlflow.source.name"] = str(run.code["file"])
        if run.code.get("commit"):
            all_tags["mlflow.source.git.commit"] = str(run.code["commit"])
        if parent is not None:
            all_tags["mlflow.parentRunId"] = parent.info.run_id
        return client.create_run(
            parent.info.experiment_id if parent is not None else self._experiment(client, experiment),
            start_time=int(run.started.timestamp() * 1000),
            tags={name: cut(value, LONGEST_TAG) for name, value in all_tags.items()},
            run_name=run.name,
        )

    def _experiment(self, client: Any, name: str) -> str:
        """The experiment that the user has set in MLflow, else the one of this name, made if it is not there."""
        chosen = _chosen_experiment()
        if chosen is not None:
            return chosen
        if name not in self._experiments:
            self._experiments[name] = self._find_or_make_experiment(client, name)
        return self._experiments[name]

    def _find_or_make_experiment(self, client: Any, name: str) -> str:
        from mlflow.exceptions import MlflowException

        found = client.get_experiment_by_name(name)
        if found is None:
            local = self._client_uri.startswith("sqlite:")
            where = (
                f"{self._artifact_root.as_uri()}/{blake2b(name.encode(), digest_size=8).hexdigest()}" if local else None
            )
            try:
                return str(client.create_experiment(name, artifact_location=where))
            except MlflowException:  # another process was quicker
                found = client.get_experiment_by_name(name)
                if found is None:
                    raise
        if found.lifecycle_stage == "deleted":
            client.restore_experiment(found.experiment_id)
        return str(found.experiment_id)

    def _find_elsewhere(self, flow_run_id: str) -> Any:
        tracking_id = self._await_elsewhere(flow_run_id)
        if tracking_id is None:
            return None
        found: Future[Any] = Future()
        try:
            found.set_result(self._client().get_run(tracking_id))
        except Exception:  # noqa: BLE001 - asked on the user's path: he is told of a dead server by the tracker's thread
            return None
        with self._lock:
            self._runs.setdefault(flow_run_id, found)
        return found.result()

    def _await_elsewhere(self, flow_run_id: str) -> str | None:
        """MLflow's id of a run that another process began, which may not have reached the tracker yet."""
        until = time.monotonic() + WAIT_FOR_RUN
        while flow_run_id not in self._unheard:
            try:
                tracking_id = self._callbacks.resolver(flow_run_id)
            except Exception:  # noqa: BLE001 - a run that nobody knows
                return None
            if tracking_id is not None:
                return tracking_id
            if time.monotonic() > until:
                self._unheard.add(flow_run_id)
            time.sleep(0.05)
        return None

    def _log(
        self, run_id: str, params: Mapping[str, Any], metrics: Mapping[str, float], tags: Mapping[str, str], now: int
    ) -> None:
        tracking_id = self.tracking_id(run_id)
        if tracking_id is not None:
            self._log_now(tracking_id, flatten(params), metrics, tags, now)

    def _log_now(
        self,
        tracking_id: str,
        params: Mapping[str, str],
        metrics: Mapping[str, float],
        tags: Mapping[str, str],
        now: int,
    ) -> None:
        from mlflow.entities import Metric, Param, RunTag

        client = self._client()
        for some in batches([Param(key, value) for key, value in params.items()], MOST_PARAMS):
            client.log_batch(tracking_id, params=some)
        for part in batches([Metric(clean_key(key), value, now, 0) for key, value in metrics.items()], MOST_METRICS):
            client.log_batch(tracking_id, metrics=part)
        for few in batches([RunTag(clean_key(k), cut(v, LONGEST_TAG)) for k, v in tags.items()], MOST_PARAMS):
            client.log_batch(tracking_id, tags=few)

    def _end(self, run_id: str, state: str, ended_ms: int) -> None:
        tracking_id = self.tracking_id(run_id)
        if tracking_id is not None:
            status = STATUS.get(state, "SCHEDULED" if state in _GOES_ON else "FAILED")
            with quiet():
                self._client().set_terminated(tracking_id, status, ended_ms)
        self.forget(run_id)

    def _kill(self, tracking_id: str) -> None:
        with quiet():
            self._client().set_terminated(tracking_id, "KILLED")

    def _register(self, registration: Registration) -> None:
        run = self.find(registration.run_id) if registration.run_id else None
        with quiet(), current.bound(registration.run_id):
            made = register(self._client(), registration, self._callbacks.read, run)
        self._callbacks.on_registered(made)


def load() -> Any:
    """MLflow's tracking module, imported by whoever asks first.

    Not by the tracker's thread beside the user's code: MLflow brings pandas and polars, and libraries that look into
    `sys.modules` for them (scikit-learn does, in every `fit`) fail on a module that another thread is half-way through.
    """
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    return importlib.import_module("mlflow.tracking")


def _chosen_experiment() -> str | None:
    """The experiment that the user has set with `set_experiment` or MLflow's environment variables."""
    chosen = getattr(sys.modules.get(fluent.FLUENT), "_active_experiment_id", None)
    if chosen is not None:
        return str(chosen)
    if os.environ.get("MLFLOW_EXPERIMENT_NAME") or os.environ.get("MLFLOW_EXPERIMENT_ID"):
        found: str = importlib.import_module(fluent.FLUENT)._get_experiment_id()
        return found
    return None


def _user() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"
