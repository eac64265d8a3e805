"""Runs below a run that is over, and that nobody ends any more."""

from __future__ import annotations

from typing import Any

DEEPEST = 4


def close_children(client: Any, run: Any, *, everywhere: bool = False, depth: int = 0) -> None:
    """End the runs below a run that are still going on, as KILLED: those of killed workers, for one.

    Args:
        client: `MlflowClient`.
        run: The run that is over.
        everywhere: Look into every experiment, not only into the run's.
        depth: How far below the first one.
    """
    going_on = f"tags.`mlflow.parentRunId` = '{run.info.run_id}' AND attributes.status = 'RUNNING'"
    where = _experiments(client) if everywhere else [run.info.experiment_id]
    for child in client.search_runs(where, going_on, max_results=1000):
        client.set_terminated(child.info.run_id, "KILLED")
        if depth < DEEPEST:
            close_children(client, child, everywhere=everywhere, depth=depth + 1)


def _experiments(client: Any) -> list[str]:
    """Where runs of the user's own may be."""
    return [found.experiment_id for found in client.search_experiments(max_results=1000)]
