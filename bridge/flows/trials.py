"""Trials of a study as task runs: what `bridge.tuning` needs of Prefect."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any, Literal

from prefect import Task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.context import FlowRunContext
from prefect.futures import PrefectFuture
from prefect.states import Completed
from prefect.task_runners import ThreadPoolTaskRunner

from bridge.domain.measures import Measure
from bridge.domain.version import Version
from bridge.flows import runs
from bridge.flows.current import TrialOf, current_run, current_step
from bridge.flows.decorators import prefect_task
from bridge.flows.identity import table
from bridge.flows.marked import BridgeTask, mark_task
from bridge.workspace import available, guarded

PRUNED = "Pruned"
"""Name of the state of a task run that was stopped as its trial promised little."""

Around = Callable[[Callable[..., Any]], Callable[..., Any]]
"""Wraps a function; what comes back is async if the function is."""


class StoppedEarlyError(Exception):
    """Raised in a trial's task to end it as pruned: its run is completed, under another name, and not retried."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a trial's task run ended.

    Args:
        how: *completed*, *pruned*, *failed* in the user's code, or *lost* with the process that ran it.
        value: What the task returned.
        error: What it raised.
        step_id: The task run.
    """

    how: Literal["completed", "pruned", "failed", "lost"]
    value: Any
    error: BaseException | None
    step_id: str


def as_task(objective: Any) -> BridgeTask[..., Any]:
    """A task of bridge's: the given one, a copy of one of Prefect's, or one made of a function.

    Its runs are not looked for in Prefect's cache: equal parameters are two trials.

    Raises:
        TypeError: If it is nothing that can be called.

    >>> def objective(x): return x * x
    >>> as_task(objective).name
    'objective'
    """
    made = objective if isinstance(objective, Task) else prefect_task(objective)
    kept = made if isinstance(made, BridgeTask) else mark_task(copy.copy(made))
    return kept.with_options(cache_policy=NO_CACHE)


def for_trial(task: BridgeTask[..., Any], around: Around, trial: TrialOf) -> BridgeTask[..., Any]:
    """The task of one trial: of the same name and key, with something done around its function.

    Args:
        task: As `as_task` gives it.
        around: Wraps the function.
        trial: What it is a trial of.
    """
    one = copy.copy(task)
    one.bridge_trial = trial
    one.bridge_written = task.fn
    one.task_run_name = f"{task.name}-{trial.number}".replace("{", "{{").replace("}", "}}")
    one.fn = _ending(around(task.fn))
    return one


def _ending(fn: Callable[..., Any]) -> Callable[..., Any]:
    """Let a function that is stopped early return a state that says so."""
    if inspect.iscoroutinefunction(fn):

        @wraps(fn)
        async def ending_async(*args: Any, **kwargs: Any) -> Any:
            try:
                return await fn(*args, **kwargs)
            except StoppedEarlyError as stopped:
                return Completed(name=PRUNED, message=str(stopped))

        return ending_async

    @wraps(fn)
    def ending(*args: Any, **kwargs: Any) -> Any:
        try:
            return fn(*args, **kwargs)
        except StoppedEarlyError as stopped:
            return Completed(name=PRUNED, message=str(stopped))

    return ending


def submit(
    task: BridgeTask[..., Any], parameters: Mapping[str, Any], *, then: Callable[[], None]
) -> PrefectFuture[Any]:
    """Submit a trial to the flow's task runner.

    Args:
        task: As `for_trial` gives it.
        parameters: For its function.
        then: Called from some thread when it is over.
    """
    future: PrefectFuture[Any] = task.submit(**parameters)
    future.add_done_callback(lambda _: then())
    return future


def ended(future: PrefectFuture[Any]) -> Ended:
    """How a trial's task run, which is over, has ended."""
    step_id = str(future.task_run_id)
    try:
        future.wait()
        state: State[Any] = future.state
    except Exception as error:  # noqa: BLE001 - the process that ran it is gone, or what it made cannot be sent
        return Ended("lost", None, error, step_id)
    if not state.is_completed():
        return Ended("lost" if state.is_crashed() else "failed", None, _error_of(future), step_id)
    if state.name == PRUNED:
        return Ended("pruned", None, None, step_id)
    try:
        return Ended("completed", future.result(), None, step_id)
    except Exception as error:  # noqa: BLE001 - what it made cannot be read here
        return Ended("lost", None, error, step_id)


def _error_of(future: PrefectFuture[Any]) -> BaseException:
    try:
        found = future.result(raise_on_failure=False)
    except Exception as error:  # noqa: BLE001 - told as what it is
        return error
    return found if isinstance(found, BaseException) else RuntimeError(str(found))


def resolved(value: Any) -> Any:
    """A value in place of its future or state; anything else as it is.

    >>> resolved(3)
    3
    """
    return value.result() if isinstance(value, (PrefectFuture, State)) else value


def is_in_flow() -> bool:
    """Whether a flow run is going on here, so that tasks can be submitted.

    >>> is_in_flow()
    False
    """
    return FlowRunContext.get() is not None


def is_in_this_process() -> bool:
    """Whether the flow's tasks run in this process, so that objects need not be copied to them."""
    context = FlowRunContext.get()
    return context is None or isinstance(context.task_runner, ThreadPoolTaskRunner)


@dataclass(frozen=True, slots=True)
class FlowPlace:
    """The flow run that goes on.

    Args:
        flow: Name of the flow.
        run: Name of the flow run.
        attempt: Tells its attempts apart: the flow run's id, and how often it has been tried.
    """

    flow: str
    run: str
    attempt: str


def place() -> FlowPlace:
    """The flow run that goes on here; empty outside flows.

    >>> place()
    FlowPlace(flow='', run='', attempt='')
    """
    context = FlowRunContext.get()
    if context is None or context.flow_run is None:
        return FlowPlace("", "", "")
    flow = context.flow.name if context.flow is not None else ""
    attempt = f"{context.flow_run.id} {context.flow_run.run_count}"
    is_outermost = context.flow_run.parent_task_run_id is None
    name = (_repeated if is_outermost else "") or context.flow_run.name or ""
    return FlowPlace(flow, name, attempt)


_repeated = ""
_seeds: Mapping[str, int] = {}


def repeats(run: str, seeds: Mapping[str, int]) -> None:
    """Let the flow that this process runs be placed as the run that it repeats, so that what is named after it is, too.

    Args:
        run: Name of that run.
        seeds: Those of its studies, by their names.
    """
    global _repeated, _seeds
    _repeated, _seeds = run, seeds


def seed_then(study: str) -> int | None:
    """The seed that a study had in the run that this process repeats; None if it repeats none.

    >>> seed_then("churn")
    """
    return _seeds.get(study)


def use(name: str, value: Any, version: Version) -> None:
    """Tie the running step to a version that it gets as a parameter, and make the value known to steps within it."""
    step, run = current_step.get(), current_run.get()
    if step is not None:
        step.use(name, version.ref, "declared")
        table.remember(value, (version.ref, "declared"), scope=run.root_id if run else None, size=version.size)


def log(
    *,
    params: Mapping[str, Any] | None = None,
    measures: Sequence[Measure] = (),
    tags: Mapping[str, str] | None = None,
) -> None:
    """Add to the tracker's run of the running trial, or of the flow in its body; nothing where there is none."""
    step, workspace = current_step.get(), available()
    if step is None or step.tracked_as is None or workspace is None:
        return
    run_id, tracker = step.tracked_as, workspace.tracker
    on_error = workspace.settings.on_error
    if params or tags:
        guarded("logging a trial", lambda: tracker.log(run_id, params=params, tags=tags), on_error=on_error)
    if measures:
        guarded("logging a trial", lambda: tracker.log_series(run_id, measures), on_error=on_error)


def steps_within() -> list[str]:
    """Steps that ran within the running one so far, if it is a trial."""
    step = current_step.get()
    return list(step.within) if step is not None else []


def here() -> str:
    """This machine and process."""
    return runs.here()


def is_dead(host: str) -> bool:
    """Whether that process of this machine is gone.

    >>> is_dead(here())
    False
    """
    return runs.is_dead(host)


def register_best(task: BridgeTask[..., Any], step_id: str) -> None:
    """Register the models that a trial's task run made, as its task or its flow says.

    Raises:
        BridgeError: If the catalog cannot be read.
    """
    from bridge.flows.publishing import register_recorded

    workspace = available()
    step = workspace.catalog.step(step_id) if workspace is not None else None
    if workspace is not None and step is not None and step.task == task.name:
        register_recorded(workspace, step, task.bridge_declared, current_run.get())
