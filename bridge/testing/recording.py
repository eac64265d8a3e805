"""A tracker in memory, for tests of what is told to one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bridge.domain.measures import Measure
from bridge.domain.ports import Callbacks, Synced, Unsent
from bridge.domain.run import Run

STATES = {"Completed": "completed", "Cached": "completed", "Cancelled": "killed", "Killed": "killed"}


@dataclass(slots=True)
class Recorded:
    """What was told of a run."""

    run: Run
    experiment: str | None
    params: dict[str, Any]
    tags: dict[str, str]
    state: str = "running"
    ended_ms: int | None = None
    metrics: dict[str, float] = field(default_factory=dict)


class RecordingTracker:
    """Keeps what it is told; the promises are those of `bridge.domain.ports.Tracker`.

    Args:
        callbacks: What it tells the workspace.
        runs: Where it keeps runs, by flow run id.
        registered: Where it keeps registrations.
    """

    uri = "memory"
    is_watched = False

    def __init__(
        self,
        callbacks: Callbacks,
        runs: dict[str, Recorded] | None = None,
        registered: list[Any] | None = None,
    ) -> None:
        self._callbacks = callbacks
        self.runs = runs if runs is not None else {}
        self.registered = registered if registered is not None else []
        self.aliases: dict[tuple[str, str], int | None] = {}

    def start_run(self, run: Run, *, experiment: str | None, tags: Mapping[str, str]) -> None:
        """Keep it."""
        self.runs[run.id] = Recorded(run, experiment, dict(run.parameters), dict(tags))
        self._callbacks.on_started(run.id, run.id, self.uri)

    def log(
        self,
        run_id: str,
        *,
        params: Mapping[str, Any] | None = None,
        metrics: Mapping[str, float] | None = None,
        tags: Mapping[str, str] | None = None,
    ) -> None:
        """Keep it, if there is such a run."""
        if (known := self.runs.get(run_id)) is not None:
            known.params.update(params or {})
            known.metrics.update(metrics or {})
            known.tags.update(tags or {})

    def log_series(self, run_id: str, measures: Sequence[Measure]) -> None:
        """Keep the last value of each metric, if there is such a run."""
        self.log(run_id, metrics={point.name: point.value for point in measures})

    def when_begun(self, run_id: str, call: Callable[[str | None], None]) -> None:
        """Call at once, if there is such a run."""
        if run_id in self.runs:
            call(run_id)

    def end_run(self, run_id: str, state: str, ended_ms: int) -> None:
        """Keep it, if there is such a run."""
        if (known := self.runs.get(run_id)) is not None:
            known.state, known.ended_ms = STATES.get(state, "failed"), ended_ms

    def close_dead(self, runs: Sequence[tuple[str, str]]) -> None:
        """End them."""
        for run_id, _ in runs:
            self.end_run(run_id, "Killed", 0)

    def tracking_id(self, run_id: str) -> str | None:
        """The flow run's own."""
        return run_id if run_id in self.runs else None

    def register(self, registration: Any) -> None:
        """Keep it."""
        self.registered.append(registration)

    def set_model_alias(self, name: str, alias: str, number: int | None) -> None:
        """Keep it."""
        self.aliases[name, alias] = number

    def flush(self, timeout: float) -> bool:
        """Everything is there."""
        return True

    def close(self, timeout: float) -> None:
        """Nothing is held."""

    def unsent(self) -> Sequence[Unsent]:
        """Nothing waits."""
        return ()

    def sync(self, on_sent: Callable[[int], None]) -> Synced:
        """Nothing is kept."""
        return Synced({})
