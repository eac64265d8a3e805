"""What bridge recorded of one run: its artifacts, where they came from, and what was tracked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console
from rich.text import Text

from bridge.cli import documents
from bridge.cli.console import Column, plain, print_facts, print_heading, print_table, state_text
from bridge.cli.lineage import print_graph
from bridge.cli.runs import made_by, tasks_of
from bridge.cli.tracked import read_tracked
from bridge.domain.errors import VersionNotFoundError
from bridge.domain.ports import Catalog
from bridge.domain.run import Run, Step
from bridge.domain.selector import Selector
from bridge.domain.version import Version, VersionRef
from bridge.lineage import Graph
from bridge.lineage.asking import read_graph
from bridge.lineage.humane import duration, short_type, size


@dataclass(frozen=True, slots=True)
class Recap:
    """A run with everything that was recorded of it.

    Args:
        run: The run.
        steps: Its steps that are tasks.
        versions: What they gave, each once.
        result: Lineage of the flow's own result; None if it has none.
        params: Parameters of the tracked run.
        metrics: Metrics of the tracked run.
    """

    run: Run
    steps: tuple[Step, ...]
    versions: tuple[Version, ...]
    result: Graph | None = None
    params: Mapping[str, str] = field(default_factory=dict)
    metrics: Mapping[str, float] = field(default_factory=dict)

    def is_new(self, version: Version) -> bool:
        """Whether this run made a version, and did not find that an earlier one is the same."""
        return version.run_id == self.run.id


def read_recap(before: frozenset[str]) -> Recap | None:
    """Read what was recorded of the latest run that is not among those of before; None if there is none."""
    from bridge.workspace import current, reset

    reset()  # what the run's own process wrote is read anew, its spool included
    catalog = current().catalog
    new = [run for run in catalog.runs(limit=50) if run.id not in before]
    run = next((run for run in new if run.parent_id is None), None)
    return None if run is None else recap_of(catalog, run)


def recap_of(catalog: Catalog, run: Run) -> Recap:
    """Everything that was recorded of a run."""
    steps = catalog.steps(run.id)
    tasks = tuple(tasks_of(run, steps))
    versions = tuple(one for ref in made_by(tasks) if (one := _version(catalog, ref)) is not None)
    own = made_by([step for step in steps if step.id == run.id]) or made_by(tasks)[-1:]
    graph = None
    if own:
        graph = read_graph(catalog, Selector(own[0].name, "number", str(own[0].number)), heading="up")
    tracked = read_tracked(run)
    return Recap(run, tasks, versions, graph, tracked.params, tracked.metrics)


def _version(catalog: Catalog, ref: VersionRef) -> Version | None:
    try:
        return catalog.resolve(Selector(ref.name, "number", str(ref.number)))
    except VersionNotFoundError:
        return None


def print_recap(recap: Recap, *, console: Console) -> None:
    """Print a recap."""
    run = recap.run
    took = f" in {duration((run.ended - run.started).total_seconds())}" if run.ended else ""
    print_heading("What bridge kept of it", console=console)
    head = Text.assemble("run ", (run.name, "bold"), f" of flow {run.flow}: ", state_text(run.state), took)
    console.print(head, soft_wrap=True)
    _print_artifacts(recap, console)
    if recap.result is not None:
        print_heading(f"Where {recap.result.root} came from", console=console)
        print_graph(recap.result, console=console, run_id=run.id)
    _print_tracked(recap, console)


def _print_artifacts(recap: Recap, console: Console) -> None:
    print_heading("Artifacts", console=console)
    columns = (
        Column("artifact", keep=False),
        Column("version"),
        Column("type", keep=False),
        Column("size", right=True),
        Column(""),
    )
    rows: list[list[str | Text]] = []
    for one in recap.versions:
        new = Text("new", style="green") if recap.is_new(one) else Text("unchanged", style="dim")
        stored = size(one.size) if one.digest else "not stored"
        rows.append([one.ref.name, f"@{one.ref.number}", short_type(one.type), stored, new])
    print_table(columns, rows, console=console)


def _print_tracked(recap: Recap, console: Console) -> None:
    if recap.run.tracking_id is None:
        return
    print_heading(f"MLflow run {recap.run.tracking_id[:8]}", console=console)
    print_facts(
        [
            ("parameters", ", ".join(f"{name}={value}" for name, value in recap.params.items())),
            ("metrics", ", ".join(f"{name}={value:g}" for name, value in recap.metrics.items())),
        ],
        console=console,
    )


def recap_document(recap: Recap | None) -> dict[str, Any]:
    """A recap as a JSON document."""
    if recap is None:
        return {"run": None, "steps": [], "artifacts": [], "lineage": None, "tracked": None}
    return {
        "run": documents.of_run(recap.run),
        "steps": [documents.of_step(step) for step in recap.steps],
        "artifacts": [documents.of_version(one) | {"new": recap.is_new(one)} for one in recap.versions],
        "lineage": documents.of_graph(recap.result) if recap.result is not None else None,
        "tracked": {"params": dict(recap.params), "metrics": plain(recap.metrics)},
    }
