"""What another tool has recorded, in bridge's words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from bridge.domain.external import Tree
from bridge.domain.run import Run, Step
from bridge.domain.version import Direction, Tie

Read = Callable[[Path, Path], Any]
"""Gives the value that the files of a folder hold, or raises; the second is a folder for its own files, which goes."""


@dataclass(frozen=True, slots=True)
class Past:
    """A version as it is there.

    Args:
        id: Its id there.
        name: What it is called here.
        number: Its number there, or one that it can have.
        created: UTC.
        place: Folder or file that holds it: a path, or a URL.
        called: What it is called there.
        type: Qualified name of the value's type, as far as it is known.
        read: Reads its value; None if only its files can be taken.
        why: Why only its files can be taken.
        pickle: Opens the pickle of the whole value, which is one here too if it is not read; None if it is none.
        check: Raises if the files are not those that were written.
        tree: Gives what is at the place, if that is no path and no URL that everybody can read.
        step_id: Step that made it.
        run_id: Run of that step.
        metadata: JSON-able facts.
        tags: For the version; its id there is added.
        aliases: To point at it.
    """

    id: str
    name: str
    number: int
    created: datetime
    place: str
    called: str
    type: str = ""
    read: Read | None = None
    why: str = ""
    pickle: Callable[[Path], BinaryIO] | None = None
    check: Callable[[Path], None] | None = None
    tree: Callable[[], Tree] | None = None
    step_id: str | None = None
    run_id: str | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PastEdge:
    """A step used a version, or produced it; the version by its id there."""

    step_id: str
    version: str
    direction: Direction
    slot: str
    tie: Tie


@dataclass(frozen=True, slots=True)
class PastModel:
    """A version of a registered model as it is there.

    Args:
        id: Its id there.
        name: Registered model's name.
        number: Its number there.
        created: UTC.
        version: Id there of the version that holds the model; None if nothing there does.
        aliases: What is to point at it.
        archived: Whether it is out of use.
        description: What it is.
        licence: Under which it may be used.
        intended_use: What it is for.
        tags: Of the model version.
    """

    id: str
    name: str
    number: int
    created: datetime
    version: str | None
    aliases: tuple[str, ...] = ()
    archived: bool = False
    description: str | None = None
    licence: str | None = None
    intended_use: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class History:
    """All that is to come.

    Args:
        tool: What it comes from; also the tag that holds a version's id there.
        origin: Where it comes from, for people: what is shown with each content.
        place: The same exactly.
        versions: By name and number.
        runs: Runs that have ended.
        steps: Their steps, without edges.
        edges: In the order of each step.
        models: By name and number.
        notes: What is left out, one sentence each.
        registry: Tracking URI at which the models are registered already.
    """

    tool: str
    origin: str
    place: str
    versions: tuple[Past, ...] = ()
    runs: tuple[Run, ...] = ()
    steps: tuple[Step, ...] = ()
    edges: tuple[PastEdge, ...] = ()
    models: tuple[PastModel, ...] = ()
    notes: tuple[str, ...] = ()
    registry: str | None = None
