"""What a recorded run used: the versions that it loaded, imported and was called with."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bridge.domain.run import Run, Step
from bridge.domain.version import VersionRef
from bridge.workspace import Workspace

OUTSIDE = frozenset({"path", "reference", "url"})
"""Formats of what was imported."""

_PLACES = frozenset({"imported_from", "locations", "url"})
"""What the metadata of imported versions have, one or the other."""

_SHORTENED = re.compile(r"<[^<>\s]+( \d+(x\d+)*)?>|.*… \(\d+ characters\)", re.DOTALL)
"""What stands for a parameter that was not kept: `<DataFrame 569x31>`."""


@dataclass(frozen=True, slots=True)
class Used:
    """What a run used.

    Args:
        loaded: Versions that it loaded by selector and did not make itself, in order.
        imported: Versions that it made of files, folders and URLs, by name, in order.
        parameters: Those of its parameters that were kept.
        versions: Parameters that are versions.
        lost: Parameters that were not kept.
    """

    loaded: tuple[str, ...] = ()
    imported: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    parameters: Mapping[str, Any] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    lost: tuple[str, ...] = ()


def used_by(workspace: Workspace, run: Run, steps: Sequence[Step]) -> Used:
    """Find what a run used.

    Args:
        workspace: Where it is recorded.
        run: The run.
        steps: Its steps and those of the flows that it called.
    """
    whole = next((step for step in steps if step.id == run.id), None)
    versions = _versions(run, whole)
    kept = {name: value for name, value in run.parameters.items() if name not in versions and not is_shortened(value)}
    lost = tuple(name for name in run.parameters if name not in versions and name not in kept)
    given = [ref for step in steps for ref in _declared(step, steps)]
    return Used(tuple(map(str, dict.fromkeys(given))), _imported(workspace, steps), kept, versions, lost)


def is_shortened(value: Any) -> bool:
    """Whether a recorded parameter, or something in it, stands for what was not kept.

    >>> is_shortened("<DataFrame 569x31>"), is_shortened([1, {"data": "<object>"}]), is_shortened("<b>bold</b> words")
    (True, True, False)
    """
    if isinstance(value, str):
        return _SHORTENED.fullmatch(value) is not None
    if isinstance(value, Mapping):
        return any(map(is_shortened, value.values()))
    return isinstance(value, (list, tuple)) and any(map(is_shortened, value))


def _versions(run: Run, whole: Step | None) -> dict[str, str]:
    """Parameters each of which is one version; those that JSON has are taken as they are."""
    refs: dict[str, list[VersionRef]] = {}
    for each in whole.inputs if whole is not None else ():
        refs.setdefault(each.slot, []).append(each.version)
    return {
        slot: str(found[0])
        for slot, found in refs.items()
        if len(found) == 1 and slot in run.parameters and not _is_plain(run.parameters[slot])
    }


def _is_plain(value: Any) -> bool:
    return value is None or (isinstance(value, (bool, int, float, str)) and not is_shortened(value))


def _declared(step: Step, steps: Sequence[Step]) -> Iterator[VersionRef]:
    """Versions that a step loaded, but for those that the run had made before."""
    for each in step.inputs:
        if each.tie == "declared" and not _made_before(each.version, step, steps):
            yield each.version


def _made_before(ref: VersionRef, step: Step, steps: Sequence[Step]) -> bool:
    """Whether the run had made a version when a step used it; imports and saves within the step itself count."""
    return any(
        output.what == ref
        for other in steps
        for output in other.outputs
        if (other.id == step.id and output.tie == "saved") or (other.id != step.id and other.ended <= step.ended)
    )


def _imported(workspace: Workspace, steps: Sequence[Step]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    saved = [output.what for step in steps for output in step.outputs if output.tie == "saved"]
    refs = [ref for ref in saved if isinstance(ref, VersionRef)]
    versions = workspace.catalog.versions_of(refs)  # those that were not deleted meanwhile
    for ref in refs:
        version = versions.get(ref)
        if version is not None and version.format in OUTSIDE and _PLACES & set(version.metadata):
            found.setdefault(ref.name, []).append(str(ref))
    return {name: tuple(refs) for name, refs in found.items()}
