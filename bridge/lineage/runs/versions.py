"""The versions that steps of two runs used and made, compared: by digest, then by value where that is affordable."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Iterator, Sequence

from bridge.domain.errors import BridgeError
from bridge.domain.run import Step
from bridge.domain.run_difference import SlotDifference
from bridge.domain.selector import Selector
from bridge.domain.version import Version, VersionRef
from bridge.lineage.differences import diff_versions
from bridge.lineage.runs.pairing import Pair
from bridge.workspace import Workspace

LARGEST = 200 * 10**6
"""Bytes of two versions together that are read to compare their values."""

PATIENCE = 20.0
"""Seconds after which no further values are compared."""

Slots = dict[str, VersionRef]


class Versions:
    """Looks versions up, each once, and compares them.

    Args:
        workspace: Where they are.
        limit: Examples of each kind in a difference of values.
        say: Is told what is being done.
    """

    def __init__(self, workspace: Workspace, *, limit: int, say: Callable[[str], None]) -> None:
        self._workspace, self._limit, self._say = workspace, limit, say
        self._known: dict[VersionRef, Version | None] = {}
        self._deadline = time.monotonic() + PATIENCE
        self.notes: list[str] = []

    def look_up(self, old: Sequence[Step], new: Sequence[Step]) -> None:
        """Look up at once what only one of two lists of steps has: of what both have, the name is enough."""
        mine, theirs = ({ref for step in steps for ref in _refs(step)} for steps in (old, new))
        found = self._workspace.catalog.versions_of(mine ^ theirs)
        self._known |= {ref: found.get(ref) for ref in mine ^ theirs}

    def digests(self, step: Step) -> tuple[Hashable, Hashable]:
        """What stands for the inputs of a step, and for its outputs."""
        return tuple(
            frozenset((slot, self._stands_for(ref)) for slot, ref in slots.items())
            for slots in (inputs_of(step), outputs_of(step))
        )  # type: ignore[return-value]  # of two it is a pair

    def inputs(self, pair: Pair) -> tuple[SlotDifference, ...]:
        """Inputs of two matched steps that differ."""
        return tuple(self._differing(inputs_of(pair[0]), inputs_of(pair[1])))

    def outputs(self, pair: Pair) -> tuple[SlotDifference, ...]:
        """Outputs of two matched steps that differ."""
        return tuple(self._differing(outputs_of(pair[0]), outputs_of(pair[1])))

    def unsaved(self, pair: Pair) -> tuple[str, ...]:
        """Outputs that cannot be compared, as the bytes of one are not kept."""
        mine, theirs = outputs_of(pair[0]), outputs_of(pair[1])
        return tuple(
            slot
            for slot in mine.keys() & theirs.keys()
            if mine[slot] != theirs[slot] and not (self._digest(mine[slot]) and self._digest(theirs[slot]))
        )

    def in_depth(self, one: SlotDifference) -> SlotDifference:
        """The same with what the values differ in, if that does not take too long."""
        versions = [self._version(_ref(selector)) if selector else None for selector in (one.old, one.new)]
        if versions[0] is None or versions[1] is None:
            return one
        size = versions[0].size + versions[1].size
        if size > LARGEST or time.monotonic() > self._deadline:
            why = f"they take {size / 1e6:,.0f} MB" if size > LARGEST else "comparing took too long already"
            self.notes.append(f"{one.old} and {one.new} are compared by digest only: {why}.")
            return one
        try:
            found = diff_versions(self._workspace, versions[0], versions[1], limit=self._limit, say=self._say)
        except BridgeError as error:
            self.notes.append(f"{one.old} and {one.new} are compared by digest only: {error}")
            return one
        return SlotDifference(one.slot, one.old, one.new, found)

    def _differing(self, old: Slots, new: Slots) -> Iterator[SlotDifference]:
        for slot in dict.fromkeys((*old, *new)):
            one, other = old.get(slot), new.get(slot)
            if one == other:
                continue
            if one is None or other is None:
                yield SlotDifference(slot, str(one) if one else None, str(other) if other else None)
                continue
            digests = self._digest(one), self._digest(other)
            if None not in digests and digests[0] != digests[1]:
                yield SlotDifference(slot, str(one), str(other))

    def _stands_for(self, ref: VersionRef) -> str:
        version = self._known.get(ref)
        return version.digest or str(ref) if version is not None else str(ref)

    def _digest(self, ref: VersionRef) -> str | None:
        version = self._version(ref)
        return version.digest if version is not None else None

    def _version(self, ref: VersionRef) -> Version | None:
        if ref not in self._known:
            try:
                self._known[ref] = self._workspace.catalog.resolve(Selector(ref.name, "number", str(ref.number)))
            except LookupError:  # it is forgotten
                self._known[ref] = None
        return self._known[ref]


def _refs(step: Step) -> Iterator[VersionRef]:
    yield from (one.version for one in step.inputs)
    yield from (one.what for one in step.outputs if isinstance(one.what, VersionRef))


def inputs_of(step: Step | None) -> Slots:
    """Versions that a step used, by slot; those of one slot are counted."""
    return _by_slot([(one.slot, one.version) for one in step.inputs]) if step is not None else {}


def outputs_of(step: Step | None) -> Slots:
    """Versions that a step made, by slot."""
    if step is None:
        return {}
    return _by_slot([(one.slot, one.what) for one in step.outputs if isinstance(one.what, VersionRef)])


def _by_slot(given: Sequence[tuple[str, VersionRef]]) -> Slots:
    found: Slots = {}
    for slot, ref in given:
        name, count = slot, 1
        while name in found:
            count += 1
            name = f"{slot}#{count}"
        found[name] = ref
    return found


def _ref(selector: str) -> VersionRef:
    name, _, number = selector.rpartition("@")
    return VersionRef(name, int(number))
