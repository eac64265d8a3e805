"""Which step of one run is which of another."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from bridge.domain.run import Run, Step

Pair = tuple[Step | None, Step | None]

Sign = Callable[[Step], tuple[tuple[str, str], ...]]
"""What a step is known by: slots with digests; empty if there are none."""


def matched(
    then: Sequence[Step], now: Sequence[Step], *, by: Sequence[tuple[Sign, Sign]], whole: tuple[Run, Run]
) -> list[Pair]:
    """Steps of two runs by task: those that have a sign in common first, the others in order.

    Pairs come in the order of the first run, what only the second has at its end.

    Args:
        then: Steps of the first, by start.
        now: Steps of the second, by start.
        by: What gives a sign of a step, for each; the first that two steps have in common counts.
        whole: The two runs: the flows' own results are each other's.
    """
    left = _by_task(now, whole[1])
    partner: dict[str, Step] = {}
    for task, steps in _by_task(then, whole[0]).items():
        partner |= _paired(steps, left.get(task, []), by)
    taken = {step.id for step in partner.values()}
    pairs: list[Pair] = [(step, partner.get(step.id)) for step in _in_order(then, whole[0])]
    return pairs + [(None, step) for step in _in_order(now, whole[1]) if step.id not in taken]


def _paired(then: Sequence[Step], now: Sequence[Step], by: Sequence[tuple[Sign, Sign]]) -> dict[str, Step]:
    free = {step.id: step for step in now}
    partner: dict[str, Step] = {}
    for sign, sign_now in by if len(then) > 1 else ():
        known: dict[tuple[tuple[str, str], ...], list[str]] = {}
        for step in free.values():
            known.setdefault(sign_now(step), []).append(step.id)
        for step in then:
            found = known.get(given) if step.id not in partner and (given := sign(step)) else None
            if found:
                partner[step.id] = free.pop(found.pop(0))
    for step in then:
        if step.id not in partner and free:
            partner[step.id] = free.pop(next(iter(free)))
    return partner


def _by_task(steps: Sequence[Step], run: Run) -> Mapping[tuple[str, bool], list[Step]]:
    found: dict[tuple[str, bool], list[Step]] = {}
    for step in steps:
        found.setdefault((step.task, step.id == run.id), []).append(step)
    return found


def _in_order(steps: Sequence[Step], run: Run) -> list[Step]:
    """As they started; the flow's own result comes last."""
    return sorted(steps, key=lambda step: step.id == run.id)
