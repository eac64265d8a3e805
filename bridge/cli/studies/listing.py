"""`bridge studies`: the list."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import typer
from rich.text import Text

from bridge.cli.console import AsJson, Column, out, plain, print_empty, print_json, print_table
from bridge.cli.studies.cells import by_state, time_text
from bridge.lineage.humane import ago
from bridge.tuning.wording import counts_text, number, parameters_text

if TYPE_CHECKING:
    from bridge.tuning import StudySummary

EXAMPLE = "Example: [bold]bridge studies[/bold], then [bold]bridge studies show churn[/bold]"

EMPTY = (
    "No studies yet. Search for parameters in a flow:",
    "from bridge import flow, task, tune",
    "study = tune(train, n_trials=50)        # lr: Annotated[float, LogUniform(1e-5, 1e-1)]",
)

COLUMNS = (
    Column("study", keep=False),
    Column("seeks"),
    Column("trials"),
    Column("best", right=True),
    Column("with", keep=False, roomy=True),
    Column("last trial"),
)


def listing(context: typer.Context, as_json: AsJson = False) -> None:
    """List studies, the latest first, with their trials and their best value, or see to one of them."""
    if context.invoked_subcommand is not None:
        return
    from bridge.tuning import studies

    found = studies()
    if as_json:
        print_json({"studies": [_document(one) for one in found]})
        return
    console = out()
    if not found:
        print_empty(EMPTY, console=console)
        return
    now = datetime.now(timezone.utc)
    print_table(COLUMNS, [_row(one, now) for one in found], console=console)


def _row(one: StudySummary, now: datetime) -> list[str | Text]:
    return [
        Text(one.name, style="cyan"),
        _sought(one.directions),
        counts_text(by_state(one.trials)),
        "" if one.value is None else number(one.value),
        parameters_text(one.params),
        "" if one.last is None else ago(one.last.astimezone(), now),
    ]


def _sought(directions: tuple[str, ...]) -> str:
    """In short: `min`, or `min, max` with several objectives."""
    return ", ".join(direction[:3] for direction in directions)


def _document(one: StudySummary) -> dict[str, Any]:
    return {
        "name": one.name,
        "directions": list(one.directions),
        "trials": by_state(one.trials),
        "best": None
        if one.best is None
        else {"number": one.best, "value": plain(one.value), "params": plain(one.params)},
        "began": time_text(one.began),
        "last": time_text(one.last),
    }
