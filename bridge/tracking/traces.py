"""Makes MLflow's traces belong to the flow's run: relies on one private name, `fluent._get_latest_active_run`.

MLflow ties a trace to the run that was begun last in any thread of the process; bridge begins its runs in none. Ends as
`bridge.tracking.fluent` does.
"""

from __future__ import annotations

import sys
from typing import Any

from bridge.tracking.replacing import replace

NAME = "_get_latest_active_run"


def extend(fluent: Any) -> None:
    """Let a trace belong to the run that fluent calls at this place mean, if there is one."""
    own = getattr(fluent, NAME, None)
    if own is None:
        return

    def latest_active_run() -> Any:
        run = fluent.active_run()
        return run if run is not None else own()

    replace(NAME, own, latest_active_run)


def flush() -> None:
    """Wait until the traces of this process are sent, if it has made any.

    >>> flush()
    """
    processors = "mlflow.tracing.processor.base_mlflow"  # loaded by the first trace
    if processors in sys.modules:
        sys.modules["mlflow"].flush_trace_async_logging()
