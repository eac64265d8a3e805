"""Ids of versions: UUIDs, which programs of ZenML's give to pipelines as parameters.

An id is made of the version's name and number, so that it is the same whenever it is asked for, and nothing is kept.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid5

from bridge.domain.version import VersionRef
from bridge.workspace import current

SPACE = UUID("6d3f8d0c-4d6b-5a53-9b0a-0d8f5c1f7e21")


class VersionId(UUID):
    """The id of a version. `bridge.load` takes it as it takes a selector, so that code that was rewritten has both.

    >>> VersionId(VersionRef("churn-data", 3))
    VersionId('9b507e1f-1093-502c-892c-da0b3aceab36')
    """

    ref: VersionRef

    def __init__(self, ref: VersionRef) -> None:
        super().__init__(int=uuid5(SPACE, str(ref)).int)
        object.__setattr__(self, "ref", ref)  # a UUID lets nothing be set

    @property
    def bridge_selector(self) -> str:
        """What means the version."""
        return str(self.ref)

    def __reduce__(self) -> tuple[type[VersionId], tuple[VersionRef]]:
        return VersionId, (self.ref,)


def ref_of(asked: Any) -> VersionRef | None:
    """The version of an id or of its text; None if it is neither, or there is none in this workspace.

    Every version is looked at, the latest of each name first: a million take some seconds.

    >>> ref_of("churn-data") is None
    True
    """
    if isinstance(asked, VersionId):
        return asked.ref
    wanted = _uuid(asked)
    if wanted is None:
        return None
    latest = [version.ref for version in current().catalog.artifacts()]
    older = (VersionRef(ref.name, number) for ref in latest for number in range(ref.number - 1, 0, -1))
    return next((ref for refs in (latest, older) for ref in refs if VersionId(ref) == wanted), None)


def _uuid(asked: Any) -> UUID | None:
    if isinstance(asked, UUID):
        return asked
    try:
        return UUID(asked) if len(str(asked)) == len(str(SPACE)) else None
    except ValueError:
        return None
