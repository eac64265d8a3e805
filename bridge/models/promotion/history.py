"""What was decided, as the log has it."""

from __future__ import annotations

from collections.abc import Iterable

from bridge.domain.decision import Decision, Entry
from bridge.domain.decision_text import decision_of
from bridge.domain.refusals import AuditError, DecisionNotFoundError
from bridge.workspace import Workspace, current


def decisions(
    name: str | None = None, number: int | None = None, *, limit: int | None = None, workspace: Workspace | None = None
) -> list[Decision]:
    """Decisions, the latest first.

    Args:
        name: Only of this model.
        number: Only about this version of it: that it was to be pointed at, or was left.
        limit: So many at most.
        workspace: Which one; the current one if None.

    Raises:
        CatalogError: If the catalog cannot be read.

    >>> decisions("churn", 3)
    []
    """
    catalog = (workspace or current()).catalog
    if number is None and limit is not None:
        return readable(catalog.newest_entries(limit=limit, model=name))
    found = readable(reversed(catalog.entries(model=name)))
    about = [one for one in found if number is None or number in (one.number, one.before)]
    return about[:limit]


def decision(position: int, *, workspace: Workspace | None = None) -> Decision:
    """One decision by its position in the log.

    Raises:
        DecisionNotFoundError: If the log has none there.
        AuditError: If it cannot be read.
        CatalogError: If the catalog cannot be.
    """
    catalog = (workspace or current()).catalog
    for entry in catalog.entries(after=position - 1, limit=1):
        if entry.position == position:
            try:
                return decision_of(entry)
            except ValueError as error:
                raise AuditError(position, str(error)) from error
    newest = catalog.newest_entries(limit=1)
    raise DecisionNotFoundError(position, newest[0].position if newest else 0)


def stack(found: Iterable[Decision]) -> list[int | None]:
    """Versions at which an alias was, the latest last: each rollback goes one back.

    Args:
        found: Its decisions, the earliest first.
    """
    held: list[int | None] = []
    for one in found:
        if not one.is_moved:
            continue
        if one.action != "rollback":
            held.append(one.number)
            continue
        while held and held[-1] != one.number:
            held.pop()
        if not held:  # the log before it is not there; verify says so
            held.append(one.number)
    return held


def readable(entries: Iterable[Entry]) -> list[Decision]:
    """What entries say, without those that somebody made unreadable: `bridge audit verify` names them."""
    found = []
    for entry in entries:
        try:
            found.append(decision_of(entry))
        except ValueError:
            continue
    return found
