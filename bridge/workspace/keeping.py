"""The first half of forgetting: which versions a policy keeps, and which go."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from fnmatch import fnmatchcase
from itertools import groupby

from bridge.domain.errors import HeldError, SettingsError
from bridge.domain.keeping import Reason, Standing
from bridge.domain.version import VersionRef
from bridge.workspace.bootstrap import current
from bridge.workspace.retention import Retention, fitting
from bridge.workspace.sweeping import GRACE, Swept, checked_grace, sweep
from bridge.workspace.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Kept:
    """A version that stays.

    Args:
        ref: Name and number.
        why: What keeps it: `latest`, `alias champion`, `model churn@3`, `run brave-otter`, `last 5`, `under 30 days`.
    """

    ref: VersionRef
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """Which versions go, and which stay.

    Args:
        going: By name, the latest first.
        kept: Versions of names that a rule is for; by name, the latest first.
        staying: Digests of all versions that stay, of whatever name.
    """

    going: tuple[Standing, ...] = ()
    kept: tuple[Kept, ...] = ()
    staying: frozenset[str] = field(default=frozenset(), repr=False)


@dataclass(frozen=True, slots=True)
class Reckoning:
    """What forgetting does to the store.

    Args:
        frees: Bytes of objects that only what goes has needed; they go when the grace is over.
        shared: Bytes of objects that what stays needs, too.
    """

    frees: int = 0
    shared: int = 0


@dataclass(frozen=True, slots=True)
class Pruned:
    """What `prune` did, or would do.

    Args:
        forgotten: Versions that went; with `dry_run`, those that would.
        kept: Versions that a rule or something else keeps.
        swept: What the sweep after it removed.
    """

    forgotten: tuple[VersionRef, ...] = ()
    kept: int = 0
    swept: Swept = field(default_factory=Swept)


def prune(
    *patterns: str,
    keep_last: int | None = None,
    older_than: timedelta | None = None,
    grace: timedelta = GRACE,
    dry_run: bool = False,
    workspace: Workspace | None = None,
) -> Pruned:
    """Forget the versions that the retention rules do not keep, then sweep.

    The latest version of a name is never forgotten, nor one with an alias, one that is a registered model, or one that
    a run made or used that has not ended. Bytes go when the grace is over, at this sweep or a later one.

    Args:
        *patterns: Only names that fit one of these (`training/*`); all if none is given.
        keep_last: Keep so many of the latest versions, instead of what `[tool.bridge.retention]` says.
        older_than: Keep versions that are no older, instead of what `[tool.bridge.retention]` says.
        grace: How long bytes stay that no version needs.
        dry_run: Only say what would go.
        workspace: Which one; the current one if None.

    Raises:
        SettingsError: If there is no rule at all, or one cannot be used.
        StoreError: If the store cannot be read or written.
        CatalogError: If the catalog cannot be.

    >>> import bridge
    >>> for number in range(5):
    ...     _ = bridge.save(number, "pruned-example")
    >>> done = bridge.prune("pruned-*", keep_last=2)
    >>> [str(ref) for ref in done.forgotten], done.kept
    (['pruned-example@3', 'pruned-example@2', 'pruned-example@1'], 2)
    """
    checked_grace(grace)
    workspace = workspace or current()
    rules = rules_of(workspace, keep_last=keep_last, older_than=older_than)
    found = plan(workspace, rules, patterns=patterns)
    if dry_run:
        swept = sweep(grace=grace, dry_run=True, workspace=workspace)
        return Pruned(tuple(one.ref for one in found.going), len(found.kept), swept)
    gone = forget(workspace, found)
    return Pruned(gone, len(found.kept), sweep(grace=grace, workspace=workspace))


def rules_of(
    workspace: Workspace, *, keep_last: int | None = None, older_than: timedelta | None = None
) -> Mapping[str, Retention]:
    """The rules that are given, or else those of the settings.

    Raises:
        SettingsError: If there are none; says how to give one.
    """
    if keep_last is None and older_than is None:
        if not workspace.settings.retention:
            why = 'it has no rule; add one ("*" = { keep_last = 20 }), or give --keep-last or --older-than'
            raise SettingsError("[tool.bridge.retention]", {}, why)
        return workspace.settings.retention
    if keep_last is not None and keep_last < 1:
        raise SettingsError("keep_last", keep_last, "it counts versions, and the latest always stays; give 1 or more")
    days = None if older_than is None else older_than / timedelta(days=1)
    if days is not None and days < 0:
        raise SettingsError("older_than", str(older_than), "it is a version's age, not less than 0")
    return {"*": Retention(keep_last=keep_last, keep_days=days)}


def plan(
    workspace: Workspace, rules: Mapping[str, Retention], *, patterns: Sequence[str] = (), now: datetime | None = None
) -> Plan:
    """Which versions the rules keep, of the names that fit one of the patterns.

    Args:
        workspace: Whose.
        rules: By patterns of names; a name that no pattern fits keeps everything.
        patterns: Of names; all if there are none.
        now: What ages are counted from.
    """
    now = now or datetime.now(timezone.utc)
    going: list[Standing] = []
    kept: list[Kept] = []
    staying: set[str] = set()
    for name, versions in groupby(workspace.catalog.standings(), key=lambda one: one.ref.name):
        chosen = not patterns or any(fnmatchcase(name, pattern) for pattern in patterns)
        rule = fitting(name, rules) if chosen else None
        for position, one in enumerate(versions):
            why = _why(one, rule, position, now)
            if why or rule is None:
                staying.add(one.digest or "")
            else:
                going.append(one)
            if why and rule is not None:
                kept.append(Kept(one.ref, why))
    return Plan(tuple(going), tuple(kept), frozenset(staying))


def _why(one: Standing, rule: Retention | None, position: int, now: datetime) -> tuple[str, ...]:
    said = "" if rule is None else rule.why(position, now - one.created)
    return (*(str(hold) for hold in one.holds), *([said] if said else []))


def plan_of(workspace: Workspace, refs: Collection[VersionRef], *, despite: Collection[Reason] = ()) -> Plan:
    """What goes with just these versions.

    Raises:
        HeldError: If something holds one of them, whose reason is not in `despite`.
    """
    wanted = set(refs)
    going: list[Standing] = []
    staying: set[str] = set()
    for one in workspace.catalog.standings():
        if one.ref in wanted:
            going.append(one)
        else:
            staying.add(one.digest or "")
    held = {str(one.ref): [str(hold) for hold in one.held(despite=despite)] for one in going}
    held = {name: holds for name, holds in held.items() if holds}
    if held:
        final = any(hold.reason == "model" for one in going for hold in one.holds)
        raise HeldError(held, final=final)
    return Plan(tuple(going), (), frozenset(staying))


def forget(workspace: Workspace, found: Plan, *, despite: Collection[Reason] = ()) -> tuple[VersionRef, ...]:
    """Forget what a plan says goes; what came to be held meanwhile stays. Returns what went, in the plan's order."""
    gone = frozenset(workspace.catalog.forget([one.ref for one in found.going], despite=despite))
    return tuple(one.ref for one in found.going if one.ref in gone)


def reckon(workspace: Workspace, found: Plan) -> Reckoning:
    """What a plan does to the store, by the objects that are there: a sum of sizes would count shared bytes twice.

    Raises:
        StoreError: If the store cannot be read.
    """
    lost = {one.digest for one in found.going} - found.staying
    if not lost:
        return Reckoning()
    needed: set[str] = set()
    released: set[str] = set()
    for manifest in workspace.catalog.contents():
        (released if manifest.digest in lost else needed).update(manifest.keys())
    for manifest in workspace.spool.manifests():
        needed.update(manifest.keys())
    sizes = {one.key: one.size for one in workspace.store.objects() if one.key in released}
    return Reckoning(_sum(sizes, released - needed), _sum(sizes, released & needed))


def _sum(sizes: Mapping[str, int], keys: Iterable[str]) -> int:
    return sum(sizes.get(key, 0) for key in keys)
