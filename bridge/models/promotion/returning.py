"""Back again: an alias goes to the version where it was before, or away."""

from __future__ import annotations

from collections.abc import Mapping

from bridge.domain.decision import Action, Change, Decision, checked_model_alias
from bridge.domain.decision_text import decision_of
from bridge.domain.errors import ModelNotFoundError
from bridge.domain.refusals import AuditError, NothingBeforeError
from bridge.models.finding import find
from bridge.models.promotion.evidence import evidence_of, who
from bridge.models.promotion.following import follow
from bridge.models.promotion.history import stack
from bridge.models.promotion.verifying import chain_faults
from bridge.workspace import Workspace, current
from bridge.workspace.recorded import aliases_of


def rollback(
    name: str,
    *,
    alias: str = "champion",
    why: str = "",
    run: Mapping[str, str] | None = None,
    workspace: Workspace | None = None,
) -> Decision:
    """Point an alias at the version where it was before, as the log has it. Twice goes two back.

    Versions that were archived or deleted since are passed over. Gates are not looked at: that version has passed.

    Args:
        name: Registered model's name.
        alias: The alias.
        why: Why.
        run: The flow run in which this is called.
        workspace: Which one; the current one if None.

    Raises:
        ModelNotFoundError: If there is no such model.
        NothingBeforeError: If the alias was at no other version that is still there.
        AuditError: If the log of decisions was damaged.
        CatalogError: If the catalog cannot be read or written.
    """
    workspace = workspace or current()
    _known(workspace, name)
    checked_model_alias(name, alias)
    held = stack(one for one in _intact(workspace) if (one.model, one.alias) == (name, alias))
    at = held.pop() if held else None
    there = {model.number for model in workspace.catalog.models(name) if model.archived is None}
    before = next((number for number in reversed(held) if number in there and number != at), None)
    if before is None:
        passed = sorted({number for number in held if number is not None and number not in there})
        raise NothingBeforeError(f"{name}@{alias}", at, passed)
    return _decided(workspace, "rollback", name, alias, before, at, why=why, run=run)


def demote(
    name: str,
    alias: str,
    *,
    why: str = "",
    run: Mapping[str, str] | None = None,
    workspace: Workspace | None = None,
) -> Decision:
    """Take an alias of a model away; `rollback` brings it back.

    Raises:
        ModelNotFoundError: If there is no such model, or it has no such alias.
        AuditError: If the log of decisions was damaged.
        CatalogError: If the catalog cannot be read or written.
    """
    workspace = workspace or current()
    _known(workspace, name)
    checked_model_alias(name, alias)
    there = aliases_of(workspace.catalog, name)
    if alias not in there:
        raise ModelNotFoundError(f"{name}@{alias}", [f"{name}@{known}" for known in there])
    return _decided(workspace, "remove", name, alias, None, there[alias], why=why, run=run)


def _intact(workspace: Workspace) -> list[Decision]:
    """All decisions; where the alias was is read from them, so they have to be what they were."""
    entries = workspace.catalog.entries()
    for fault in chain_faults(entries):
        raise AuditError(fault.position or 0, fault.what)
    return [decision_of(entry) for entry in entries]


def _known(workspace: Workspace, name: str) -> None:
    if not workspace.catalog.models(name):
        raise ModelNotFoundError(name, sorted({model.name for model in workspace.catalog.models()}))


def _decided(
    workspace: Workspace,
    action: Action,
    name: str,
    alias: str,
    number: int | None,
    expected: int | None,
    *,
    why: str,
    run: Mapping[str, str] | None,
) -> Decision:
    about = number if number is not None else expected
    evidence = evidence_of(workspace, find(workspace.catalog, f"{name}@{about}"))
    change = Change(action, name, alias, number, expected, who(), why=why, run=run or {}, evidence=evidence)
    decision = workspace.catalog.decide(change)
    if decision.is_moved:
        follow(workspace, name, alias)
    return decision
