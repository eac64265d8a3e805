"""Runs below a run that is over, and that nobody ends any more."""

from __future__ import annotations

from typing import Any

DEEPEST = 4


def close_children(client: Any, run: Any, *, ours: bool = False, depth: int = 0) -> None:
    """End the runs below a run that are still going on, as KILLED.

    They are searched for, which is for the rare case: where a process was killed, or a worker of it.

    Args:
        client: `MlflowClient`.
        run: The run that is over.
        ours: Only those that bridge began for task runs, and not the user's own.
        depth: How far below the first one.
    """
    going_on = f"tags.`mlflow.parentRunId` = '{run.info.run_id}' AND attributes.status = 'RUNNING'"
    where = [run.info.experiment_id] if ours else _experiments(client)
    for child in client.search_runs(where, going_on, max_results=1000):
        if ours and "bridge.task_run_id" not in child.data.tags:
            continue
        client.set_terminated(child.info.run_id, "KILLED")
        if depth < DEEPEST:
            close_children(client, child, depth=depth + 1)


def _experiments(client: Any) -> list[str]:
    """Where runs of the user's own may be."""
    return [found.experiment_id for found in client.search_experiments(max_results=1000)]
