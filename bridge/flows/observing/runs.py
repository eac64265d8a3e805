"""The points of a run's life at which the engine asks; every error in here ends here, unless `on_error = "raise"`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from prefect.client.schemas.objects import State

from bridge.cache.pointer import FOLDER
from bridge.flows import inputs
from bridge.flows.carrying import let_carry
from bridge.flows.current import current_run
from bridge.flows.observing.flow import ObservedFlow, UnrecordedFlow
from bridge.flows.observing.task import ObservedTask, generators
from bridge.workspace import available, guarded

if TYPE_CHECKING:
    from bridge.flows.caching.records import CatalogRecords

_ATTRIBUTE = "_bridge_observed"


def of(engine: Any) -> Any:
    """The observation of an engine's run; None if its task or flow is not bridge's, or bridge cannot record."""
    return engine.__dict__.get(_ATTRIBUTE)


@contextmanager
def task_run(engine: Any, dependencies: Mapping[str, Any] | None) -> Iterator[ObservedTask | None]:
    """Observe a task run from before it exists until it is over."""
    workspace = available() if _marked(engine.task) else None
    if workspace is None:
        yield None
        return
    with _observing(engine, ObservedTask(workspace, dependencies or {})) as observed:
        yield observed


@contextmanager
def flow_run(engine: Any) -> Iterator[ObservedFlow | UnrecordedFlow | None]:
    """Observe a flow run from before it exists until it is over."""
    if not _marked(engine.flow):
        yield None
        return
    workspace = available()
    if workspace is None:
        yield UnrecordedFlow()
        return
    with _observing(engine, ObservedFlow(workspace)) as observed:
        yield observed


def yielded(state: State[Any], value: Any) -> None:
    """Record what a generator gives: the state, which is still that of a running task, says which."""
    if state.is_running():
        observed = generators.get(str(state.state_details.task_run_id))
        if observed is not None:
            observed.yielded(value)


def runner_started(runner: Any) -> None:
    """Let a task runner send along what is known of a task's inputs."""
    guarded("preparing a task runner", lambda: let_carry(runner), on_error="warn")


def result_taken(state: State[Any], value: Any) -> None:
    """Note which version a value is that was taken out of a state."""
    run, step_id = current_run.get(), state.state_details.task_run_id
    if run is None or step_id is None or not state.is_completed() or available() is None:
        return
    guarded("looking at a result", lambda: inputs.result_taken(str(step_id), value, run.root_id), on_error="warn")


def storage_of(metadata: Any) -> CatalogRecords | None:
    """Where a result lies that its metadata says to be in the catalog; None if it lies elsewhere."""
    is_there = metadata.storage_block_id is None and str(metadata.storage_key or "").startswith(f"{FOLDER}/")
    if not is_there:
        return None
    from bridge.flows.caching.records import CatalogRecords

    return CatalogRecords()


def _marked(thing: Any) -> bool:
    return getattr(type(thing), "is_bridge", False)


@contextmanager
def _observing(engine: Any, observed: Any) -> Iterator[Any]:
    setattr(engine, _ATTRIBUTE, observed)
    try:
        yield observed
    except BaseException as error:
        observed.interrupted(engine, error)
        raise
    finally:
        observed.leave()
