"""The second half of forgetting: bytes that nothing has needed for the grace period go."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from bridge.domain.errors import SettingsError
from bridge.domain.keeping import StoredObject
from bridge.domain.secret_urls import redacted
from bridge.workspace.bootstrap import current
from bridge.workspace.liveness import live_keys
from bridge.workspace.repacking import repack
from bridge.workspace.workspace import Workspace

GRACE = timedelta(hours=24)
"""How long bytes stay that no version needs. It has to be longer than the longest save, from its first byte until its
version is recorded, and longer than the longest time between looking a version up and having loaded it."""

MANY = 100
"""Objects that killed writers may have left, without anybody wondering whose they are."""

FOREIGN = 10
"""Times that unknown objects may outnumber known ones: repacking leaves some, until the grace is over."""

_EVER = datetime(1970, 1, 1, tzinfo=timezone.utc)


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep removed, or would remove.

    Args:
        objects: Objects of the store that no version needs.
        size: Their bytes.
        left_over: What killed writers left in staging; not counted by a dry run.
        contents: Contents of forgotten versions that the catalog forgot, too; not counted by a dry run.
        repacked: Objects of which little lives, and whose living parts were written anew; they go later.
    """

    objects: int = 0
    size: int = 0
    left_over: int = 0
    contents: int = 0
    repacked: int = 0


def sweep(
    *,
    grace: timedelta = GRACE,
    dry_run: bool = False,
    force: bool = False,
    workspace: Workspace | None = None,
    on_removed: Callable[[StoredObject], None] = lambda removed: None,
) -> Swept:
    """Remove bytes that no version needs, and that were neither written nor reused within the grace.

    What a version forgotten within the grace needs stays, too. An object of which less than half lives is written anew
    without the rest (`bridge.workspace.repacking`). Safe while flows run, as long as no save takes longer
    than the grace; any number of sweeps may run at once.

    Args:
        grace: How long bytes stay that no version needs.
        dry_run: Only say what would go.
        force: Sweep a store although the catalog knows little of what is there.
        workspace: Which one; the current one if None.
        on_removed: Told of each object that went.

    Raises:
        SettingsError: If the grace is below zero, or the store seems to be another catalog's.
        StoreError: If the store cannot be read or written.
        CatalogError: If the catalog cannot be.

    >>> import bridge
    >>> bridge.sweep(dry_run=True)
    Swept(objects=0, size=0, left_over=0, contents=0, repacked=0)
    """
    checked_grace(grace)
    workspace = workspace or current()
    since = datetime.now(timezone.utc) - grace
    if not force:
        _check_ours(workspace, since)
    gone: list[int] = []

    def note(one: StoredObject) -> None:
        gone.append(one.size)
        on_removed(one)

    if dry_run:
        for one in _dead(workspace, since):
            note(one)
        return Swept(len(gone), sum(gone))
    live = live_keys(workspace.catalog, workspace.spool, forgotten_since=since)
    removed = workspace.store.sweep(live, older_than=grace.total_seconds(), on_removed=note)
    dropped = workspace.catalog.drop_contents(forgotten_before=since)
    repacked = repack(workspace, forgotten_since=since)
    return Swept(len(gone), sum(gone), removed - len(gone), dropped, repacked.objects)


def checked_grace(grace: timedelta) -> None:
    """Refuse a grace that is none.

    >>> checked_grace(timedelta(hours=1))
    """
    if grace < timedelta(0):
        raise SettingsError("grace", str(grace), "it is the time that bytes stay, not less than 0")


def _check_ours(workspace: Workspace, since: datetime) -> None:
    """Refuse to sweep what belongs to another catalog: to this one, all of it would be dead.

    What goes in the course of things the catalog knows, but for what killed writers and repacking left.
    """
    known = set(live_keys(workspace.catalog, workspace.spool, forgotten_since=_EVER))
    there = list(workspace.store.objects())
    ours = sum(one.key in known for one in there)
    before = since.timestamp()
    unknown = sum(one.key not in known and one.touched is not None and one.touched <= before for one in there)
    if unknown and (not known or (unknown > MANY and unknown > FOREIGN * ours)):
        where = redacted(workspace.settings.store_url)
        why = (
            f"it knows nothing of {unknown} of {len(there)} objects in {where}, which may be those of another catalog. "
            "Set BRIDGE_CATALOG to that; to remove them nevertheless: bridge artifacts sweep --force"
        )
        raise SettingsError("BRIDGE_CATALOG", redacted(workspace.settings.catalog_url), why)


def _dead(workspace: Workspace, since: datetime) -> Iterator[StoredObject]:
    live = frozenset(live_keys(workspace.catalog, workspace.spool, forgotten_since=since))
    for one in workspace.store.objects():
        if one.key not in live and one.touched is not None and one.touched <= since.timestamp():
            yield one
