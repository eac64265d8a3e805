"""`bridge models compare`: two versions side by side."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from bridge.cli.console import AsJson, Column, out, plain, print_heading, print_json, print_table
from bridge.cli.models.cells import metrics_text, number
from bridge.models.comparing import Comparison, Difference
from bridge.models.comparing import compare as compared

EXAMPLE = "Example: [bold]bridge models compare churn@1 churn@2[/bold]"


def compare(
    a: Annotated[str, typer.Argument(metavar="A", help="A model version: churn@1, churn@champion.")],
    b: Annotated[str, typer.Argument(metavar="B", help="The other one.")],
    everything: Annotated[bool, typer.Option("--all", help="What is the same, too.")] = False,
    as_json: AsJson = False,
) -> None:
    """Put two model versions side by side: metrics on the same data, then what else differs.

    Metrics are compared only where both were evaluated on the same versions of data.
    """
    found = compared(a, b)
    if as_json:
        print_json(plain(found.document()))
        return
    console = out()
    titles = (found.a.selector, found.b.selector)
    if not found.measured:
        console.print(
            Text("No metrics that can be compared: they were not evaluated on the same data.", style="yellow")
        )
    for one in found.measured:
        console.print(Text(f"Metrics on {', '.join(str(ref) for ref in one.data)}", style="bold"))
        _print(one.metrics, titles, console=console, change=True)
        console.print()
    _print_alone(found, console=console)
    same = []
    for title, facts in found.sections:
        shown = [fact for fact in facts if everything or not fact.is_same]
        if shown:
            print_heading(title.capitalize(), console=console)
            _print(shown, titles, console=console)
        elif facts:
            same.append(title)
    if same:
        console.print()
        console.print(Text(f"The same: {', '.join(same)}.", style="dim"))


def _print(
    facts: tuple[Difference, ...] | list[Difference], titles: tuple[str, str], *, console: Console, change: bool = False
) -> None:
    columns = [Column("", keep=False), Column(titles[0], keep=False), Column(titles[1], keep=False)]
    rows: list[list[str | Text]] = [
        [one.what, _cell(one.a), _cell(one.b), *([_change(one)] if change else [])] for one in facts
    ]
    print_table([*columns, Column("change", right=True)] if change else columns, rows, console=console)


def _print_alone(found: Comparison, *, console: Console) -> None:
    for side, one in found.alone:
        model = found.a if side == "a" else found.b
        on = ", ".join(str(ref) for ref in one.data) or "nothing that is known"
        console.print(
            Text(f"{model.selector} alone, on {on}: {metrics_text(one.metrics)}", style="dim"), soft_wrap=True
        )


def _cell(value: object) -> str:
    if value is None:
        return "-"
    return number(value) if isinstance(value, float) else str(value)


def _change(one: Difference) -> Text:
    change = one.change
    if change is None:
        return Text("")
    return Text("=" if change == 0 else f"{'+' if change > 0 else ''}{number(change)}", style="" if change else "dim")
