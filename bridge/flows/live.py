"""What a flow run's page shows of long work while it goes on: a bar, a table, lines in the log.

Both are Prefect artifacts that are rewritten in place, so that a study of a thousand trials leaves one of each.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import ArtifactCreate, ArtifactUpdate
from prefect.context import FlowRunContext, TaskRunContext
from prefect.exceptions import MissingContextError
from prefect.logging import get_run_logger
from prefect.logging.handlers import PrefectConsoleHandler
from prefect.utilities.slugify import slugify
from rich.console import Console

from bridge.flows import artifacts

Row = Mapping[str, str | float | int | None]


@dataclass(frozen=True, slots=True)
class Place:
    """Where long work is going on.

    Args:
        flow_run_id: Of the flow run on whose page it is shown; None outside runs.
        log: The run's own log, which any thread may write to.
        console: Prefect's console, above whose lines a bar can stand.
    """

    flow_run_id: UUID | None
    log: logging.Logger | logging.LoggerAdapter[logging.Logger]
    console: Console


def here() -> Place:
    """The place of the running code.

    >>> here().flow_run_id is None
    True
    """
    try:
        log: logging.Logger | logging.LoggerAdapter[logging.Logger] = get_run_logger()
    except MissingContextError:
        log = logging.getLogger("bridge")
    return Place(_flow_run_id(), log, _console_of(log))


class LiveArtifact:
    """One Prefect artifact of a run that is made when it is first written, then rewritten.

    Not thread-safe: one thread writes it. Its client is closed with `close`.

    Args:
        key: A name, of which a key is made.
        type: `progress` or `table`.
        flow_run_id: Whose page it is on.
    """

    def __init__(self, key: str, *, type: str, flow_run_id: UUID) -> None:
        self._key, self._type, self._flow_run_id = slugify(key)[:255], type, flow_run_id
        self._id: UUID | None = None
        self._client: SyncPrefectClient | None = None

    def progress(self, percent: float, description: str) -> None:
        """Write how far the work is, from 0 to 100."""
        self._write(min(max(percent, 0.0), 100.0), description)

    def table(self, rows: Sequence[Row], description: str) -> None:
        """Write a table; JSON has no infinities, so they are to be text by now."""
        self._write(json.dumps([dict(row) for row in rows], allow_nan=False), description)

    def _write(self, data: float | str, description: str) -> None:
        if self._client is None:
            self._client = get_client(sync_client=True).__enter__()
        if self._id is None:
            made = ArtifactCreate(
                key=self._key, type=self._type, description=description, data=data, flow_run_id=self._flow_run_id
            )
            self._id = artifacts.create(self._client, made)
        else:
            artifacts.update(self._client, self._id, ArtifactUpdate(data=data, description=description))

    def close(self) -> None:
        """Close its client."""
        client, self._client = self._client, None
        if client is not None:
            client.__exit__(None, None, None)


def _flow_run_id() -> UUID | None:
    flow, task = FlowRunContext.get(), TaskRunContext.get()
    if flow is not None and flow.flow_run is not None:
        return UUID(str(flow.flow_run.id))
    if task is not None and task.task_run.flow_run_id is not None:
        return UUID(str(task.task_run.flow_run_id))
    return None


def _console_of(log: logging.Logger | logging.LoggerAdapter[logging.Logger]) -> Console:
    """The console on which Prefect prints; two that write to one terminal would break each other's lines."""
    logger: logging.Logger | None = log.logger if isinstance(log, logging.LoggerAdapter) else log
    while logger is not None:
        for handler in logger.handlers:
            if isinstance(handler, PrefectConsoleHandler):
                return handler.console
        logger = logger.parent if logger.propagate else None
    return Console(stderr=True, highlight=False, emoji=False)
