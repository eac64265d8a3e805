"""What a flow run used and made, step by step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bridge.domain.ports import Catalog
from bridge.domain.run import Run, Step
from bridge.domain.version import Edge, Version, VersionRef
from bridge.lineage.plain import plain


@dataclass(frozen=True, slots=True)
class RunGraph:
    """A run with its steps, those of the runs that it called, and the versions that these used and made.

    Args:
        run: The run.
        edges: By the steps' start; of each step what it used, then what it made.
        versions: Facts of the versions.
        steps: Facts of the steps, by id.
        runs: The run and those that it called, by id.
    """

    run: Run
    edges: tuple[Edge, ...] = ()
    versions: Mapping[VersionRef, Version] = field(default_factory=dict)
    steps: Mapping[str, Step] = field(default_factory=dict)
    runs: Mapping[str, Run] = field(default_factory=dict)

    @property
    def sources(self) -> tuple[VersionRef, ...]:
        """Versions that the run used and did not make: where other runs, or other workspaces, come in."""
        made = {edge.version for edge in self.edges if edge.direction == "output"}
        used = dict.fromkeys(edge.version for edge in self.edges if edge.direction == "input")
        return tuple(ref for ref in used if ref not in made)

    def to_dict(self) -> dict[str, Any]:
        """As JSON has it."""
        return {
            "run": {"id": self.run.id, "name": self.run.name, "flow": self.run.flow, "state": self.run.state},
            "runs": [{"id": one.id, "name": one.name, "flow": one.flow} for one in self.runs.values()],
            "sources": [str(ref) for ref in self.sources],
            "versions": [str(ref) for ref in dict.fromkeys(edge.version for edge in self.edges)],
            "steps": [
                {"id": step.id, "task": step.task, "run_id": step.run_id, "state": step.state}
                for step in self.steps.values()
            ],
            "edges": [plain(edge) for edge in self.edges],
        }


def graph_of_run(run: str) -> RunGraph:
    """The graph of a flow run, by its id, the first characters of it, or its name.

    Raises:
        RunNotFoundError: If there is none.
        AmbiguousError: If ids of several runs begin so.
        CatalogError: If the catalog cannot be read.

    >>> from bridge.domain.errors import RunNotFoundError
    >>> try:
    ...     graph_of_run("nobody")
    ... except RunNotFoundError:
    ...     print("not recorded")
    not recorded
    """
    from bridge.workspace import current

    return read_run(current().catalog, run)


def read_run(catalog: Catalog, id_or_name: str) -> RunGraph:
    """The graph of a flow run, as a catalog knows it; raises as `graph_of_run`."""
    from bridge.lineage.runs.finding import find_run

    run = find_run(catalog, id_or_name)
    runs = {run.id: run, **{one.id: one for one in catalog.runs_within(run.id)}}
    steps = [step for id in runs for step in catalog.steps(id)]
    # A flow seen as a step only hands on what its tasks made; it is drawn where it loaded or made something.
    ordered = sorted(steps, key=lambda step: (step.started, step.id))
    by_tasks: set[object] = {one.what for step in ordered if not _is_flow(step) for one in step.outputs}
    does = [step for step in ordered if not _is_flow(step) or _does(step, by_tasks)]
    edges = tuple(edge for step in does for edge in _edges(step))
    drawn = {edge.step_id for edge in edges}
    shown = {step.id: step for step in ordered if step.id in drawn or not _is_flow(step)}
    return RunGraph(run, edges, catalog.versions_of(edge.version for edge in edges), shown, runs)


def _is_flow(step: Step) -> bool:
    return step.run_id == step.id


def _does(flow: Step, by_tasks: set[object]) -> bool:
    loaded = any(one.tie == "declared" for one in flow.inputs)
    return loaded or any(one.what not in by_tasks for one in flow.outputs)


def _edges(step: Step) -> list[Edge]:
    used = [Edge(step.id, one.version, "input", one.slot, one.tie) for one in step.inputs]
    made = [
        Edge(step.id, one.what, "output", one.slot, one.tie) for one in step.outputs if isinstance(one.what, VersionRef)
    ]
    return used + made
