"""What is to be registered: all that a process needs to know which does it later, elsewhere, or again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bridge.domain.version import Version, VersionRef


@dataclass(frozen=True, slots=True)
class Rows:
    """The first rows of a version that the step used: what the model's input example may be taken from.

    Args:
        slot: Parameter of the step, with the member where it is one of a container's (`data.X`).
        version: The version.
        head: The rows: a pandas frame or series, an array, or a list.
        length: Rows that there are.
        shown: False if they are not to be kept, as `Artifact(preview=False)` says; types are known from them all the
            same.
    """

    slot: str
    version: VersionRef
    head: Any
    length: int
    shown: bool = True


@dataclass(frozen=True, slots=True)
class Registration:
    """A model version to be registered. Can be pickled, and done later.

    Args:
        name: Registered model's name.
        version: Artifact version that holds the model. It is read from there: what the user does to his own object
            meanwhile changes nothing.
        step_id: Step that trained it.
        run_id: Flow run of that step; None outside flows.
        description: For the registry's page.
        tags: For the model version.
        licence: Under which it may be used.
        owners: Who answers for it.
        intended_use: What it is for.
        data: Versions that the step used.
        rows: First rows of those that the step had in its hands.
        unseen: Versions that the step used of which there are no rows here; small ones are read.
        hidden: Those of them whose rows are not to be kept.
        code: Where the code of its run came from, as in `Run.code`.
        paths: Where the modules of the user's own classes are found, beside what the interpreter knows.
    """

    name: str
    version: Version
    step_id: str | None = None
    run_id: str | None = None
    description: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    licence: str | None = None
    owners: tuple[str, ...] = ()
    intended_use: str | None = None
    data: tuple[VersionRef, ...] = ()
    rows: tuple[Rows, ...] = ()
    unseen: tuple[Version, ...] = ()
    hidden: frozenset[VersionRef] = frozenset()
    code: Mapping[str, Any] = field(default_factory=dict)
    paths: tuple[str, ...] = ()
