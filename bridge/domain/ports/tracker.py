"""What a tracker must do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from bridge.domain.run import Run


class Tracker(Protocol):
    """The experiment tracker and model registry.

    Promises: `start_run` and `end_run` return at once, work is done by a thread or a process of the tracker's own, in
    order; only the owner ends a run; `flush` is bounded. Errors while working are reported through `on_error`, never
    raised into the caller.
    """

    @property
    def uri(self) -> str:
        """Where runs are tracked."""

    @property
    def is_watched(self) -> bool:
        """Whether code of this process may look at what is tracked, so that a flow's end has to wait for it."""

    def start_run(self, run: Run, *, experiment: str, tags: Mapping[str, str]) -> None:
        """Begin the tracker's run for a flow run (nested under its parent's, if it has one)."""

    def log(
        self,
        run_id: str,
        *,
        params: Mapping[str, Any] | None = None,
        metrics: Mapping[str, float] | None = None,
        tags: Mapping[str, str] | None = None,
    ) -> None:
        """Add to the run of a flow run; `run_id` is Prefect's."""

    def end_run(self, run_id: str, state: str, ended_ms: int) -> None:
        """End the run with the status that fits Prefect's state."""

    def close_dead(self, runs: Sequence[tuple[str, str]]) -> None:
        """End the tracker's runs of processes that are gone; pairs of flow run id and tracker's run id."""

    def register(self, registration: Any) -> None:
        """Register a model version (see `bridge.tracking.registry.Registration`)."""

    def set_model_alias(self, name: str, alias: str, number: int | None) -> None:
        """Point an alias of a registered model at a version of it, or take it away; what is so already stays."""

    def flush(self, timeout: float) -> bool:
        """Wait until everything is sent; False if time ran out."""

    def close(self, timeout: float) -> None:
        """Flush, and give back what is held."""

    def tracking_id(self, run_id: str) -> str | None:
        """The tracker's id of a flow run, waiting while it is on its way; None if there is none."""
