"""`bridge artifacts diff`: what two versions differ in."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from bridge.cli.artifacts.cells import Wanted
from bridge.cli.console import AsJson, out, print_json
from bridge.cli.late_status import LateStatus
from bridge.domain.difference import Difference
from bridge.domain.difference_lines import Line
from bridge.domain.run_difference import RunDifference

EXAMPLE = (
    "Example: [bold]bridge artifacts diff churn-data@3 churn-data@4 --key customer[/bold], "
    "[bold]bridge artifacts diff tumours[/bold] (the latest against the one before it)"
)

STYLES = {"+": "green", "-": "red", "~": "yellow"}


def diff(
    selector: Wanted,
    other: Annotated[
        str | None,
        typer.Argument(metavar="NEWER", help="Left out, SELECTOR is compared with the version before it."),
    ] = None,
    key: Annotated[
        list[str] | None, typer.Option("--key", help="A column that says which row is which; may be given again.")
    ] = None,
    limit: Annotated[int, typer.Option(min=0, help="Rows of each kind to show, and four times as many values.")] = 5,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="End with 1 if the values differ, as git does.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Compare two versions: schema and rows, metrics, elements, lines, parameters or files, and the bytes they share.

    Rows are matched by --key; else by the index, or a column called id, key, uuid, … that is unique in both; else they
    are compared as a whole.

    The two versions may be of two names.
    """
    from bridge.lineage.differences import diff_versions, version_before
    from bridge.workspace import current

    workspace = current()
    one = workspace.resolve(selector)
    pair = (version_before(workspace.catalog, one), one) if other is None else (one, workspace.resolve(other))
    with LateStatus() as status:
        found = diff_versions(workspace, *pair, key=key or (), limit=limit, say=status.say)
    if as_json:
        print_json(found.document())
    else:
        print_difference(found, console=out())
    if exit_code and not found.equal:
        raise typer.Exit(1)


def print_difference(found: Difference | RunDifference, *, console: Console) -> None:
    """Print a difference: what was added in green, removed in red, changed in yellow; a terminal cuts long lines."""
    for line in found.lines():
        if line.space:
            console.print()
        text = coloured(line)
        if console.is_terminal and not line.note:
            text.truncate(console.width, overflow="ellipsis")
            console.print(text, no_wrap=True, crop=False)
        else:
            console.print(text, soft_wrap=not console.is_terminal)


def coloured(line: Line) -> Text:
    """A line in the colours of its mark.

    >>> coloured(Line("5 added", mark="+", indent=1)).plain
    '  + 5 added'
    """
    if line.heading:
        return Text(line.body, style="bold")
    if line.note:
        return Text(line.body, style="dim")
    text = Text(line.body, style=STYLES[line.mark] if line.mark in "+-" and line.mark else "")
    if line.mark == "~":
        text.stylize("yellow", 2 * line.indent, 2 * line.indent + 1)
    return text
