"""`bridge lineage`: how a version came to be."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from bridge.cli import documents
from bridge.cli.console import AsJson, out, print_json
from bridge.domain.selector import Selector
from bridge.lineage.graph import Graph
from bridge.lineage.render import SEPARATOR, Line, lines

EXAMPLE = "Example: [bold]bridge lineage training/train[/bold], [bold]bridge lineage churn-data@3 --down[/bold]"


def show(
    selector: Annotated[str, typer.Argument(help="name, name@3, name@champion, name@run:<id> or name@blake3:<hex>.")],
    down: Annotated[bool, typer.Option("--down", help="What was made from it, instead of what it came from.")] = False,
    depth: Annotated[int | None, typer.Option(min=1, help="Steps to follow at most.")] = None,
    as_json: AsJson = False,
) -> None:
    """Draw how a version came to be: the steps that made it, what they used, and so on back to the sources.

    In brackets, how bridge knows it. A step returned, saved or found it (cached).
    A step got it as a Prefect future, as the very object (identity), by name (declared), or by equal content.
    """
    from bridge.lineage.asking import read_graph
    from bridge.workspace import current

    catalog = current().catalog
    wanted = Selector.parse(selector)
    graph = read_graph(catalog, wanted, heading="down" if down else "up", depth=depth)
    if as_json:
        print_json(documents.of_graph(graph))
        return
    console = out()
    run_id = catalog.run(wanted.value).id if wanted.kind == "run" else None
    print_graph(graph, console=console, run_id=run_id)
    if not graph.edges:
        console.print(Text(_nothing(graph), style="dim"))


def print_graph(graph: Graph, *, console: Console, run_id: str | None = None) -> None:
    """Print a graph as a tree; `run_id` as for `bridge.lineage.tree`."""
    for line in lines(graph, run_id=run_id):
        text = _coloured(line)
        text.truncate(console.width, overflow="ellipsis")
        console.print(text, no_wrap=True, crop=False)


def _coloured(line: Line) -> Text:
    text = Text(line.branch, style="dim")
    text.append(line.title, style="not dim" if line.is_step else "not dim bold cyan")
    if line.tie:
        text.append(f" {line.tie}", style="not dim yellow")
    for fact in line.facts:
        text.append(SEPARATOR + fact)
    if line.note:
        text.append(f" {line.note}", style="italic")
    return text


def _nothing(graph: Graph) -> str:
    if graph.heading == "down":
        return "No step has used it yet."
    return "No step made it: it was saved outside of tasks and flows."
