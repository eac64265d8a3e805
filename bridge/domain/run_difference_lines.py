"""The difference of two runs in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bridge.domain.content_difference import Change
from bridge.domain.difference_lines import Line, change_lines, content_lines
from bridge.domain.humane import duration
from bridge.domain.run_difference import (
    CodeChange,
    Divergence,
    RunDifference,
    RunSide,
    SlotDifference,
    StepDifference,
    StepSide,
)

MOST_STEPS = 30
"""Steps that are listed; the rest are counted."""

MOST_CHANGES = 20

FIRST = {"commit": 0, "uncommitted": 1, "python": 2, "seed": 3}
"""Facts of the environment that come before the others, which keep their order."""


def run_lines(found: RunDifference) -> Iterator[Line]:
    """Everything in words, ending with where the runs parted and why."""
    yield Line(f"{found.old.name} → {found.new.name}", heading=True)
    yield from _sides(found.old, found.new)
    yield from _changes("Parameters", found.parameters)
    yield from _code(found.code)
    environment = sorted(found.environment, key=lambda change: FIRST.get(change.path, 9))
    yield from _changes("Environment", environment)
    yield from _changes("Packages", found.packages)
    yield from _changes("Metrics", found.metrics)
    yield from _steps(found)
    for place, note in enumerate(found.notes):
        yield Line(note, note=True, space=place == 0)
    yield from _parting(found)


def _sides(old: RunSide, new: RunSide) -> Iterator[Line]:
    facts = (
        ("flow", old.flow, new.flow),
        ("state", old.state, new.state),
        ("began", *(f"{side.started.astimezone():%Y-%m-%d %H:%M:%S}" for side in (old, new))),
        ("took", *("…" if side.seconds is None else duration(side.seconds) for side in (old, new))),
    )
    for name, one, other in facts:
        same = one == other and name != "began"
        mark = "" if same or name in ("began", "took") else "~"
        yield Line(f"{name:<7}{one if same else f'{one} → {other}'}", mark=mark, indent=1)


def _changes(title: str, changes: Sequence[Change]) -> Iterator[Line]:
    if not changes:
        return
    yield Line(f"{title}: {_tally([change.what for change in changes])}", heading=True, space=True)
    yield from change_lines(changes[:MOST_CHANGES])
    if len(changes) > MOST_CHANGES:
        yield Line(f"… and {len(changes) - MOST_CHANGES:,} more", note=True, indent=1)


def _tally(whats: Sequence[str]) -> str:
    counts = ((whats.count(what), what) for what in ("added", "removed", "changed"))
    return ", ".join(f"{count:,} {what}" for count, what in counts if count)


def _code(changes: Sequence[CodeChange]) -> Iterator[Line]:
    if not changes:
        return
    yield Line(f"Code: {_tally([change.what for change in changes])}", heading=True, space=True)
    for change in changes[:MOST_CHANGES]:
        where = f"  {change.place}" if change.place else ""
        mark = {"added": "+", "removed": "-"}.get(change.what, "~")
        yield Line(f"{change.name}{where}  (reached by {', '.join(change.steps)})", mark=mark, indent=1)
        if change.content is not None:
            for line in list(content_lines(change.content))[1:]:
                yield Line(line.text, mark=line.mark, indent=line.indent + 1, note=line.note)
    if len(changes) > MOST_CHANGES:
        yield Line(f"… and {len(changes) - MOST_CHANGES:,} more", note=True, indent=1)


def _steps(found: RunDifference) -> Iterator[Line]:
    steps = found.steps
    if not steps:
        return
    differ = [step for step in steps if _is_news(step)]
    same = len(steps) - len(differ)
    counts = f"{same:,} the same, {len(differ):,} not" if differ else f"{same:,}, all the same"
    yield Line(f"Steps: {counts}", heading=True, space=True)
    listed = list(steps) if len(steps) <= MOST_STEPS else differ[:MOST_STEPS]
    width = min(max(len(step.task) for step in listed), 40) if listed else 0
    seen: set[tuple[str | None, str | None]] = set()
    for step in listed:
        is_flow = step.old is not None and step.old.id == found.old.id
        yield from _step(step, f"{step.task} (flow)" if is_flow else f"{step.task:<{width}}", seen)
    if len(listed) < len(steps):
        rest = len(steps) - len(listed)
        yield Line(f"… and {rest:,} more{'' if len(differ) > MOST_STEPS else ', all the same'}", note=True, indent=1)


def _is_news(step: StepDifference) -> bool:
    return step.diverged or bool(step.inputs or step.outputs)


def _step(step: StepDifference, name: str, seen: set[tuple[str | None, str | None]]) -> Iterator[Line]:
    if step.old is None or step.new is None:
        side = step.new or step.old
        run = "newer" if step.old is None else "older"
        state = side.state if side is not None else ""
        yield Line(f"{name}  only in the {run} run ({state})", mark="+" if step.old is None else "-", indent=1)
        return
    states = "" if step.old.state == step.new.state else f"  {step.old.state} → {step.new.state}"
    verdict = "" if _is_news(step) or states else "  the same"
    took = f"{duration(step.old.seconds)} → {duration(step.new.seconds)}"
    yield Line(f"{name}  {took}{states}{verdict}", mark="~" if _is_news(step) else " ", indent=1)
    for what, slots in (("used", step.inputs), ("made", step.outputs)):
        for one in slots:
            yield from _slot(what, one, told=(one.old, one.new) in seen)
            seen.add((one.old, one.new))
    yield from _error(step.old, step.new)


def _error(old: StepSide, new: StepSide) -> Iterator[Line]:
    for mark, side, other in (("-", old, new), ("+", new, old)):
        if side.error and side.error != other.error:
            yield Line(side.error.splitlines()[0], mark=mark, indent=3)


def _slot(what: str, one: SlotDifference, *, told: bool) -> Iterator[Line]:
    slot = f" {one.slot}" if one.slot else ""
    verdict = ": equal values in other bytes" if one.equal else ""
    yield Line(f"{what}{slot}  {one.old or 'nothing'} → {one.new or 'nothing'}{verdict}", indent=3)
    if one.difference is None or one.equal or told:
        return
    for line in _content(one):
        yield Line(line.text, mark=line.mark, indent=line.indent + 4, note=line.note)


def _content(one: SlotDifference) -> list[Line]:
    if one.difference is None or one.difference.content is None:
        return []
    return list(content_lines(one.difference.content))[:12]


def _parting(found: RunDifference) -> Iterator[Line]:
    if found.divergence is None:
        compared = [step for step in found.steps if step.old is not None and step.new is not None]
        if not compared:
            yield Line("The runs have no steps in common", heading=True, space=True)
            return
        said = f"all {len(compared):,} steps gave the same" if len(compared) > 1 else "the only step gave the same"
        yield Line(f"The runs did not diverge: {said}", heading=True, space=True)
        return
    yield from _divergence(found.divergence)


def _divergence(found: Divergence) -> Iterator[Line]:
    yield Line(f"First divergence: step {found.task}", heading=True, space=True)
    yield Line(found.how, indent=1)
    first, *others = found.causes
    likely = "Cause unknown" if first.kind == "unknown" else f"Likely cause: {first.kind}"
    yield Line(f"{likely}: {first.why}", indent=1)
    for cause in others:
        yield Line(f"Also possible: {cause.kind}: {cause.why}", indent=1, note=True)
