"""What a run gave, beside what it gives now."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bridge.domain.content_difference import ModelDifference
from bridge.domain.difference import Difference, Side
from bridge.domain.errors import BridgeError
from bridge.domain.reproduction import Ended, Reproduced, Verdict
from bridge.domain.run import Output, Run, Step
from bridge.domain.version import DRAWN, Version, VersionRef
from bridge.lineage.differences.files import compare_files
from bridge.lineage.differences.values import VALUES, Comparison
from bridge.reproduce.closeness import is_close
from bridge.reproduce.matching import Pair, matched
from bridge.workspace import Workspace

LIMIT = 3
"""Rows of each kind that a difference shows."""

ENDED_WELL = frozenset({"Completed", "Cached"})


@dataclass
class Recorded:
    """A run as one workspace has it.

    Args:
        workspace: Where it is recorded.
        run: The run.
        steps: Its steps, and those of the flows that it called, by start.
    """

    workspace: Workspace
    run: Run
    steps: Sequence[Step]
    _versions: dict[VersionRef, Version] = field(default_factory=dict)

    @classmethod
    def of(cls, workspace: Workspace, run: Run) -> Recorded:
        """Read it."""
        catalog = workspace.catalog
        runs = [run, *catalog.runs_within(run.id)]
        steps = [step for each in runs for step in catalog.steps(each.id)]
        inner = {each.id for each in runs[1:]}
        steps = [step for step in steps if step.id not in inner or step.outputs]
        return cls(workspace, run, sorted(steps, key=lambda step: (step.started, step.id)))

    def version(self, ref: VersionRef) -> Version | None:
        """One of its versions; None if it is forgotten."""
        if ref not in self._versions:
            self._versions |= self.workspace.catalog.versions_of([ref])
        return self._versions.get(ref)

    def given(self, step: Step) -> tuple[tuple[str, str], ...]:
        """What a step was given: slots with digests."""
        return tuple(sorted((one.slot, self._digest(one.version)) for one in step.inputs))

    def gave(self, step: Step) -> tuple[tuple[str, str], ...]:
        """What a step gave: slots with digests."""
        made = [(one.slot, one.what) for one in step.outputs]
        return tuple(sorted((slot, self._digest(what)) for slot, what in made if isinstance(what, VersionRef)))

    def _digest(self, ref: VersionRef) -> str:
        found = self.version(ref)
        return (found.digest or str(ref)) if found is not None else str(ref)


def pairs_of(then: Recorded, now: Recorded) -> list[Pair]:
    """Which step is which."""
    return matched(
        then.steps, now.steps, by=((then.given, now.given), (then.gave, now.gave)), whole=(then.run, now.run)
    )


def ended(pairs: Sequence[Pair], *, whole: tuple[Run, Run]) -> list[Ended]:
    """Steps that did not end as they did, and those that are not in both."""
    found = []
    for (then, now), label in zip(pairs, labels_of(pairs), strict=True):
        step = then or now
        assert step is not None
        states = (then.state if then else "", now.state if now else "")
        errors = ((then.error or "") if then else "", (now.error or "") if now else "")
        same = _kind(states[0]) == _kind(states[1]) and (states[0] in ENDED_WELL or _same_error(*errors))
        if step.id not in {run.id for run in whole} and not same:
            found.append(Ended(label, step.name, *states, *errors, same=same))
    return found


def _kind(state: str) -> str:
    return "Completed" if state in ENDED_WELL else state


def _same_error(then: str, now: str) -> bool:
    """Whether two errors are the same, but for addresses and paths of temporary folders."""
    import re

    plain = [re.sub(r"0x[0-9a-f]+|/\S+/|[0-9a-f]{8}-[0-9a-f-]{27}", "…", text) for text in (then, now)]
    return plain[0] == plain[1]


def compared(
    then: Recorded, now: Recorded, pairs: Sequence[Pair], *, tolerance: float, say: Callable[[str], None]
) -> list[Reproduced]:
    """Each output of each step, then and now."""
    found: list[Reproduced] = []
    labels = labels_of(pairs)
    for (step, other), label in zip(pairs, labels, strict=True):
        slots = _outputs(step), _outputs(other)
        for slot in dict.fromkeys([*slots[0], *slots[1]]):
            a, b = slots[0].get(slot), slots[1].get(slot)
            named = step if a is not None else other
            assert named is not None
            if named.id in (then.run.id, now.run.id) and a is not None and _is_known(found, a):
                continue  # the flow returned what one of its tasks had made
            versions = (_of(then, a), _of(now, b))
            if all(one is not None and one.metadata.get(DRAWN) for one in versions):
                continue  # a page, with the times of the run, about what is compared itself
            say(f"Comparing {named.task}")
            found.append(_one(then, now, named, label, slot, versions, (a, b), other, tolerance))
    return found


def labels_of(pairs: Sequence[Pair]) -> list[str]:
    """What steps are called for people: their task, with a number if it ran more than once."""
    tasks = [(then or now).task for then, now in pairs]  # type: ignore[union-attr]  # one of them is there
    many = {task for task in tasks if tasks.count(task) > 1}
    seen: dict[str, int] = {}
    labels = []
    for task in tasks:
        seen[task] = seen.get(task, 0) + 1
        labels.append(f"{task} ({seen[task]})" if task in many else task)
    return labels


def _is_known(found: Sequence[Reproduced], output: Output) -> bool:
    return any(one.was == str(output.what) for one in found)


def _outputs(step: Step | None) -> dict[str, Output]:
    """The outputs of a step by slot; a name that it saved several times counts each time."""
    found: dict[str, Output] = {}
    for output in step.outputs if step is not None else ():
        slot, n = output.slot, 2
        while slot in found:
            slot, n = f"{output.slot} ({n})", n + 1
        found[slot] = output
    return found


def _of(recorded: Recorded, output: Output | None) -> Version | None:
    return recorded.version(output.what) if output is not None and isinstance(output.what, VersionRef) else None


def _one(
    then: Recorded,
    now: Recorded,
    step: Step,
    label: str,
    slot: str,
    versions: tuple[Version | None, Version | None],
    outputs: tuple[Output | None, Output | None],
    other: Step | None,
    tolerance: float,
) -> Reproduced:
    old, new = versions
    what = [output.what for output in outputs if output is not None]
    name = what[0].name if what else ""
    was = str(what[0]) if outputs[0] is not None and isinstance(what[0], VersionRef) else None
    facts = (label, step.name, slot, name, was, old.digest if old else None, new.digest if new else None)
    if outputs[0] is None:
        return Reproduced(*facts, verdict="extra")
    if outputs[1] is None:
        failed = other is not None and other.state not in ENDED_WELL
        return Reproduced(*facts, verdict="failed" if failed else "missing", why=(other.error or "") if other else "")
    if old is None:
        return Reproduced(*facts, verdict="not stored", why=f"{was} was deleted meanwhile")
    if new is None or old.digest is None or new.digest is None:
        why = str((old if old.digest is None else new or old).metadata.get("not_stored", "its bytes were not stored"))
        return Reproduced(*facts, verdict="not stored", why=why)
    if old.digest == new.digest:
        return Reproduced(*facts, verdict="identical")
    verdict, difference, why = _by_value(then.workspace, now.workspace, (old, new), tolerance)
    return Reproduced(*facts, verdict=verdict, difference=difference, why=why)


def _side(version: Version, name: str) -> Side:
    return Side(name, version.digest, version.format, version.type, version.size)


def _by_value(
    then: Workspace, now: Workspace, versions: tuple[Version, Version], tolerance: float
) -> tuple[Verdict, Difference | None, str]:
    """Two versions of two workspaces compared; their files, if their values cannot be loaded."""
    old, new = versions
    comparison = Comparison(limit=LIMIT)
    sides = _side(old, str(old.ref)), _side(new, "now")
    try:
        values = then.load_version(old), now.load_version(new)
    except (BridgeError, ImportError, OSError) as error:
        manifests = [workspace.catalog.manifest(str(each.digest)) for workspace, each in ((then, old), (now, new))]
        files = compare_files(manifests[0], manifests[1], limit=VALUES * LIMIT)
        return (
            "different",
            Difference(sides[0], sides[1], same=False, content=files),
            f"its values could not be loaded: {error}",
        )
    if isinstance(values[0], Path):
        return "different", Difference(sides[0], sides[1], same=False, content=comparison.compare(*values)), ""
    if is_close(*values, tolerance=tolerance):
        return "equal", None, ""
    content = comparison.compare(*values)
    if isinstance(content, ModelDifference) and content.parameters.equal:
        comparison.note("Its parameters are the same; what it has learnt is not.")
    difference = Difference(sides[0], sides[1], same=False, content=content, notes=tuple(comparison.notes))
    return "different", difference, ""
