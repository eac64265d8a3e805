"""What is known of a step that has just trained a model, while its inputs are still at hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bridge.domain.version import VersionRef
from bridge.flows.current import StepContext
from bridge.flows.identity import table
from bridge.models.registering import Known, is_shown
from bridge.tracking.registry import Rows
from bridge.tracking.registry.rows import rows_of
from bridge.workspace import Workspace


def known_here(workspace: Workspace, step: StepContext, parameters: Mapping[str, Any]) -> Known:
    """What is known of a step that has just ended: of its parameters, the first rows are copied.

    Raises:
        BridgeError: If the catalog cannot be read.
    """
    of_slot: dict[str, list[VersionRef]] = {}
    for one in step.used():
        of_slot.setdefault(one.slot, []).append(one.version)
    versions = {ref: workspace.resolve(str(ref)) for refs in of_slot.values() for ref in refs}
    rows: list[Rows] = []
    for slot, value in parameters.items():
        refs = of_slot.get(slot, [])
        if refs:
            rows += rows_of(
                value,
                slot=slot,
                version_of=lambda member, refs=refs: _version_of(member, refs),  # type: ignore[misc]  # a default in a lambda
                shown=lambda ref: is_shown(workspace, versions[ref]),
            )
    seen = {one.version for one in rows}
    unseen = tuple(version for ref, version in versions.items() if ref not in seen)
    return Known(
        step_id=step.id,
        run_id=step.run.id if step.run else None,
        data=tuple(versions),
        rows=tuple(rows),
        unseen=unseen,
        hidden=frozenset(one.ref for one in unseen if not is_shown(workspace, one)),
    )


def _version_of(member: Any, refs: list[VersionRef]) -> VersionRef | None:
    """The version that a member is known to be by itself; else the only one that its parameter was."""
    found = [ref for ref, _ in table.find(member)]
    if len(found) == 1 and found[0] in refs:
        return found[0]
    return refs[0] if len(refs) == 1 else None
