"""What the observations of task runs and flow runs have in common."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from contextvars import ContextVar, Token
from datetime import datetime, timezone
from typing import Any

from prefect.client.schemas.objects import State
from prefect.results import ResultRecord  # type: ignore[attr-defined]  # re-exported, though not by __all__

from bridge.flows import inputs
from bridge.flows.contents import version_of_content
from bridge.flows.current import StepContext
from bridge.flows.recording import Outcome
from bridge.tracking import own_runs
from bridge.workspace import Workspace, guarded


class Observed:
    """What task runs and flow runs have in common: a place in the context, and a result."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.step: StepContext | None = None
        self.outcome = Outcome("")
        self.over = False
        self._own_runs: own_runs.OwnRuns | None = None
        self._tokens: list[tuple[ContextVar[Any], Token[Any]]] = []

    def returned(self, result: Any, *, cached: bool = False) -> None:
        """Keep what the function returned until the run is over."""
        self.outcome.result, self.outcome.cached = result, cached
        if self.step is not None and self.step.caching is not None:
            self.step.caching.failed = isinstance(result, State) and not result.is_completed()

    def tie_inputs(self, step: StepContext, parameters: Mapping[str, Any], *, largest: int, **known: Any) -> None:
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

    def own_runs(self, **how: bool) -> None:
        """Let runs that the user starts in the tracker be this run's, to be ended with it."""
        self._own_runs = own_runs.begin(**how)
        if self._own_runs is not None:
            self.enter(own_runs.own_runs, self._own_runs)

    def leave(self) -> None:
        """Take the run out of the context."""
        own, self._own_runs = self._own_runs, None
        if own is not None:
            status = "FINISHED" if self.outcome.error is None else "FAILED"
            self.guarded("ending a run that was left open", lambda: own.end(status))
        for variable, token in reversed(self._tokens):
            with suppress(ValueError):  # an abandoned generator ends in another context
                variable.reset(token)
        self._tokens.clear()

    def enter(self, variable: ContextVar[Any], value: Any) -> None:
        """Put something into the context until the run leaves it."""
        self._tokens.append((variable, variable.set(value)))

    def guarded(self, doing: str, work: Any) -> Any:
        """Do something of bridge's own; an error in it ends here, unless `on_error = "raise"`."""
        return guarded(doing, work, on_error=self.workspace.settings.on_error)


def conclude(outcome: Outcome, state: State[Any]) -> None:
    """Complete an outcome by what the final state says."""
    outcome.state = state.name or str(state.type.value).title()
    if not state.is_completed():
        outcome.error = state.message or outcome.state
    outcome.cached = outcome.cached or outcome.state == "Cached"
    if isinstance(outcome.result, ResultRecord):
        outcome.result = outcome.result.result
    if isinstance(state.data, ResultRecord) and state.data.metadata.storage_key:
        outcome.result_key = f"{state.data.metadata.storage_block_id or ''}:{state.data.metadata.storage_key}"


def plain_time(time: Any) -> datetime | None:
    """Prefect's time, which may be a library's, as the standard library's."""
    return None if time is None else datetime.fromtimestamp(time.timestamp(), timezone.utc)
