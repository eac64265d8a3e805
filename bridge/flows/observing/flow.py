"""What is noticed while a marked flow runs."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from prefect import flow_engine

from bridge.domain.errors import BridgeError
from bridge.domain.run import Run
from bridge.domain.secret_urls import redacted
from bridge.flows import links, page, runs, surroundings
from bridge.flows.contents import LARGEST_HERE
from bridge.flows.current import RunContext, StepContext, current_run, current_step
from bridge.flows.identity import constants_of, table
from bridge.flows.observing.observed import Observed, conclude
from bridge.flows.parameters import readable
from bridge.flows.publishing import publish_flow
from bridge.flows.recording import Description, record_flow_result
from bridge.flows.step_code import code_of_step
from bridge.tracking import autolog
from bridge.tracking.current import current_flow_run
from bridge.workspace import Workspace, current, guarded

PATIENCE_WHEN_INTERRUPTED = 5.0
"""Seconds for the tracker after Ctrl-C or a termination: who ends a process wants it to end."""


class ObservedFlow(Observed):
    """A flow run of a marked flow."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._run: Run | None = None
        self._is_root = current_run.get() is None
        self._broken_off = False
        self._interrupted = False
        self._autologs = False

    def begun(self, engine: Any) -> None:
        """Record that the run has begun and put it into the context of the flow's code."""
        self.guarded(f"recording flow {engine.flow.name!r}", lambda: self._begin(engine))

    def _begin(self, engine: Any) -> None:
        flow, flow_run = engine.flow, engine.flow_run
        parent = current_run.get()
        run_id = str(flow_run.id)
        context = self._context(flow, run_id, parent)
        self.step = StepContext(run_id, context, datetime.now(timezone.utc), tracked_as=run_id)
        self.tie_inputs(self.step, engine.parameters or {}, largest=LARGEST_HERE)
        self.enter(current_run, context)
        self.enter(current_flow_run, run_id)
        self.enter(current_step, self.step)
        self.own_runs(apart=engine.flow.isasync, is_flow=True)
        self._run = Run(
            id=run_id,
            flow=flow.name,
            name=flow_run.name,
            state=engine.state.name or "Running",
            started=self.step.started,
            parent_id=parent.id if parent else None,
            parameters=readable(engine.parameters or {}),
            code=surroundings.code_of(flow.fn),
            host=runs.here(),
        )
        run = self._run
        gathering = self.guarded("looking at what a run depends on", lambda: surroundings.begin(self.workspace, run))
        self._run = gathering or run
        if self._is_root:
            self.guarded("closing runs whose process is gone", lambda: runs.close_dead(self.workspace))
        linked = self.guarded("linking to Prefect", lambda: links.tags_of_flow(run_id, flow_run.name)) or {}
        tags = linked | {"bridge.run_scope": context.scope}
        runs.begin(self.workspace, self._run, experiment=flow.bridge_experiment, tags=tags)
        if context.autolog:
            self._autologs = True
            self.guarded("turning autologging on", autolog.hold)
        if self._is_root:
            tracker = self.workspace.tracker
            if self.workspace.is_cut_off:
                page.kept(run_id, flow_run.name, str(self.workspace.spool.folder))
            else:
                page.recorded(run_id, flow_run.name, tracker.uri)
            links.link_to_tracker(tracker, run_id, flow.name, flow_run.name)

    def _context(self, flow: Any, run_id: str, parent: RunContext | None) -> RunContext:
        """What the flow says, else as the flow that calls it, else the settings."""
        inherited = parent.scope if parent else self.workspace.settings.run_scope
        return RunContext(
            run_id,
            flow.name,
            parent.root_id if parent else run_id,
            scope=flow.bridge_run_scope or inherited,
            autolog=bool(parent and parent.autolog) if flow.bridge_autolog is None else flow.bridge_autolog,
            model=flow.bridge_model,
            cache=flow.bridge_cache or (parent.cache if parent else self.workspace.settings.cache),
        )

    def ended(self, engine: Any) -> None:
        """Record the run's own result and its end."""
        if self.over:
            return
        self.over = True
        self.guarded(f"recording flow {engine.flow.name!r}", lambda: self._record(engine))
        if self._autologs:
            self._autologs = False
            self.guarded("turning autologging off", autolog.release)
        self.guarded(f"ending the run of flow {engine.flow.name!r}", lambda: self._end(engine))

    def interrupted(self, engine: Any, error: BaseException) -> None:
        """Record the run as Prefect leaves it when it is interrupted."""
        self.outcome.result = None
        self._broken_off = True
        self._interrupted = not isinstance(error, Exception)
        self.ended(engine)

    def _record(self, engine: Any) -> None:
        if self.step is None or not engine.state.is_final():
            return
        conclude(self.outcome, engine.state)
        what = Description(
            engine.flow.name,
            engine.flow_run.name,
            declared=engine.flow.bridge_declared,
            constants=constants_of(engine.flow.fn),
            code=self.guarded("recording a flow's code", lambda: code_of_step(self.workspace, engine.flow.fn)),
        )
        made = record_flow_result(self.workspace, self.step, what, self.outcome)
        if self.outcome.error is None and engine.state.is_completed():
            model = what.declared.whole.model or engine.flow.bridge_model
            publish_flow(self.workspace, self.step, model, self.outcome.result, made)

    def _end(self, engine: Any) -> None:
        if self._run is None:
            return
        state = engine.state.name or str(engine.state.type.value).title()
        if self._broken_off and engine.state.is_running():  # Prefect could not tell its server how it ended
            state = "Cancelled" if self._interrupted and _is_cancellation() else "Crashed"
        patience = self.workspace.settings.flush_timeout
        if self._interrupted:
            patience = min(patience, PATIENCE_WHEN_INTERRUPTED)
        run = self._run
        run = self.guarded("recording what a run depends on", lambda: surroundings.end(run)) or run
        runs.end(self.workspace, run, state=state, patience=patience if self._is_root else 0.0)
        if self._is_root:
            table.forget(self._run.id)


class UnrecordedFlow:
    """A flow run of a marked flow, where there is no workspace: its page says so."""

    def begun(self, engine: Any) -> None:
        """Say why it is not recorded."""
        try:
            current()
        except BridgeError as error:
            why = f"bridge does not record this run: {redacted(str(error))}"
            guarded("telling the run's page", lambda: page.unrecorded(str(engine.flow_run.id), why), on_error="warn")

    def ended(self, engine: Any) -> None:
        """Nothing was begun."""

    async def ended_async(self, engine: Any) -> None:
        """Nothing was begun."""


def _is_cancellation() -> bool:
    """Whether the signal that ended this process came from Prefect's runner, as somebody has cancelled the run.

    The runner tells the process why, and sets the run's state itself. Asking Prefect's server could take long.
    """
    intent = getattr(flow_engine, "_termination_intent", None)  # private; Prefect 3.7 may not have it
    return intent is not None and intent() == "cancel"
