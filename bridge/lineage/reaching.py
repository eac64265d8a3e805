"""What a version has an effect on: versions, runs, flows, and models with the aliases that they answer to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bridge.domain.model import ModelVersion
from bridge.domain.ports import Catalog
from bridge.domain.run import Run
from bridge.domain.selector import Selector
from bridge.domain.version import VersionRef
from bridge.lineage.asking import read_graph
from bridge.lineage.graph import Graph
from bridge.lineage.plain import plain


@dataclass(frozen=True, slots=True)
class Reached:
    """A registered model version that a version has an effect on.

    Args:
        model: The model version, with the aliases that are at it.
        steps: Steps between the version and the model; 0 if it is the version itself, None if only the model's own
            record names the version as its training data.
    """

    model: ModelVersion
    steps: int | None

    def to_dict(self) -> dict[str, Any]:
        """As JSON has it."""
        model = self.model
        return {
            "model": model.selector,
            "aliases": list(model.aliases),
            "version": str(model.version),
            "steps": self.steps,
            "created": plain(model.created),
            "archived": plain(model.archived),
            "run_id": model.run_id,
        }


@dataclass(frozen=True, slots=True)
class Affected:
    """Everything that a version has had an effect on, as far as the catalog knows.

    Args:
        root: The version.
        versions: What was made from it, the nearest first, without the version itself.
        runs: Runs that used any of these, the latest first.
        models: Registered model versions, those with aliases first.
        graph: How they hang together.
    """

    root: VersionRef
    versions: tuple[VersionRef, ...]
    runs: tuple[Run, ...]
    models: tuple[Reached, ...]
    graph: Graph

    @property
    def flows(self) -> dict[str, tuple[str | None, ...]]:
        """Flows of the runs, each with the entrypoints that its runs came from; None where that is not recorded."""
        found: dict[str, dict[str | None, None]] = {}
        for run in self.runs:
            found.setdefault(run.flow, {})[run.code.get("entrypoint") or run.code.get("file")] = None
        return {flow: tuple(places) for flow, places in found.items()}

    def to_dict(self) -> dict[str, Any]:
        """As JSON has it."""
        return {
            "root": str(self.root),
            "versions": [str(ref) for ref in self.versions],
            "runs": [{"id": run.id, "name": run.name, "flow": run.flow, "state": run.state} for run in self.runs],
            "flows": {flow: list(places) for flow, places in self.flows.items()},
            "models": [one.to_dict() for one in self.models],
        }


def affected(selector: str) -> Affected:
    """What would be affected if a version is bad, as the default workspace knows it.

    Raises:
        SelectorError: If the selector cannot be read.
        VersionNotFoundError: If there is no such version.
        CatalogError: If the catalog cannot be read.

    >>> import bridge
    >>> _ = bridge.save([1, 2, 3], "numbers")
    >>> affected("numbers").models
    ()
    """
    from bridge.workspace import current

    return read_affected(current().catalog, Selector.parse(selector))


def models_from(selector: str, *, alias: str | None = None) -> tuple[Reached, ...]:
    """Registered model versions that were trained on a version, or on what was made from it.

    Args:
        selector: The version.
        alias: Only model versions that this alias is at: `production`, `champion`.

    Raises:
        SelectorError: If the selector cannot be read.
        VersionNotFoundError: If there is no such version.
        CatalogError: If the catalog cannot be read.

    >>> import bridge
    >>> _ = bridge.save([1, 2, 3], "numbers")
    >>> models_from("numbers@1", alias="production")
    ()
    """
    return tuple(one for one in affected(selector).models if alias is None or alias in one.model.aliases)


def read_affected(catalog: Catalog, selector: Selector) -> Affected:
    """What a version has had an effect on, as a catalog knows it; raises as `affected`."""
    graph = read_graph(catalog, selector, heading="down")
    used = sorted(graph.runs.values(), key=lambda run: run.started, reverse=True)
    models = reached_models(catalog.models(), graph)
    return Affected(graph.root, graph.refs[1:], tuple(used), models, graph)


def reached_models(models: Iterable[ModelVersion], graph: Graph) -> tuple[Reached, ...]:
    """The registered models in a graph of descendants; those with aliases first, then the latest."""
    away = distances(graph)
    found = []
    for model in models:
        if model.version in away:
            found.append(Reached(model, away[model.version]))
        elif any(ref in away for ref in model.details.data):
            found.append(Reached(model, None))
    return tuple(sorted(found, key=lambda one: (not one.model.aliases, one.model.archived is not None)))


def distances(graph: Graph) -> Mapping[VersionRef, int]:
    """Steps between a graph's root and each of its versions.

    >>> from bridge.domain.version import Edge
    >>> data, model = VersionRef("data", 2), VersionRef("churn", 3)
    >>> edges = (Edge("s1", data, "input", "frame", "future"), Edge("s1", model, "output", "", "returned"))
    >>> distances(Graph(data, "down", edges))[model]
    1
    """
    near = "input" if graph.heading == "down" else "output"
    of_version: dict[VersionRef, list[str]] = {}
    of_step: dict[str, list[VersionRef]] = {}
    for edge in graph.edges:
        if edge.direction == near:
            of_version.setdefault(edge.version, []).append(edge.step_id)
        else:
            of_step.setdefault(edge.step_id, []).append(edge.version)
    away, frontier, passed = {graph.root: 0}, [graph.root], set[str]()
    for ref in frontier:
        for step_id in of_version.get(ref, ()):
            if step_id in passed:
                continue
            passed.add(step_id)
            fresh = [other for other in of_step.get(step_id, ()) if other not in away]
            away |= dict.fromkeys(fresh, away[ref] + 1)
            frontier.extend(dict.fromkeys(fresh))
    return away
