"""Makes MLflow's stores put what users log to bridge's runs into bridge's lane, instead of waiting for the tracker.

One of the files that rely on MLflow's private names (see `bridge.tracking.fluent`). Everything that a user
logs, by fluent calls, clients or autolog, passes the methods of MLflow's `AbstractStore`, which are public; that a
store can be asked for, and has a class that can be extended, is not:

| name | is extended to |
|---|---|
| `_tracking_service.utils._tracking_store_registry._get_store_with_resolved_uri` | give stores of a class that defers |
| `_tracking_service.client.TrackingServiceClient` | keep files (see `bridge.tracking.artifacts`) |
| `mlflow.utils.rest_utils._get_http_response_with_retries` | try again for 12 s inside flows, not for minutes |

Only runs of bridge's are deferred: flow runs, and runs that a user begins inside one. Of any other run MLflow's own
method is called. Reads flush first, for a bounded time, and give what this process knows where the tracker
does not answer. Ends when MLflow can queue all of its logging, and keep it (its `synchronous=False` does neither for
files, ends of runs, or a process that is killed).
"""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable
from concurrent.futures import Future
from types import ModuleType
from typing import Any
from uuid import uuid4

from bridge.tracking import owned as runs
from bridge.tracking.artifacts import EXTENSIONS, extend_files
from bridge.tracking.asking import FLUSH, ask, real_id
from bridge.tracking.bounds import SEND_TIMEOUT, USER_TRIES, is_sending
from bridge.tracking.current import current_flow_run
from bridge.tracking.entries import Batch, Begin, Dataset, End, Inputs, Point
from bridge.tracking.owned import Owned, Unsettled

SERVICE = "mlflow.tracking._tracking_service.utils"
CLIENT = "mlflow.tracking._tracking_service.client"
REST = "mlflow.utils.rest_utils"

TRANSLATED = ("delete_tag", "delete_run", "restore_run", "log_outputs", "record_logged_model")
"""Methods of stores that get the run's id first, and are neither deferred nor reads."""


def missing() -> list[str]:
    """The private names above that the installed MLflow does not have; empty if it fits. Imports MLflow."""
    service, client, rest = (importlib.import_module(name) for name in (SERVICE, CLIENT, REST))
    wanted = [
        (service._tracking_store_registry, "_get_store_with_resolved_uri"),
        *((client.TrackingServiceClient, name) for name in EXTENSIONS),
        (rest, "_get_http_response_with_retries"),
    ]
    return [
        f"{getattr(where, '__name__', type(where).__name__)}.{name}"
        for where, name in wanted
        if not hasattr(where, name)
    ]


def extend() -> None:
    """Extend MLflow, which is loaded. Every name that is not there is left alone."""
    service, client, rest = (importlib.import_module(name) for name in (SERVICE, CLIENT, REST))
    _extend_registry(service)
    extend_files(client.TrackingServiceClient)
    _extend_requests(rest)


def _extend_registry(service: ModuleType) -> None:
    registry: Any = service._tracking_store_registry
    own = registry._get_store_with_resolved_uri

    def get_store(*args: Any, **options: Any) -> Any:
        store = own(*args, **options)
        if not isinstance(store, DeferringStore):
            kind = type(store)
            store.__class__ = type(kind.__name__, (DeferringStore, kind), {"__module__": kind.__module__})
        return store

    get_store.cache_clear = getattr(own, "cache_clear", lambda: None)  # type: ignore[attr-defined] # as the original
    registry._get_store_with_resolved_uri = get_store


def _extend_requests(rest: Any) -> None:
    own = rest._get_http_response_with_retries

    def request(method: str, url: str, max_retries: int, *args: Any, **options: Any) -> Any:
        if is_sending.get():
            max_retries = 0
            options["timeout"] = min(options.get("timeout") or SEND_TIMEOUT, SEND_TIMEOUT)
        elif current_flow_run.get() is not None:
            max_retries = min(max_retries, USER_TRIES)
        return own(method, url, max_retries, *args, **options)

    rest._get_http_response_with_retries = request


class DeferringStore:
    """What stands before a store's own class: what is logged to bridge's runs goes into their lane."""

    def log_batch(self, run_id: str, metrics: Any, params: Any, tags: Any) -> None:
        """Log, later."""
        owned = runs.of_id(run_id)
        if owned is None:
            super().log_batch(run_id, metrics, params, tags)  # type: ignore[misc] # of the store
        else:
            _take(owned, metrics, params, tags)

    def log_batch_async(self, run_id: str, metrics: Any, params: Any, tags: Any) -> Any:
        """Log, later; done for the caller as soon as it is kept."""
        owned = runs.of_id(run_id)
        if owned is None:
            return super().log_batch_async(run_id, metrics, params, tags)  # type: ignore[misc] # of the store
        from mlflow.utils.async_logging.run_operations import RunOperations

        done: Future[None] = Future()
        try:
            _take(owned, metrics, params, tags)
            done.set_result(None)
        except Exception as error:  # noqa: BLE001 - told where MLflow tells it: by wait()
            done.set_exception(error)
        return RunOperations([done])  # type: ignore[no-untyped-call] # MLflow types only some

    def log_metric(self, run_id: str, metric: Any) -> None:
        """Log, later."""
        owned = runs.of_id(run_id)
        if owned is None:
            super().log_metric(run_id, metric)  # type: ignore[misc] # of the store
        else:
            _take(owned, [metric], [], [])

    def log_param(self, run_id: str, param: Any) -> None:
        """Log, later."""
        owned = runs.of_id(run_id)
        if owned is None:
            super().log_param(run_id, param)  # type: ignore[misc] # of the store
        else:
            _take(owned, [], [param], [])

    def set_tag(self, run_id: str, tag: Any) -> None:
        """Set, later."""
        owned = runs.of_id(run_id)
        if owned is None:
            super().set_tag(run_id, tag)  # type: ignore[misc] # of the store
        else:
            _take(owned, [], [], [tag])

    def log_inputs(self, run_id: str, datasets: Any = None, models: Any = None) -> None:
        """Log; later, if it does not answer and there are only datasets."""
        owned, own = runs.of_id(run_id), super().log_inputs  # type: ignore[misc] # of the store
        if owned is None:
            own(run_id, datasets=datasets, models=models)
        elif models:
            own(real_id(owned), datasets=datasets, models=models)
        else:
            ask(owned, lambda real: own(real, datasets=datasets, models=models), lambda: _keep(owned, datasets))

    def create_run(self, experiment_id: str, user_id: str, start_time: int, tags: Any, run_name: str | None) -> Any:
        """Begin a run of a user's; inside a flow whose tracker does not answer, later."""
        own, flow_run_id = super().create_run, current_flow_run.get()  # type: ignore[misc] # of the store
        flow_run = runs.of_key(flow_run_id) if flow_run_id is not None and not is_sending.get() else None
        if flow_run is None:
            return own(experiment_id, user_id, start_time, tags, run_name)
        return _create(self, flow_run, own, experiment_id, user_id, start_time, tags, run_name)

    def update_run_info(self, run_id: str, run_status: Any, end_time: int | None, run_name: str | None) -> Any:
        """End a run, later; any other change is made at once."""
        owned, own = runs.of_id(run_id), super().update_run_info  # type: ignore[misc] # of the store
        if owned is None:
            return own(run_id, run_status, end_time, run_name)
        from mlflow.entities import RunStatus

        if run_status is not None and RunStatus.is_terminated(run_status) and end_time is not None and not run_name:
            owned.lane.put(End(owned.key, RunStatus.to_string(run_status), int(end_time)))
            return _shown(owned).info
        return own(real_id(owned), run_status, end_time, run_name)

    def get_run(self, run_id: str) -> Any:
        """The run with everything that was logged, or with what this process knows of it."""
        owned, own = runs.of_id(run_id), super().get_run  # type: ignore[misc] # of the store
        if owned is None:
            return own(run_id)
        owned.lane.flush(FLUSH)
        return ask(owned, own, lambda: _shown(owned))

    def get_metric_history(self, run_id: str, *args: Any, **options: Any) -> Any:
        """Every value of a metric, those on their way among them."""
        owned, own = runs.of_id(run_id), super().get_metric_history  # type: ignore[misc] # of the store
        return own(run_id if owned is None else real_id(owned), *args, **options)

    def search_runs(self, *args: Any, **options: Any) -> Any:
        """Runs, after what was logged has arrived."""
        if not is_sending.get():
            for lane in runs.lanes():
                lane.flush(FLUSH)
        return super().search_runs(*args, **options)  # type: ignore[misc] # of the store

    def create_logged_model(self, experiment_id: str, *args: Any, **options: Any) -> Any:
        """Make a model, of a run that MLflow has."""
        owned = runs.of_id(options.get("source_run_id"))
        if owned is not None:
            options["source_run_id"] = real_id(owned)
        return super().create_logged_model(experiment_id, *args, **options)  # type: ignore[misc] # of the store


def _translated(name: str) -> Callable[..., Any]:
    def method(self: Any, run_id: str, *args: Any, **options: Any) -> Any:
        owned = runs.of_id(run_id)
        own = getattr(super(DeferringStore, self), name)
        return own(run_id if owned is None else real_id(owned), *args, **options)

    method.__doc__ = "The store's own, of a run that MLflow has."
    return method


for _name in TRANSLATED:
    setattr(DeferringStore, _name, _translated(_name))


def _take(owned: Owned, metrics: Any, params: Any, tags: Any) -> None:
    """Put what was logged into the lane, with the errors that MLflow raises at once."""
    from mlflow.utils import validation

    check: Any = validation
    checked = check._validate_batch_log_data(metrics, params, tags)
    metrics, params, tags = checked if checked is not None else (metrics, params, tags)
    check._validate_param_keys_unique(params)
    fresh = {param.key: param.value for param in params}
    _check_unchanged(owned, fresh)
    points = tuple(
        Point(
            one.key,
            one.value,
            one.timestamp,
            one.step or 0,
            getattr(one, "dataset_name", None),
            getattr(one, "dataset_digest", None),
            getattr(one, "model_id", None),
        )
        for one in metrics
    )
    set_now = {tag.key: str(tag.value) for tag in tags}
    owned.params.update(fresh)
    owned.tags.update(set_now)
    owned.metrics.update({point.key: point for point in points})
    owned.lane.put(Batch(owned.key, points, fresh, set_now))


def _check_unchanged(owned: Owned, params: dict[str, str]) -> None:
    for key, value in params.items():
        before = owned.params.get(key, value)
        if before != value:
            from mlflow.exceptions import MlflowException

            raise MlflowException.invalid_parameter_value(
                f"Changing param values is not allowed. Param with key={key!r} was already logged with "
                f"value={before!r} for run ID={owned.shown_id!r}. Attempted logging new value {value!r}."
            )


def _keep(owned: Owned, datasets: Any) -> None:
    kept = tuple(
        Dataset(
            one.dataset.name,
            one.dataset.digest,
            one.dataset.source_type,
            one.dataset.source,
            one.dataset.schema,
            one.dataset.profile,
            {tag.key: str(tag.value) for tag in one.tags},
        )
        for one in datasets or ()
    )
    if kept:
        owned.lane.put(Inputs(owned.key, kept))


def _create(
    store: Any,
    flow_run: Owned,
    own: Any,
    experiment_id: str,
    user_id: str,
    start_time: int,
    tags: Any,
    run_name: str | None,
) -> Any:
    def real_parent(tag: Any) -> Any:
        parent = runs.of_id(tag.value) if tag.key == "mlflow.parentRunId" else None
        return type(tag)(tag.key, parent.shown_id) if parent is not None else tag

    def now(real: str) -> Any:
        there = store.get_run(real).info.experiment_id if isinstance(experiment_id, Unsettled) else experiment_id
        made = own(there, user_id, start_time, [real_parent(tag) for tag in tags], run_name)
        child = Owned(made.info.run_id, flow_run.lane, run=made)
        flow_run.lane.follow(child.key, made.info.run_id)
        runs.own(child, made.info.run_id)
        return made

    def later() -> Any:
        by_name = {tag.key: str(tag.value) for tag in tags}
        by_name.pop("mlflow.parentRunId", None)
        name = run_name or by_name.get("mlflow.runName") or "run"
        chosen = None if isinstance(experiment_id, Unsettled) or str(experiment_id) == "0" else str(experiment_id)
        begin = Begin(str(uuid4()), name, start_time, None, chosen, (parent or flow_run).key, by_name, is_flow=False)
        child = runs.own(Owned(begin.run, flow_run.lane, begin, tags=by_name))
        flow_run.lane.put(begin)
        return _shown(child)

    parent = next((runs.of_id(tag.value) for tag in tags if tag.key == "mlflow.parentRunId"), None)
    if parent is not None and parent.tracking_id is None:
        return later()
    return ask(flow_run, now, later)


def shown(owned: Owned) -> Any:
    """MLflow's run if there is one, else one in its place."""
    return owned.run if owned.run is not None else _shown(owned)


def _experiment(owned: Owned) -> str:
    if owned.run is not None:
        return str(owned.run.info.experiment_id)
    return (owned.begin.experiment_id if owned.begin is not None else None) or Unsettled("0")


def _shown(owned: Owned) -> Any:
    """A run as far as this process knows it."""
    from mlflow.entities import Metric, Param, Run, RunData, RunInfo, RunTag

    begin = owned.begin
    experiment = _experiment(owned)
    info = RunInfo(
        run_id=owned.shown_id,
        experiment_id=experiment,
        user_id="",
        status="RUNNING",
        start_time=begin.started_ms if begin else int(time.time() * 1000),
        end_time=None,
        lifecycle_stage="active",
        artifact_uri=owned.run.info.artifact_uri if owned.run is not None else None,
        run_name=begin.name if begin else (owned.run.info.run_name if owned.run is not None else None),
    )
    tags = {**(begin.tags if begin else {}), **owned.tags}
    return Run(
        info,
        RunData(
            metrics=[Metric(one.key, one.value, one.timestamp, one.step) for one in owned.metrics.values()],
            params=[Param(key, value) for key, value in owned.params.items()],
            tags=[RunTag(key, value) for key, value in tags.items()],
        ),
    )
