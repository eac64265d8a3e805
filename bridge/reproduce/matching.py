"""Which step of one run is which of another."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from bridge.domain.run import Run, Step

Pair = tuple[Step | None, Step | None]

Inputs = Callable[[Step], tuple[tuple[str, str], ...]]
"""What a step was given: slots with digests."""


def matched(
    then: Sequence[Step], now: Sequence[Step], *, inputs: tuple[Inputs, Inputs], whole: tuple[Run, Run]
) -> list[Pair]:
    """Steps of two runs by task: those with the same inputs first, the others in order.

    Pairs come in the order of the first run, what only the second has at its end.

    Args:
        then: Steps of the first, by start.
        now: Steps of the second, by start.
        inputs: What gives the inputs of a step, for each.
        whole: The two runs: the flows' own results are each other's.
    """
    left = _by_task(now, whole[1])
    partner: dict[str, Step] = {}
    for task, steps in _by_task(then, whole[0]).items():
        partner |= _paired(steps, left.get(task, []), inputs)
    taken = {step.id for step in partner.values()}
    pairs: list[Pair] = [(step, partner.get(step.id)) for step in _in_order(then, whole[0])]
    return pairs + [(None, step) for step in _in_order(now, whole[1]) if step.id not in taken]


def _paired(then: Sequence[Step], now: Sequence[Step], inputs: tuple[Inputs, Inputs]) -> dict[str, Step]:
    free = list(now)
    known = {step.id: inputs[1](step) for step in free} if len(then) > 1 else {}
    partner: dict[str, Step] = {}
    for step in then if len(then) > 1 else ():
        given = inputs[0](step)
        found = next((other for other in free if given and known[other.id] == given), None)
        if found is not None:
            partner[step.id] = found
            free.remove(found)
    for step in then:
        if step.id not in partner and free:
            partner[step.id] = free.pop(0)
    return partner


def _by_task(steps: Sequence[Step], run: Run) -> Mapping[tuple[str, bool], list[Step]]:
    found: dict[tuple[str, bool], list[Step]] = {}
    for step in steps:
        found.setdefault((step.task, step.id == run.id), []).append(step)
    return found


def _in_order(steps: Sequence[Step], run: Run) -> list[Step]:
    """As they started; the flow's own result comes last."""
    return sorted(steps, key=lambda step: step.id == run.id)
