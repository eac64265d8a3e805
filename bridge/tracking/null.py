"""The tracker that tracks nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bridge.domain.measures import Measure
from bridge.domain.ports.tracker import Synced, Unsent
from bridge.domain.run import Run


class NullTracker:
    """For who wants versions and lineage without an experiment tracker; MLflow's own calls do what they always do.

    >>> NullTracker().flush(0)
    True
    """

    uri = "none"
    is_watched = False

    def start_run(self, run: Run, *, experiment: str | None, tags: Mapping[str, str]) -> None:
        """Nothing."""

    def log(
        self,
        run_id: str,
        *,
        params: Mapping[str, Any] | None = None,
        metrics: Mapping[str, float] | None = None,
        tags: Mapping[str, str] | None = None,
    ) -> None:
        """Nothing."""

    def log_series(self, run_id: str, measures: Sequence[Measure]) -> None:
        """Nothing."""

    def when_begun(self, run_id: str, call: Callable[[str | None], None]) -> None:
        """It never is."""

    def end_run(self, run_id: str, state: str, ended_ms: int) -> None:
        """Nothing."""

    def close_dead(self, runs: Sequence[tuple[str, str]]) -> None:
        """Nothing."""

    def register(self, registration: Any) -> None:
        """Nothing."""

    def set_model_alias(self, name: str, alias: str, number: int | None) -> None:
        """Nothing."""

    def flush(self, timeout: float) -> bool:
        """Everything is done."""
        return True

    def close(self, timeout: float) -> None:
        """Nothing is held."""

    def tracking_id(self, run_id: str) -> str | None:
        """There is none."""
        return None

    def unsent(self) -> Sequence[Unsent]:
        """Nothing waits."""
        return ()

    def sync(self, on_sent: Callable[[int], None]) -> Synced:
        """Nothing is kept."""
        return Synced({})
