"""Versions that come from another workspace, and what they are in this one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bridge.domain.manifest import Manifest
from bridge.domain.version import Version, VersionRef

Fate = Literal["new", "completed", "there"]
"""What became of a version that arrived: a *new* one, the bytes of one that had none (*completed*), or one that was
*there* already."""

RESTORED = "restored_from"
"""Where metadata say what a version was called, and where. It tells; what is trusted goes by the content's origin."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A version of another workspace, on its way into the catalog.

    Args:
        version: As it was there.
        origin: Where it comes from, for people; never empty.
        manifest: What this store has of it; None if its bytes did not come with it.
        known_by: Tag of the version that holds its id there: a version of the name here is this one if it has the same
            tag with the same value, whatever its content. None where versions are told by their content.
    """

    version: Version
    origin: str
    manifest: Manifest | None = None
    known_by: str | None = None


@dataclass(frozen=True, slots=True)
class Arrived:
    """What became of a version that arrived.

    Args:
        was: What it was called there.
        now: The version that it is here.
        fate: Whether that is new.
        kept: Aliases that it had there and that point to another version here, as before.
    """

    was: VersionRef
    now: VersionRef
    fate: Fate
    kept: tuple[str, ...] = ()
