"""What is recorded of a flow run, and of each step in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bridge.domain.manifest import Manifest
from bridge.domain.preview import Preview
from bridge.domain.version import Tie, VersionRef


@dataclass(frozen=True, slots=True)
class Run:
    """A Prefect flow run.

    Args:
        id: Prefect's flow run id.
        flow: Name of the flow.
        name: Name of the run.
        state: Prefect's name of the state (`Running`, `Completed`, `Failed`, `Crashed`, `Cancelled` …).
        started: UTC.
        ended: UTC; None while it runs.
        parent_id: Flow run that called it.
        parameters: JSON-able; long values shortened.
        code: Where the code came from: `file`, `entrypoint`, `module`, `run_as`, `cwd`, `root`, `commit`, `dirty`,
            `patch`, as far as known.
        environment: What it ran in: Python, platform, hardware, variables, seeds, and digests of the documents that
            list packages and what was not committed.
        host: Machine and process, `host:pid`: what tells a dead run from a running one.
        tracking_id: The tracker's id of this run (MLflow's run id).
        tracking_uri: Where that id is known.
    """

    id: str
    flow: str
    name: str
    state: str
    started: datetime
    ended: datetime | None = None
    parent_id: str | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    code: Mapping[str, Any] = field(default_factory=dict)
    environment: Mapping[str, Any] = field(default_factory=dict)
    host: str = ""
    tracking_id: str | None = None
    tracking_uri: str | None = None


@dataclass(frozen=True, slots=True)
class Saved:
    """A value whose bytes are in the store, on its way into the catalog.

    Args:
        name: Artifact's name.
        type: Qualified name of the value's Python type.
        manifest: What the store has; None if the value could not be stored.
        metadata: JSON-able facts.
        tags: For the version it becomes, or is: what is said last counts.
        aliases: To point at that version.
        preview: What can be shown of it without loading it.
    """

    name: str
    type: str
    manifest: Manifest | None
    metadata: Mapping[str, Any] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    aliases: tuple[str, ...] = ()
    preview: Preview | None = None


@dataclass(frozen=True, slots=True)
class Output:
    """One output of a step: new content, or a version that exists already.

    Args:
        slot: Position in the result: `""` for a value returned as it is, `"0"`, `"1"` for elements of a tuple, the
            artifact's name for a version saved by hand.
        what: The content, or the version it is.
        tie: How the edge is known.
    """

    slot: str
    what: Saved | VersionRef
    tie: Tie = "returned"


@dataclass(frozen=True, slots=True)
class RunTie:
    """What the tracker calls a run, and where that is."""

    run_id: str
    tracking_id: str
    tracking_uri: str


@dataclass(frozen=True, slots=True)
class Input:
    """One input of a step: the version that a parameter received."""

    slot: str
    version: VersionRef
    tie: Tie


@dataclass(frozen=True, slots=True)
class KeptResult:
    """A small record by name: where a result is.

    Args:
        name: What it is found by.
        data: The record.
        created: When it was written last; UTC.
    """

    name: str
    data: bytes
    created: datetime


@dataclass(frozen=True, slots=True)
class Step:
    """A Prefect task run, or a flow run seen as the step that produced the flow's own result.

    Args:
        id: Prefect's task run id (or the flow run's, for the flow's own result).
        task: Name of the task (or flow).
        name: Name of the task run.
        state: Prefect's name of the final state (`Completed`, `Cached`, `Failed` …).
        started: UTC.
        ended: UTC.
        run_id: Flow run it belongs to; None for a task called outside flows.
        task_key: Prefect's key of the task.
        inputs: Versions it used.
        outputs: Versions it produced.
        result_key: Where Prefect keeps the result, if it does: what ties a later cache hit to these outputs.
        error: One line, if it failed.
        code: Digest of the document that holds the code it ran: its function, and what that reaches.
        cache: For a step with a cache key of content: what the key was made of, and what was decided.
    """

    id: str
    task: str
    name: str
    state: str
    started: datetime
    ended: datetime
    run_id: str | None = None
    task_key: str = ""
    inputs: tuple[Input, ...] = ()
    outputs: tuple[Output, ...] = ()
    result_key: str | None = None
    error: str | None = None
    code: str | None = None
    cache: Mapping[str, Any] = field(default_factory=dict)
