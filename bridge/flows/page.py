"""What a run's page in Prefect says of bridge: lines in its log, beside what the process prints.

The page says once whether the run is recorded; warnings of bridge's that come while a run goes on are on its page too,
since nobody reads what a worker's process prints.
"""

from __future__ import annotations

import logging

from prefect.context import FlowRunContext, TaskRunContext
from prefect.logging.handlers import APILogHandler

from bridge import __version__

logger = logging.getLogger("bridge")


def recorded(flow_run_id: str, name: str, tracking_uri: str) -> None:
    """Say that a run is recorded, and how to look at it; on its page only."""
    from bridge.workspace.addresses import how_to_look

    _put(
        flow_run_id,
        logging.INFO,
        f"bridge {__version__} records this run. See it with: bridge runs show {name}; in MLflow: "
        f"{how_to_look(tracking_uri)}",
    )


def kept(flow_run_id: str, name: str, folder: str) -> None:
    """Say that a run waits to be recorded, and where; on its page only."""
    _put(
        flow_run_id,
        logging.WARNING,
        f"bridge keeps what this run does in {folder} until the catalog, which does not answer, takes it. "
        f"Then see it with: bridge runs show {name}",
    )


def unrecorded(flow_run_id: str, why: str) -> None:
    """Say that a run is not recorded, and why; on its page only, for the process says it once."""
    _put(flow_run_id, logging.WARNING, why)


def show_warnings() -> None:
    """From now on, show bridge's warnings on the page of the run during which they come. Twice is once.

    >>> show_warnings()
    """
    logger.addFilter(_to_the_page)  # a handler of our own would silence Python's handler of last resort


def _put(flow_run_id: str, level: int, message: str) -> None:
    record = logger.makeRecord(logger.name, level, __file__, 0, message, (), None)
    record.flow_run_id = flow_run_id
    _handler.handle(record)


def _to_the_page(record: logging.LogRecord) -> bool:
    """Let everything pass, and send what is said during a run to its page; outside of runs there is none."""
    during_run = FlowRunContext.get() is not None or TaskRunContext.get() is not None
    there_already = any(isinstance(handler, APILogHandler) for handler in logger.handlers)
    if during_run and record.levelno >= logging.WARNING and not there_already:
        _handler.handle(record)
    return True


_handler = APILogHandler()
