"""What is noticed while a marked task runs."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timezone
from typing import Any
from weakref import WeakValueDictionary

from prefect.client.schemas.objects import State
from prefect.context import FlowRunContext, TaskRunContext

from bridge.domain.ports import Lender
from bridge.domain.version import Version
from bridge.flows import inputs, task_runs
from bridge.flows.caching.keying import content_key, keep_as_pointer
from bridge.flows.caching.serializer import keepers
from bridge.flows.caching.waiting import computing
from bridge.flows.carrying import Luggage
from bridge.flows.contents import LARGEST_ELSEWHERE, LARGEST_HERE
from bridge.flows.current import RunContext, StepContext, current_run, current_step
from bridge.flows.default_key import default_key, is_by_default
from bridge.flows.identity import constants_of
from bridge.flows.observing.observed import Observed, conclude, plain_time
from bridge.flows.outputs import Named
from bridge.flows.publishing import log_metrics, publish
from bridge.flows.recording import Description, Outcome, record_step, record_yield, take_back
from bridge.flows.registering import known_here
from bridge.flows.step_code import code_of_step
from bridge.models.registering import Known
from bridge.tracking import autolog, traces
from bridge.tracking.current import current_flow_run
from bridge.workspace import Workspace

generators: WeakValueDictionary[str, ObservedTask] = WeakValueDictionary()
"""Generators that are going on in this process, by task run id."""


class ObservedTask(Observed):
    """A task run of a marked task."""

    def __init__(self, workspace: Workspace, dependencies: Mapping[str, Any]) -> None:
        super().__init__(workspace)
        self._dependencies = dependencies
        self._futures: list[tuple[str, str]] = []
        self._luggage = Luggage(None)
        self._elsewhere = False
        self._made: list[tuple[Named, Version]] = []
        self._known: Known | None = None
        self._publish = True
        self._autologs = False
        self._given = 0
        self._description = Description("", "")
        self._engine: Any = None
        self._kept: list[tuple[Named, Version]] | None = None

    def before_resolving(self, engine: Any) -> None:
        """Note which steps the task's futures stand for."""
        self.guarded("looking at a task's inputs", lambda: self._note_futures(engine))

    def _note_futures(self, engine: Any) -> None:
        if self.step is None:
            self._engine = engine
            self._luggage = engine.task.bridge_luggage or self._luggage
            run = _run_of(engine, self._luggage.run)
            self._elsewhere = run is not None and current_run.get() is None
            if self._elsewhere and self._luggage.tracker is not None and isinstance(self.workspace.tracker, Lender):
                self.workspace.tracker.borrow(self._luggage.tracker)
            self.step = StepContext(str(engine.task_run.id), run, datetime.now(timezone.utc))
            self._futures = [*self._luggage.steps, *inputs.futures_in(engine.parameters or {})]

    def after_resolving(self, engine: Any) -> None:
        """Tie the step to the versions that its inputs are."""
        self.guarded("looking at a task's inputs", lambda: self._note_inputs(engine))

    def _note_inputs(self, engine: Any) -> None:
        if self.step is not None:
            known = {"futures": self._futures, "mapped": self._dependencies, "carried": self._luggage.versions}
            largest = LARGEST_ELSEWHERE if self._elsewhere else LARGEST_HERE
            self.tie_inputs(self.step, engine.parameters or {}, largest=largest, **known)

    def key(self, engine: Any, prefects: Callable[[], str | None]) -> str | None:
        """The run's cache key: of content if its task or a setting says so, else Prefect's, sometimes computed faster.

        Args:
            engine: Prefect's, of the task run.
            prefects: Computes it as the task's policy does.
        """
        context, task = TaskRunContext.get(), engine.task
        if context is None:
            return prefects()
        keepers[str(context.task_run.id)] = self
        if is_by_default(task):
            key = self._content_by_default(context, engine) or self._default_key(context, engine) or prefects()
        else:
            key = prefects()
        keep_as_pointer(context)
        return key

    def _content_by_default(self, context: TaskRunContext, engine: Any) -> str | None:
        run = self.step.run if self.step is not None else None
        if (run.cache if run is not None else self.workspace.settings.cache) != "content":
            return None
        key: str | None = self.guarded(
            f"making a cache key for task {engine.task.name!r}",
            lambda: content_key(context, engine.parameters or {}, exclude=(), alone=True, implied=True),
        )
        if key is not None:
            context.persist_result = True
        return key

    def _default_key(self, context: TaskRunContext, engine: Any) -> str | None:
        try:
            return default_key(context, engine.parameters or {})
        except Exception:  # noqa: BLE001 - what cannot be hashed is told in Prefect's words
            return None

    def keep(self, value: Any) -> Sequence[tuple[str, Version]]:
        """Save the task's result and write the step down, before Prefect keeps a pointer to it."""
        if self.step is None or self._engine is None:
            return ()
        if self._kept is None:
            outcome = Outcome("Completed", value, ended=datetime.now(timezone.utc))
            self._kept = record_step(self.workspace, self.step, self._describe(self._engine), outcome)
        return [(one.slot, version) for one, version in self._kept]

    async def keep_ahead(self, value: Any) -> None:
        """Save an async task's result in a thread, as Prefect makes pointers on the event loop."""
        caching = self.step.caching if self.step is not None else None
        if caching is None or caching.key is None or isinstance(value, State):
            return
        import anyio.to_thread

        doing = f"recording task {self._engine.task.name!r}"
        await anyio.to_thread.run_sync(self.guarded, doing, lambda: self.keep(value))

    def begun(self, engine: Any) -> None:
        """Put the step into the context of the task's code."""
        self.guarded(f"recording task {engine.task.name!r}", lambda: self._begin(engine))

    def _begin(self, engine: Any) -> None:
        if self.step is None:
            self._note_futures(engine)
        if self.step is None:
            return
        outer = current_step.get()
        self._join_trial(engine, self.step, outer)
        self.enter(current_step, self.step)
        run = self.step.run
        if run is not None:
            self._track(engine, self.step, run, outer)
        if run is not current_run.get():
            self.enter(current_run, run)
        if self.step.tracked_as != current_flow_run.get():
            self.enter(current_flow_run, self.step.tracked_as)
        if engine.task.isgenerator:
            self._description = self._describe(engine)
            generators[self.step.id] = self
        else:
            self.own_runs(apart=engine.task.isasync)

    def _join_trial(self, engine: Any, step: StepContext, outer: StepContext | None) -> None:
        """A trial is made from its study, and what is done in it is a part of it."""
        trial = engine.task.bridge_trial
        if trial is not None and trial.version is not None:
            step.use("study", trial.version, "declared")
        elif trial is None and outer is not None and outer.trial is not None:
            trial = outer.trial
            step.within = outer.within
            step.within.append(step.id)
        if trial is not None:
            step.trial = trial
            step.metadata.update({"study": trial.study, "trial": trial.number})

    def _track(self, engine: Any, step: StepContext, run: RunContext, outer: StepContext | None) -> None:
        """Let the step's calls to the tracker mean its flow's run, or a run of its own."""
        step.tracked_as = run.id
        trial = engine.task.bridge_trial
        if step.trial is not None and trial is None and outer is not None:
            step.tracked_as = outer.tracked_as
        elif (run.scope == "task" or trial is not None) and engine.state.is_running():
            task, name = engine.task.name, engine.task_run.name
            parameters = {} if trial is not None else engine.parameters or {}  # a trial's are known as it goes on
            self.guarded(
                f"beginning the run of task {task!r}",
                lambda: task_runs.begin(self.workspace, step, task=task, name=name, parameters=parameters),
            )
        if not self._elsewhere:
            return
        if run.autolog:
            self._autologs = True
            self.guarded("turning autologging on", autolog.hold)
        elif "mlflow" in sys.modules:
            autolog.rest()

    def ended(self, engine: Any) -> None:
        """Record the step, if it has reached its end; once."""
        if self.over:
            return
        self.over = True
        task = engine.task
        self.guarded(f"recording task {task.name!r}", lambda: self._record(engine))
        if self._publish:
            self._end_tracking(engine)
        if self._autologs:
            autolog.release(at_once=False)
        if self._elsewhere:  # the end of the flow is in another process
            self.guarded("sending traces", traces.flush)
            tracker, patience = self.workspace.tracker, self.workspace.settings.flush_timeout
            _ = tracker.hand_over(patience) if isinstance(tracker, Lender) else tracker.flush(patience)

    def _end_tracking(self, engine: Any, state: str | None = None) -> None:
        step = self.step
        if step is None or step.tracked_as != step.id:
            return
        name = state or engine.state.name or str(engine.state.type.value).title()
        if not engine.state.is_final():  # a generator that was left before its end
            name = "Cancelled"
        self.guarded(
            f"ending the run of task {engine.task.name!r}",
            lambda: task_runs.end(self.workspace, step, state=name, ended=self.outcome.ended),
        )

    def leave(self) -> None:
        """Take the run out of the context, and let those go on that wait for what it computes."""
        if self.step is not None:
            computing.end(self.step.id)
        super().leave()

    def interrupted(self, engine: Any, error: BaseException) -> None:
        """Record the step as Prefect leaves it when it is interrupted."""
        if not isinstance(error, GeneratorExit):
            self.outcome.result = None
        self.ended(engine)

    def _record(self, engine: Any) -> None:
        if self.step is None or engine.task_run is None or not engine.state.is_final():
            return
        conclude(self.outcome, engine.state)
        self.step.started = plain_time(engine.task_run.start_time) or self.step.started
        self.outcome.ended = plain_time(engine.task_run.end_time)
        kept = self._kept if self.outcome.error is None else None
        self._made = record_step(self.workspace, self.step, self._describe(engine), self.outcome, kept=kept)
        self._kept = self._made
        if self._has_models():
            self._known = known_here(self.workspace, self.step, engine.parameters or {})
        if self._publish:
            self._tell()

    def _has_models(self) -> bool:
        if self.step is None or self.outcome.cached or self.step.trial is not None:
            return False  # of a study's models the best one is registered, once it is known
        is_asked_for = self.step.run is not None and self.step.run.model is not None
        return bool(self._made) and (is_asked_for or any(one.spec.model is not None for one, _ in self._made))

    def _describe(self, engine: Any) -> Description:
        return Description(
            task=engine.task.name,
            name=engine.task_run.name,
            task_key=engine.task.task_key,
            declared=engine.task.bridge_declared,
            constants=constants_of(engine.task.bridge_written or engine.task.fn),
            code=self._code(engine.task.bridge_written or engine.task.fn),
        )

    def _code(self, fn: Any) -> str | None:
        """Of a step with a key it is known already."""
        if self.step is not None and self.step.caching is not None and self.step.caching.code is not None:
            return None
        return self.guarded("recording a task's code", lambda: code_of_step(self.workspace, fn))  # type: ignore[no-any-return]

    def yielded(self, value: Any) -> None:
        """Record what the task, a generator, gives."""
        if self.step is not None:
            step, what = self.step, self._description
            self.guarded(f"recording task {what.task!r}", lambda: self._record_yield(step, what, value))

    def _record_yield(self, step: StepContext, what: Description, value: Any) -> None:
        one = record_yield(self.workspace, step, what, value)
        if one is not None:
            log_metrics(self.workspace, step, one, first=self._given)
            self._given += 1

    def staged(self, engine: Any, transaction: Any) -> None:
        """Within another transaction, wait for its end before telling anyone, and take back on a rollback."""
        self.guarded("joining a transaction", lambda: self._join(engine, transaction))

    def _join(self, engine: Any, transaction: Any) -> None:
        if transaction.get_parent() is None or transaction.is_committed():
            return
        self._publish = False

        def commit(_: Any) -> None:
            self._tell()
            self._end_tracking(engine)

        def rollback(_: Any) -> None:
            if self.step is not None:
                step = self.step
                self.guarded("taking back a step", lambda: take_back(self.workspace, step))
                self._end_tracking(engine, "RolledBack")

        for hook in (commit, rollback):
            hook.log_on_run = False  # type: ignore[attr-defined]  # as Prefect marks its own
        transaction.on_commit_hooks.append(commit)
        transaction.on_rollback_hooks.append(rollback)

    def _tell(self) -> None:
        made, self._made = self._made, []
        if self.step is not None and made:
            step, known = self.step, self._known
            self.guarded("telling the tracker", lambda: publish(self.workspace, step, made, known=known))


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
