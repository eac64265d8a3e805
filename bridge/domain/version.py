"""A saved version, with the edges that tie it to steps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Direction = Literal["input", "output"]

Tie = Literal["returned", "saved", "cached", "declared", "future", "identity", "content"]
"""How an edge is known.

Outputs: *returned* by the step, *saved* by hand inside it, or *cached*: found by Prefect instead of computed.
Inputs, in the order in which they are looked for: *declared* (loaded by selector), *future* (a Prefect future or
state was passed), *identity* (the very object that a step returned), *content* (an equal digest).
"""

DRAWN = "drawn"
"""Key in the metadata of a version that bridge drew of others: a page, with the times of the run on it."""


@dataclass(frozen=True, slots=True, order=True)
class VersionRef:
    """A version's name and number: what a person types.

    >>> str(VersionRef("churn-data", 3))
    'churn-data@3'
    """

    name: str
    number: int

    def __str__(self) -> str:
        return f"{self.name}@{self.number}"


@dataclass(frozen=True, slots=True)
class Version:
    """One saved value of an artifact.

    Args:
        ref: Name and number; numbers count from 1 without gaps.
        digest: Identity of the content (`blake3:…`); None if the value could not be stored.
        format: Materializer's format; `none` if the value could not be stored.
        type: Qualified name of the value's Python type.
        size: Bytes, before any deduplication.
        created: UTC.
        step_id: Step that produced it first; None if saved outside any step.
        run_id: Run of that step.
        metadata: JSON-able facts: shape, columns, what `log_metadata` added.
        aliases: Aliases that point at this version.
        tags: What people call it by, key to value.
        origin: Where its content came from, if nobody of this workspace wrote it: an archive. None for our own.
    """

    ref: VersionRef
    digest: str | None
    format: str
    type: str
    size: int
    created: datetime
    step_id: str | None = None
    run_id: str | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)
    aliases: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    origin: str | None = None


@dataclass(frozen=True, slots=True)
class Edge:
    """A step used a version, or produced it.

    Args:
        step_id: Step's id, which is the Prefect task run's.
        version: The version.
        direction: Seen from the step.
        slot: Parameter that received it, or position in the result (`""`, `"0"`, `"1"`).
        tie: How the edge is known.
    """

    step_id: str
    version: VersionRef
    direction: Direction
    slot: str
    tie: Tie
