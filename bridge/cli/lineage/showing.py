"""`bridge lineage SELECTOR`: how a version came to be, and what was made from it."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from bridge.cli import documents
from bridge.cli.console import AsJson, out
from bridge.cli.lineage.writing import AsFormat, Format, Output, chosen, save, write
from bridge.domain.selector import Selector
from bridge.lineage.graph import Graph
from bridge.lineage.render import SEPARATOR, Line, lines, render

EXAMPLE = (
    "Example: [bold]bridge lineage training/train[/bold], [bold]bridge lineage churn-data@3 --down[/bold], "
    "[bold]bridge lineage churn-data@3 --down -o lineage.html[/bold]"
)

SHOW_EXAMPLE = "Example: [bold]bridge lineage show churn-data@3 --down --depth 2[/bold]; the word show may be left out."

LONGEST = 200
"""Lines of a tree that a terminal shows."""


def show(
    selector: Annotated[str, typer.Argument(help="name, name@3, name@champion, name@run:<id> or name@blake3:<hex>.")],
    down: Annotated[bool, typer.Option("--down", help="What was made from it, instead of what it came from.")] = False,
    depth: Annotated[int | None, typer.Option(min=1, help="Steps to follow at most.")] = None,
    everything: Annotated[bool, typer.Option("--all", help=f"All lines, also where there are over {LONGEST}.")] = False,
    format: AsFormat = Format.tree,
    output: Output = None,
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
    run_id = catalog.run(wanted.value).id if wanted.kind == "run" else None
    format = chosen(format, output, as_json)
    if format is not Format.tree:
        document = documents.of_graph(graph) if format is Format.json else None
        write(graph, document, format=format, output=output, models=catalog.models())
        return
    if output is not None:
        save(render(graph, run_id=run_id), output)
        return
    console = out()
    most = LONGEST if console.is_terminal and not everything else None
    print_graph(graph, console=console, run_id=run_id, most=most)
    if not graph.edges:
        console.print(Text(_nothing(graph), style="dim"))


def print_graph(graph: Graph, *, console: Console, run_id: str | None = None, most: int | None = None) -> None:
    """Print a graph as a tree; `run_id` as for `bridge.lineage.tree`.

    Args:
        graph: What to print.
        console: Where to.
        run_id: Run whose steps are preferred.
        most: Lines at most; how many are left out is said.
    """
    drawn = lines(graph, run_id=run_id)
    for line in drawn[:most]:
        text = _coloured(line)
        text.truncate(console.width, overflow="ellipsis")
        console.print(text, no_wrap=True, crop=False)
    left_out = len(drawn) - len(drawn[:most])
    if left_out:
        ways = "--all shows them, --depth 2 fewer, -o lineage.html draws everything to look around in."
        told = f"… {left_out:,} more lines: {ways}"
        console.print(Text(told, style="dim"), soft_wrap=True)


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
