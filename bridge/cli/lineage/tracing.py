"""`bridge lineage run` and `bridge lineage path`: a run's own graph, and how one version led to another."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from bridge.cli.console import STATES, AsJson, out
from bridge.cli.lineage.writing import AsFormat, Format, Output, chosen, save, write
from bridge.domain.run import Step
from bridge.domain.selector import Selector
from bridge.domain.version import Edge, Version, VersionRef
from bridge.lineage import Path, RunGraph
from bridge.lineage.humane import duration
from bridge.lineage.render import SEPARATOR, version_facts

RUN_EXAMPLE = (
    "Example: [bold]bridge lineage run wise-otter[/bold], [bold]bridge lineage run wise-otter -o run.html[/bold]"
)
PATH_EXAMPLE = "Example: [bold]bridge lineage path raw-customers@3 churn@champion[/bold]"

Lines = list[Text]


def run(
    run: Annotated[
        str, typer.Argument(help="A flow run: its name, its id or the beginning of it, latest or latest~1.")
    ],
    format: AsFormat = Format.tree,
    output: Output = None,
    as_json: AsJson = False,
) -> None:
    """Draw what a flow run used and made, step by step, with the runs that it called."""
    from bridge.lineage.running import read_run
    from bridge.workspace import current

    catalog = current().catalog
    found = read_run(catalog, run)
    format = chosen(format, output, as_json)
    if format is not Format.tree:
        write(found, found.to_dict(), format=format, output=output, models=catalog.models())
        return
    _tell(_run_lines(found), output, out())


def path(
    a: Annotated[str, typer.Argument(help="A version: name, name@3, name@champion …")],
    b: Annotated[str, typer.Argument(help="Another version; whichever came first.")],
    format: AsFormat = Format.tree,
    output: Output = None,
    as_json: AsJson = False,
) -> None:
    """Show how one version led to another: the shortest way, step by step. The exit code is 1 if there is none."""
    from bridge.lineage.paths import read_path
    from bridge.workspace import current

    catalog = current().catalog
    found = read_path(catalog, Selector.parse(a), Selector.parse(b))
    format = chosen(format, output, as_json)
    if format is not Format.tree:
        write(found, found.to_dict(), format=format, output=output, models=catalog.models())
    else:
        _tell(_path_lines(found), output, out())
    if not found.is_there:
        raise typer.Exit(1)


def _tell(lines: Lines, output: object, console: Console) -> None:
    if output is not None:
        from pathlib import Path as File

        save("\n".join(line.plain for line in lines), File(str(output)))
        return
    for line in lines:
        line.truncate(console.width, overflow="ellipsis")
        console.print(line, no_wrap=True, crop=False)


def _run_lines(graph: RunGraph) -> Lines:
    state = Text(graph.run.state, style=STATES.get(graph.run.state, ""))
    lines = [Text.assemble((graph.run.name, "bold"), f"{SEPARATOR}flow {graph.run.flow}{SEPARATOR}", state)]
    tied: dict[str, list[Edge]] = {}
    for edge in graph.edges:
        tied.setdefault(edge.step_id, []).append(edge)
    sources = set(graph.sources)
    for number, step in enumerate(graph.steps.values(), start=1):
        last = number == len(graph.steps)
        lines.append(Text.assemble(("└─ " if last else "├─ ", "dim"), _step(graph, step)))
        edges = tied.get(step.id, [])
        for position, edge in enumerate(edges, start=1):
            stem = ("   " if last else "│  ") + ("└─ " if position == len(edges) else "├─ ")
            lines.append(Text.assemble((stem, "dim"), _edge(edge, graph.versions.get(edge.version), sources)))
    if not graph.steps:
        lines.append(Text("No step of it is recorded.", style="dim"))
    return lines


def _step(graph: RunGraph, step: Step) -> Text:
    facts = [step.state, duration((step.ended - step.started).total_seconds())]
    run = graph.runs.get(step.run_id or "")
    if run is not None and run.id != graph.run.id:
        facts.insert(0, f"in {run.name} of {run.flow}")
    return Text.assemble(
        step.task, (SEPARATOR + SEPARATOR.join(facts), STATES.get(step.state, "") if step.error else "")
    )


def _edge(edge: Edge, version: Version | None, sources: set[VersionRef]) -> Text:
    word = "used" if edge.direction == "input" else "made"
    tie = f"{edge.tie}: {edge.slot}" if edge.slot and edge.direction == "input" else edge.tie
    facts = version_facts(version)
    note = (*facts, "from outside this run") if edge.direction == "input" and edge.version in sources else facts
    told = Text.assemble((f"{word} ", "dim"), (str(edge.version), "bold cyan"), (f" [{tie}]", "yellow"))
    return told.append(SEPARATOR + SEPARATOR.join(note))


def _path_lines(found: Path) -> Lines:
    if found.start == found.end:
        return [Text(f"{found.start} is the same version.")]
    if not found.is_there:
        return [
            Text(f"{found.start} did not lead to {found.end}, nor the other way round, as far as is recorded."),
            Text(f"What each came from:  bridge lineage {found.start}   bridge lineage {found.end}", style="dim"),
        ]
    lines = [_version(found, found.start)]
    for used, made in zip(found.edges[::2], found.edges[1::2], strict=True):
        step = found.steps.get(used.step_id)
        ran = found.runs.get(step.run_id or "") if step is not None else None
        told = [f"run {ran.name} of {ran.flow}"] if ran is not None else ["outside flows"]
        told += [step.state] if step is not None else ["not recorded"]
        slot = f" [{used.tie}: {used.slot}]" if used.slot else f" [{used.tie}]"
        head = Text.assemble(("  ↓ ", "dim"), step.task if step is not None else used.step_id, (slot, "yellow"))
        lines.append(head.append(SEPARATOR + SEPARATOR.join(told)))
        lines.append(_version(found, made.version))
    return lines


def _version(found: Path, ref: VersionRef) -> Text:
    version = found.versions.get(ref)
    facts = version_facts(version)
    return Text.assemble((str(ref), "bold cyan"), SEPARATOR + SEPARATOR.join(facts))
