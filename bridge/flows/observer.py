"""What is noticed while a marked task or flow runs.

The engine (`bridge.flows.engine`) calls these at the points of a run's life; every error in here ends here, unless
`on_error = "raise"`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar, Token
from datetime import datetime, timezone
from typing import Any
from weakref import WeakValueDictionary

from prefect.client.schemas.objects import State
from prefect.context import FlowRunContext, TaskRunContext
from prefect.results import ResultRecord  # type: ignore[attr-defined]  # re-exported, though not by __all__

from bridge.domain.run import Run
from bridge.domain.version import Version
from bridge.flows import inputs, runs
from bridge.flows.carrying import Luggage, let_carry
from bridge.flows.contents import LARGEST_ELSEWHERE, LARGEST_HERE, version_of_content
from bridge.flows.current import RunContext, StepContext, current_run, current_step
from bridge.flows.default_key import default_key, is_by_default
from bridge.flows.identity import constants_of, table
from bridge.flows.outputs import Named
from bridge.flows.publishing import publish
from bridge.flows.recording import (
    Description,
    Outcome,
    record_flow_result,
    record_step,
    record_yield,
    take_back,
)
from bridge.tracking.current import current_flow_run
from bridge.workspace import Workspace, available, guarded

_ATTRIBUTE = "_bridge_observed"

PATIENCE_WHEN_INTERRUPTED = 5.0
"""Seconds for the tracker after Ctrl-C or a termination: who ends a process wants it to end."""


_generators: WeakValueDictionary[str, ObservedTask] = WeakValueDictionary()
"""Generators that are going on in this process, by task run id."""


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
def flow_run(engine: Any) -> Iterator[ObservedFlow | None]:
    """Observe a flow run from before it exists until it is over."""
    workspace = available() if _marked(engine.flow) else None
    if workspace is None:
        yield None
        return
    with _observing(engine, ObservedFlow(workspace)) as observed:
        yield observed


def yielded(state: State[Any], value: Any) -> None:
    """Record what a generator gives: the state, which is still that of a running task, says which."""
    if state.is_running():
        observed = _generators.get(str(state.state_details.task_run_id))
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


class _Observed:
    """What task runs and flow runs have in common: a place in the context, and a result."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.step: StepContext | None = None
        self.outcome = Outcome("")
        self._over = False
        self._tokens: list[tuple[ContextVar[Any], Token[Any]]] = []

    def returned(self, result: Any, *, cached: bool = False) -> None:
        """Keep what the function returned until the run is over."""
        self.outcome.result, self.outcome.cached = result, cached

    def _tie_inputs(self, step: StepContext, parameters: Mapping[str, Any], *, largest: int, **known: Any) -> None:
        """Tie a step to the versions that its parameters are, and make them known to the calls that it makes."""
        for slot in inputs.note_inputs(step, parameters, **known):
            version = version_of_content(self.workspace, parameters[slot], step.run, largest=largest)
            if version is not None:
                step.use(slot, version, "content")
        inputs.acquaint(step, parameters)

    def ended(self, engine: Any) -> None:
        """Record the run, if it has reached its end; once."""
        raise NotImplementedError

    async def ended_async(self, engine: Any) -> None:
        """Record in a thread, as saving and waiting for the tracker must not hold up the event loop."""
        import anyio.to_thread

        await anyio.to_thread.run_sync(self.ended, engine)

    def leave(self) -> None:
        """Take the run out of the context."""
        for variable, token in reversed(self._tokens):
            with suppress(ValueError):  # an abandoned generator ends in another context
                variable.reset(token)
        self._tokens.clear()

    def _enter(self, variable: ContextVar[Any], value: Any) -> None:
        self._tokens.append((variable, variable.set(value)))

    def _guarded(self, doing: str, work: Any) -> Any:
        return guarded(doing, work, on_error=self.workspace.settings.on_error)


class ObservedTask(_Observed):
    """A task run of a marked task."""

    def __init__(self, workspace: Workspace, dependencies: Mapping[str, Any]) -> None:
        super().__init__(workspace)
        self._dependencies = dependencies
        self._futures: list[tuple[str, str]] = []
        self._luggage = Luggage(None)
        self._elsewhere = False
        self._made: list[tuple[Named, Version]] = []
        self._publish = True
        self._description = Description("", "")

    def before_resolving(self, engine: Any) -> None:
        """Note which steps the task's futures stand for."""
        self._guarded("looking at a task's inputs", lambda: self._note_futures(engine))

    def _note_futures(self, engine: Any) -> None:
        if self.step is None:
            self._luggage = engine.task.bridge_luggage or self._luggage
            run = _run_of(engine, self._luggage.run)
            self._elsewhere = run is not None and current_run.get() is None
            self.step = StepContext(str(engine.task_run.id), run, datetime.now(timezone.utc))
            self._futures = [*self._luggage.steps, *inputs.futures_in(engine.parameters or {})]

    def after_resolving(self, engine: Any) -> None:
        """Tie the step to the versions that its inputs are."""
        self._guarded("looking at a task's inputs", lambda: self._note_inputs(engine))

    def _note_inputs(self, engine: Any) -> None:
        if self.step is not None:
            known = {"futures": self._futures, "mapped": self._dependencies, "carried": self._luggage.versions}
            largest = LARGEST_ELSEWHERE if self._elsewhere else LARGEST_HERE
            self._tie_inputs(self.step, engine.parameters or {}, largest=largest, **known)

    def default_key(self, engine: Any) -> str | None:
        """The run's cache key, if its task has the default policy; None for Prefect to compute it."""
        context = TaskRunContext.get()
        if context is None or not is_by_default(engine.task):
            return None
        try:
            return default_key(context, engine.parameters or {})
        except Exception:  # noqa: BLE001 - what cannot be hashed is told in Prefect's words
            return None

    def begun(self, engine: Any) -> None:
        """Put the step into the context of the task's code."""
        self._guarded(f"recording task {engine.task.name!r}", lambda: self._begin(engine))

    def _begin(self, engine: Any) -> None:
        if self.step is None:
            self._note_futures(engine)
        if self.step is None:
            return
        self._enter(current_step, self.step)
        if self.step.run is not current_run.get():
            self._enter(current_run, self.step.run)
            self._enter(current_flow_run, self.step.run.id if self.step.run else None)
        if engine.task.isgenerator:
            self._description = self._describe(engine)
            _generators[self.step.id] = self

    def ended(self, engine: Any) -> None:
        """Record the step, if it has reached its end; once."""
        if self._over:
            return
        self._over = True
        task = engine.task
        self._guarded(f"recording task {task.name!r}", lambda: self._record(engine))
        if self._elsewhere:  # the end of the flow is in another process
            self.workspace.tracker.flush(self.workspace.settings.flush_timeout)

    def interrupted(self, engine: Any, error: BaseException) -> None:
        """Record the step as Prefect leaves it when it is interrupted."""
        if not isinstance(error, GeneratorExit):
            self.outcome.result = None
        self.ended(engine)

    def _record(self, engine: Any) -> None:
        if self.step is None or engine.task_run is None or not engine.state.is_final():
            return
        _conclude(self.outcome, engine.state)
        self.step.started = _plain_time(engine.task_run.start_time) or self.step.started
        self.outcome.ended = _plain_time(engine.task_run.end_time)
        self._made = record_step(self.workspace, self.step, self._describe(engine), self.outcome)
        if self._publish:
            self._tell()

    def _describe(self, engine: Any) -> Description:
        return Description(
            task=engine.task.name,
            name=engine.task_run.name,
            task_key=engine.task.task_key,
            declared=engine.task.bridge_declared,
            constants=constants_of(engine.task.fn),
        )

    def yielded(self, value: Any) -> None:
        """Record what the task, a generator, gives."""
        if self.step is not None:
            step, what = self.step, self._description
            self._guarded(f"recording task {what.task!r}", lambda: record_yield(self.workspace, step, what, value))

    def staged(self, transaction: Any) -> None:
        """Within another transaction, wait for its end before telling anyone, and take back on a rollback."""
        self._guarded("joining a transaction", lambda: self._join(transaction))

    def _join(self, transaction: Any) -> None:
        if transaction.get_parent() is None or transaction.is_committed():
            return
        self._publish = False

        def commit(_: Any) -> None:
            self._tell()

        def rollback(_: Any) -> None:
            if self.step is not None:
                step = self.step
                self._guarded("taking back a step", lambda: take_back(self.workspace, step))

        for hook in (commit, rollback):
            hook.log_on_run = False  # type: ignore[attr-defined]  # as Prefect marks its own
        transaction.on_commit_hooks.append(commit)
        transaction.on_rollback_hooks.append(rollback)

    def _tell(self) -> None:
        made, self._made = self._made, []
        if self.step is not None and made:
            step, new = self.step, not self.outcome.cached
            self._guarded("telling the tracker", lambda: publish(self.workspace, step, made, new=new))


class ObservedFlow(_Observed):
    """A flow run of a marked flow."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._run: Run | None = None
        self._is_root = current_run.get() is None
        self._interrupted = False

    def begun(self, engine: Any) -> None:
        """Record that the run has begun and put it into the context of the flow's code."""
        self._guarded(f"recording flow {engine.flow.name!r}", lambda: self._begin(engine))

    def _begin(self, engine: Any) -> None:
        flow, flow_run = engine.flow, engine.flow_run
        parent = current_run.get()
        run_id = str(flow_run.id)
        context = RunContext(run_id, flow.name, parent.root_id if parent else run_id)
        self.step = StepContext(run_id, context, datetime.now(timezone.utc))
        self._tie_inputs(self.step, engine.parameters or {}, largest=LARGEST_HERE)
        self._enter(current_run, context)
        self._enter(current_flow_run, run_id)
        self._enter(current_step, self.step)
        self._run = Run(
            id=run_id,
            flow=flow.name,
            name=flow_run.name,
            state=engine.state.name or "Running",
            started=self.step.started,
            parent_id=parent.id if parent else None,
            parameters=runs.readable(engine.parameters or {}),
            code=runs.code_of(_file_of(flow)),
            host=runs.here(),
        )
        if self._is_root:
            runs.close_dead(self.workspace)
        runs.begin(self.workspace, self._run, experiment=flow.bridge_experiment)

    def ended(self, engine: Any) -> None:
        """Record the run's own result and its end."""
        if self._over:
            return
        self._over = True
        self._guarded(f"recording flow {engine.flow.name!r}", lambda: self._record(engine))
        self._guarded(f"ending the run of flow {engine.flow.name!r}", lambda: self._end(engine))

    def interrupted(self, engine: Any, error: BaseException) -> None:
        """Record the run as Prefect leaves it when it is interrupted."""
        self.outcome.result = None
        self._interrupted = not isinstance(error, Exception)
        self.ended(engine)

    def _record(self, engine: Any) -> None:
        if self.step is None or not engine.state.is_final():
            return
        _conclude(self.outcome, engine.state)
        what = Description(
            engine.flow.name,
            engine.flow_run.name,
            declared=engine.flow.bridge_declared,
            constants=constants_of(engine.flow.fn),
        )
        record_flow_result(self.workspace, self.step, what, self.outcome)

    def _end(self, engine: Any) -> None:
        if self._run is None:
            return
        state = engine.state.name or str(engine.state.type.value).title()
        patience = self.workspace.settings.flush_timeout
        if self._interrupted:
            patience = min(patience, PATIENCE_WHEN_INTERRUPTED)
        runs.end(self.workspace, self._run, state=state, patience=patience if self._is_root else 0.0)
        if self._is_root:
            table.forget(self._run.id)


def _run_of(engine: Any, carried: RunContext | None) -> RunContext | None:
    run_id = engine.task_run.flow_run_id
    if run_id is None:
        return None
    for known in (current_run.get(), carried):
        if known is not None and known.id == str(run_id):
            return known
    prefect_context = FlowRunContext.get()
    flow = getattr(prefect_context, "flow", None)
    return RunContext(str(run_id), flow.name if flow is not None else "", str(run_id))


def _conclude(outcome: Outcome, state: State[Any]) -> None:
    outcome.state = state.name or str(state.type.value).title()
    if not state.is_completed():
        outcome.error = state.message or outcome.state
    outcome.cached = outcome.cached or outcome.state == "Cached"
    if isinstance(outcome.result, ResultRecord):
        outcome.result = outcome.result.result
    if isinstance(state.data, ResultRecord) and state.data.metadata.storage_key:
        outcome.result_key = f"{state.data.metadata.storage_block_id or ''}:{state.data.metadata.storage_key}"


def _plain_time(time: Any) -> datetime | None:
    """Prefect's time, which may be a library's, as the standard library's."""
    return None if time is None else datetime.fromtimestamp(time.timestamp(), timezone.utc)


def _file_of(flow: Any) -> str | None:
    code = getattr(flow.fn, "__code__", None)
    return getattr(code, "co_filename", None)
