"""One cell of the matrix: a way on a task runner, with Prefect's decorators and with bridge's."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import prefect

import bridge
from bridge.domain.run import Run, Step
from bridge.workspace import current
from tests.matrix.ways import WAYS, Kit, Way, note, note_nothing

REFUSED_BY_PREFECT = frozenset({"quoted", "failures_allowed"})
"""Dask and Ray hand `quote` over as a tuple, Dask a failed task's state as unfinished: both fail under Prefect too."""


@dataclass
class Cell:
    """What came of a way on a runner.

    Args:
        ties: How the inputs' edges are known, with how many of each.
        wrong: One sentence for each thing that is not as it must be.
        runs: Flow runs that were recorded.
    """

    ties: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    runs: int = 0


def plain(name: str, runner: Callable[[], Any], folder: Path) -> Any:
    """What a way gives under Prefect."""
    folder.mkdir(parents=True, exist_ok=True)
    kit = Kit(prefect.flow, prefect.task, runner, note_nothing, f"plain-{name}-{uuid.uuid4().hex[:6]}", folder)
    return _outcome(WAYS[name], kit)


def _outcome(way: Way, kit: Kit) -> Any:
    try:
        return way.run(kit)
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def recorded(name: str, runner: Callable[[], Any], folder: Path, expected: Any) -> Cell:
    """Run a way under bridge; look at what it gives and at all that was recorded."""
    folder.mkdir(parents=True, exist_ok=True)
    flow = f"{name}-{uuid.uuid4().hex[:6]}"
    way, cell = WAYS[name], Cell()
    result = _outcome(way, Kit(bridge.flow, bridge.task, runner, note, flow, folder))
    if result != expected:
        cell.wrong.append(f"gives {result!r}, under Prefect {expected!r}")
    if name in REFUSED_BY_PREFECT and isinstance(expected, str):
        way = replace(way, made={"load": 1}, used=set(), metrics={"load"}, states={"Failed": 1})
    _look(cell, way, flow)
    return cell


def _look(cell: Cell, way: Way, flow: str) -> None:
    catalog = current().catalog
    outer = catalog.runs(flow=flow)
    runs = [*outer, *catalog.runs(flow=f"{flow}-inner")]
    cell.runs = len(runs)
    states = dict(Counter(run.state for run in outer))
    if states != way.states:
        cell.wrong.append(f"runs ended {states}, not {way.states}")
    steps = [step for run in runs for step in catalog.steps(run.id)]
    _look_at_versions(cell, way, runs)
    _look_at_edges(cell, way, steps)
    for run in runs:
        _look_at_tracking(cell, run)
    logged = set(_tracked(outer[0]).data.metrics)
    if missing := way.metrics - logged - (set(_tracked(runs[-1]).data.metrics) if len(runs) > 1 else set()):
        cell.wrong.append(f"metrics {sorted(missing)} are not in the flow's MLflow run, which has {sorted(logged)}")


def _look_at_versions(cell: Cell, way: Way, runs: list[Run]) -> None:
    catalog = current().catalog
    flows = {run.flow for run in runs}
    made = Counter[str]()
    for artifact in catalog.artifacts():
        flow, _, task = artifact.ref.name.rpartition("/")
        if flow in flows:
            made[task] += len(catalog.versions(artifact.ref.name))
    if made != Counter(way.made):
        cell.wrong.append(f"made {dict(made)}, not {way.made}")


def _look_at_edges(cell: Cell, way: Way, steps: list[Step]) -> None:
    used = set()
    for step in steps:
        if step.run_id == step.id:
            continue  # the flow's own result
        for edge in step.inputs:
            cell.ties[edge.tie] += 1
            used.add((step.task, edge.slot, edge.version.name.rpartition("/")[2]))
    if used != way.used:
        cell.wrong.append(f"edges {sorted(used)}, not {sorted(way.used)}")


def _look_at_tracking(cell: Cell, run: Run) -> None:
    if run.tracking_id is None:
        cell.wrong.append(f"flow {run.flow} has no MLflow run")
        return
    status = _tracked(run).info.status
    wanted = {"Completed": "FINISHED", "Cancelled": "KILLED"}.get(run.state, "FAILED")
    if status != wanted:
        cell.wrong.append(f"the MLflow run of {run.flow} ({run.state}) is {status}")


def _tracked(run: Run) -> Any:
    from mlflow import MlflowClient

    return MlflowClient(current().tracker.uri).get_run(run.tracking_id)


def mapped_widely(runner: Callable[[], Any], many: int) -> tuple[int, int]:
    """Map a task over so many values; how many versions and how many right edges were recorded."""
    name = f"wide-{uuid.uuid4().hex[:6]}"

    @bridge.task
    def load(n: int) -> list[list[float]]:
        return [[i + 0.5] for i in range(n)]

    @bridge.task
    def scaled(row: list[float]) -> list[float]:
        return [x * 1.5 for x in row]

    @bridge.flow(name=name, task_runner=runner())
    def wide() -> list[Any]:
        return [one[0] for one in scaled.map(load.submit(many)).result()]

    assert wide() == [(i + 0.5) * 1.5 for i in range(many)]
    catalog = current().catalog
    (run,) = catalog.runs(flow=name)
    edges = [edge for step in catalog.steps(run.id) if step.task == "scaled" for edge in step.inputs]
    right = [edge for edge in edges if (edge.slot, str(edge.version)) == ("row", f"{name}/load@1")]
    assert len(right) == len(edges)
    return len(catalog.versions(f"{name}/scaled")), len(right)


def orphans() -> list[str]:
    """MLflow runs that belong to no recorded flow run, or that never ended."""
    from mlflow import MlflowClient

    client, catalog = MlflowClient(current().tracker.uri), current().catalog
    known = {run.tracking_id for run in catalog.runs(limit=100_000)}
    experiments = [one.experiment_id for one in client.search_experiments()]
    found = client.search_runs(experiments, max_results=50_000)
    return [
        f"{run.info.run_name} ({run.info.status})"
        for run in found
        if run.info.run_id not in known or run.info.status == "RUNNING"
    ]
