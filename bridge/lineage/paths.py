"""How one version led to another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bridge.domain.ports import Catalog
from bridge.domain.run import Run, Step
from bridge.domain.selector import Selector
from bridge.domain.version import Edge, Version, VersionRef
from bridge.lineage.asking import facts_of, meant
from bridge.lineage.plain import plain


@dataclass(frozen=True, slots=True)
class Path:
    """The shortest way from a version to one that was made from it.

    Args:
        start: The earlier version.
        end: The later version.
        edges: In turn what a step used and what it made of that; empty if neither led to the other.
        versions: Facts of the versions.
        steps: Facts of the steps, by id.
        runs: Facts of the steps' runs, by id.
    """

    start: VersionRef
    end: VersionRef
    edges: tuple[Edge, ...] = ()
    versions: Mapping[VersionRef, Version] = field(default_factory=dict)
    steps: Mapping[str, Step] = field(default_factory=dict)
    runs: Mapping[str, Run] = field(default_factory=dict)

    @property
    def is_there(self) -> bool:
        """Whether there is a way."""
        return bool(self.edges) or self.start == self.end

    def to_dict(self) -> dict[str, Any]:
        """As JSON has it."""
        return {
            "start": str(self.start),
            "end": str(self.end),
            "found": self.is_there,
            "edges": [plain(edge) for edge in self.edges],
            "steps": [
                {"id": step.id, "task": step.task, "run_id": step.run_id, "state": step.state}
                for step in self.steps.values()
            ],
        }


def why(a: str, b: str) -> Path:
    """How one of two versions led to the other, whichever came first; an empty path if neither did.

    Raises:
        SelectorError: If a selector cannot be read.
        VersionNotFoundError: If there is no such version.
        CatalogError: If the catalog cannot be read.

    >>> import bridge
    >>> _ = bridge.save([1, 2, 3], "numbers"), bridge.save("x", "letters")
    >>> why("numbers", "letters").is_there
    False
    """
    from bridge.workspace import current

    return read_path(current().catalog, Selector.parse(a), Selector.parse(b))


def read_path(catalog: Catalog, a: Selector, b: Selector) -> Path:
    """How one of two versions led to the other, as a catalog knows it; raises as `why`."""
    first, second = meant(catalog, a)[0], meant(catalog, b)[0]
    for start, end in ((first, second), (second, first)):
        edges = shortest(catalog.ancestors(end), start, end)
        if edges or start == end:
            versions, steps, runs = facts_of(
                catalog, {start, end, *(edge.version for edge in edges)}, {edge.step_id for edge in edges}
            )
            return Path(start, end, edges, versions, steps, runs)
    return Path(first, second, versions=catalog.versions_of([first, second]))


def shortest(edges: list[Edge], start: VersionRef, end: VersionRef) -> tuple[Edge, ...]:
    """The shortest way among edges, in the direction in which data went; empty if there is none.

    >>> data, model = VersionRef("data", 2), VersionRef("churn", 3)
    >>> used, made = Edge("s1", data, "input", "frame", "future"), Edge("s1", model, "output", "", "returned")
    >>> [edge.version.name for edge in shortest([made, used], data, model)]
    ['data', 'churn']
    """
    made_by: dict[VersionRef, list[Edge]] = {}
    used_by: dict[str, list[Edge]] = {}
    for edge in edges:
        if edge.direction == "output":
            made_by.setdefault(edge.version, []).append(edge)
        else:
            used_by.setdefault(edge.step_id, []).append(edge)
    onward: dict[VersionRef, tuple[Edge, Edge]] = {}
    frontier = [end]
    for ref in frontier:
        for made in made_by.get(ref, ()):
            for used in used_by.get(made.step_id, ()):
                if used.version not in onward and used.version != end:
                    onward[used.version] = (used, made)
                    frontier.append(used.version)
        if start in onward:
            break
    way: list[Edge] = []
    at = start
    while at != end and at in onward:
        used, made = onward[at]
        way += [used, made]
        at = made.version
    return tuple(way)
