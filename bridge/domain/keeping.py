"""What keeps a version from being forgotten, and what a store holds."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bridge.domain.version import VersionRef

Reason = Literal["latest", "alias", "model", "run"]
"""Why a version is held: it is its name's latest, an alias points at it, it is a registered model, or a run that has
not ended made or used it."""


@dataclass(frozen=True, slots=True, order=True)
class Hold:
    """One thing that holds a version.

    Args:
        reason: Which kind.
        what: Name of the alias or the run, name and number of the model; empty for the latest.

    >>> str(Hold("alias", "champion")), str(Hold("latest"))
    ('alias champion', 'latest')
    """

    reason: Reason
    what: str = ""

    def __str__(self) -> str:
        return f"{self.reason} {self.what}".rstrip()


@dataclass(frozen=True, slots=True)
class Standing:
    """A version that is not forgotten, with all that holds it.

    Args:
        ref: Name and number.
        digest: Identity of its content; None if it was recorded without bytes.
        size: Bytes of its content, before any deduplication.
        created: UTC.
        holds: What holds it; in order.
    """

    ref: VersionRef
    digest: str | None
    size: int
    created: datetime
    holds: tuple[Hold, ...] = ()

    def held(self, *, despite: Collection[Reason] = ()) -> tuple[Hold, ...]:
        """What holds it, those reasons left out; a registered model always holds.

        >>> from datetime import timezone
        >>> holds = (Hold("alias", "champion"), Hold("model", "churn@1"))
        >>> one = Standing(VersionRef("churn", 1), None, 0, datetime.now(timezone.utc), holds)
        >>> [str(hold) for hold in one.held(despite=("alias", "model"))]
        ['model churn@1']
        """
        return tuple(hold for hold in self.holds if hold.reason == "model" or hold.reason not in despite)


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object of a store.

    Args:
        key: As manifests name it.
        size: Bytes.
        touched: When it was last written or reused, in seconds since the epoch by the store's clock; None if the store
            does not say, and then it is never swept.
    """

    key: str
    size: int
    touched: float | None
