"""Which step of one run is which of another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence

from bridge.domain.run import Step

Pair = tuple[Step | None, Step | None]
Digests = Callable[[Step], tuple[Hashable, Hashable]]


def paired(old: Sequence[Step], new: Sequence[Step], digests: Digests) -> list[Pair]:
    """Match steps by their task; of one task, by what they used and gave, then by what they used, then by their order.

    A task that is mapped, or called in a loop, runs in any order.

    Args:
        old: Steps of the older run, in order.
        new: Steps of the newer one.
        digests: Gives what stands for the inputs of a step, and for its outputs.

    Returns:
        Pairs in the order of the older run; steps of the newer one only where they were run there.
    """
    groups: dict[str, tuple[list[Step], list[Step]]] = defaultdict(lambda: ([], []))
    for place, steps in enumerate((old, new)):
        for step in steps:
            groups[step.task][place].append(step)
    partner: dict[str, Step] = {}
    for mine, theirs in groups.values():
        for one, other in _matched(mine, theirs, digests):
            partner[one.id] = other
    return _in_order(old, new, partner)


def _matched(old: list[Step], new: list[Step], digests: Digests) -> Iterable[tuple[Step, Step]]:
    if len(old) == len(new) == 1:
        return [(old[0], new[0])]
    found: list[tuple[Step, Step]] = []
    keys: tuple[Callable[[Step], Hashable], ...] = (
        lambda step: digests(step),
        lambda step: digests(step)[0],
        lambda step: "",
    )
    for key in keys:
        waiting: dict[Hashable, list[Step]] = defaultdict(list)
        for other in reversed(new):
            waiting[key(other)].append(other)
        left = []
        for one in old:
            if waiting.get(key(one)):
                found.append((one, waiting[key(one)].pop()))
            else:
                left.append(one)
        taken = {other.id for _, other in found}
        old, new = left, [other for other in new if other.id not in taken]
    return found


def _in_order(old: Sequence[Step], new: Sequence[Step], partner: dict[str, Step]) -> list[Pair]:
    taken = {other.id for other in partner.values()}
    alone = [step for step in new if step.id not in taken]
    place = {step.id: n for n, step in enumerate(new)}
    pairs: list[Pair] = []
    for step in old:
        other = partner.get(step.id)
        while other is not None and alone and place[alone[0].id] < place[other.id]:
            pairs.append((None, alone.pop(0)))
        pairs.append((step, other))
    return [*pairs, *((None, step) for step in alone)]
