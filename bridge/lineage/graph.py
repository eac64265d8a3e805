"""The lineage of a version as a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from bridge.domain.run import Run, Step
from bridge.domain.version import Edge, Version, VersionRef

Heading = Literal["up", "down"]
"""*up* goes from a version to what it was made from, *down* to what was made from it."""


@dataclass(frozen=True, slots=True)
class Graph:
    """A version, the steps that are tied to it and the versions that are tied to those, as far as the catalog knows.

    An edge may name a version or a step that is not among `versions` and `steps`: its facts are gone or were never
    recorded, the edge stays. In a graph that a catalog was asked for, facts are read when they are first looked at,
    which raises `CatalogError` if the catalog cannot be read then.

    Args:
        root: The version that was asked about.
        heading: Which way the edges lead.
        edges: As the catalog gave them.
        versions: Facts of the versions.
        steps: Facts of the steps, by id.
        runs: Facts of the steps' runs, by id.

    >>> ref = VersionRef("churn", 1)
    >>> graph = Graph(ref, "up", (Edge("s1", ref, "output", "", "returned"),))
    >>> graph.refs, graph.step_ids
    ((VersionRef(name='churn', number=1),), ('s1',))
    """

    root: VersionRef
    heading: Heading
    edges: tuple[Edge, ...] = ()
    versions: Mapping[VersionRef, Version] = field(default_factory=dict)
    steps: Mapping[str, Step] = field(default_factory=dict)
    runs: Mapping[str, Run] = field(default_factory=dict)

    @property
    def refs(self) -> tuple[VersionRef, ...]:
        """Every version, the root first, then in the order of the edges."""
        return tuple(dict.fromkeys((self.root, *(edge.version for edge in self.edges))))

    @property
    def step_ids(self) -> tuple[str, ...]:
        """Every step, in the order of the edges."""
        return tuple(dict.fromkeys(edge.step_id for edge in self.edges))

    def run_of(self, step_id: str) -> Run | None:
        """The run of a step, if both are recorded."""
        step = self.steps.get(step_id)
        return self.runs.get(step.run_id) if step is not None and step.run_id is not None else None
