"""Metrics of two runs, compared as the tracker has them."""

from __future__ import annotations

from collections.abc import Mapping

from bridge.domain.content_difference import Change
from bridge.domain.errors import BridgeError
from bridge.domain.run import Run
from bridge.lineage.differences.nested import compare_nested
from bridge.tracking import asked, read_run


def metric_changes(runs: tuple[Run, Run], patience: float) -> tuple[tuple[Change, ...], tuple[str, ...]]:
    """What differs in the metrics of two runs, and a note if the tracker did not say.

    To be asked for when nothing else is being imported: loading MLflow beside that does not go well.

    Args:
        runs: The older one, the newer one.
        patience: Seconds for the tracker to answer.
    """
    if not all(run.tracking_id for run in runs):
        return (), ()

    def read() -> list[Mapping[str, float]]:
        return [read_run(run.tracking_uri, run.tracking_id or "").metrics for run in runs]

    try:
        old, new = asked(read, patience)
    except (BridgeError, ImportError, TimeoutError) as error:
        return (), (f"Metrics are not compared: {error}",)
    return compare_nested(dict(old), dict(new), limit=1000).changes, ()
