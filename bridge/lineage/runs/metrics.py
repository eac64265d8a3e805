"""Metrics of two runs, compared as the tracker has them."""

from __future__ import annotations

import threading
from collections.abc import Mapping

from bridge.domain.content_difference import Change
from bridge.domain.errors import BridgeError
from bridge.domain.run import Run
from bridge.lineage.differences.nested import compare_nested

LOADING = 5.0
"""Seconds for the tracker's library to be loaded."""


def metric_changes(runs: tuple[Run, Run], patience: float) -> tuple[tuple[Change, ...], tuple[str, ...]]:
    """What differs in the metrics of two runs, and a note if the tracker did not say.

    To be asked for when nothing else is being imported: loading MLflow beside that does not go well.

    Args:
        runs: The older one, the newer one.
        patience: Seconds for the tracker to answer.
    """
    if not all(run.tracking_id for run in runs):
        return (), ()
    found: list[Mapping[str, float]] = []
    why = ["the tracker did not answer in time."]
    loaded = threading.Event()

    def read() -> None:
        from bridge.tracking import read_run
        from bridge.tracking.loaded import load

        try:
            load()
            loaded.set()
            for run in runs:
                found.append(read_run(run.tracking_uri, run.tracking_id or "").metrics)
        except (BridgeError, ImportError) as error:
            why.append(str(error))
        finally:
            loaded.set()

    thread = threading.Thread(target=read, name="bridge-metrics", daemon=True)
    thread.start()
    loaded.wait(LOADING)
    thread.join(patience)
    if len(found) < len(runs):
        return (), (f"Metrics are not compared: {why[-1]}",)
    return compare_nested(dict(found[0]), dict(found[1]), limit=1000).changes, ()
