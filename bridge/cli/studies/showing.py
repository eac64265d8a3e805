"""`bridge studies show`: one study."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from bridge.cli.artifacts.cells import run_name
from bridge.cli.console import AsJson, Column, out, plain, print_facts, print_heading, print_json, print_table
from bridge.cli.studies.cells import Wanted, of_trial
from bridge.domain.version import VersionRef
from bridge.lineage.humane import ago, duration
from bridge.tuning.wording import counts_text, number, parameter_text

if TYPE_CHECKING:
    from bridge.tuning.board import Board
    from bridge.tuning.details import Details, Trial

EXAMPLE = "Example: [bold]bridge studies show churn --limit 20[/bold]"

WIDEST = 20
"""Characters of a bar that stands for everything."""

COLOURS = {"complete": "", "pruned": "yellow", "failed": "red", "running": "blue", "waiting": "bright_black"}


def show(
    name: Wanted,
    limit: Annotated[int, typer.Option(min=1, help="How many trials, the best first.")] = 10,
    as_json: AsJson = False,
) -> None:
    """Show one study: its best trial with its parameters, how much each matters, and its trials, the best first.

    Of several objectives, the trials are shown that no other one is better than in all of them.
    """
    from bridge.tuning import open_study
    from bridge.tuning.details import details, table

    study = open_study(name)
    told = details(study)
    if as_json:
        print_json(_document(told))
        return
    console = out()
    print_facts(_facts(told), console=console)
    if len(told.best) == 1:
        print_heading("Best trial", console=console)
        print_facts(_best(told), console=console)
    for goal, shares in told.importances.items():
        if shares:
            print_heading(f"Importance{f' for {goal}' if len(told.objectives) > 1 else ''}", console=console)
            _print_shares(shares, console=console)
    if told.trials:
        several = len(told.objectives) > 1
        print_heading("The front, then the others" if several else "Trials, the best first", console=console)
        _print_trials(table(study, most=limit), objectives=len(told.objectives), console=console)
    console.print()
    console.print(
        Text(f"Its plots: bridge studies export {shlex.quote(told.name)} --html FILE", style="dim"), soft_wrap=True
    )


def _document(told: Details) -> dict[str, Any]:
    return {
        "name": told.name,
        "directions": list(told.directions),
        "objectives": list(told.objectives),
        "counts": dict(told.counts),
        "best": [of_trial(trial) for trial in told.best],
        "importances": plain(told.importances),
        "user_attributes": plain(told.user_attributes),
        "trials": [of_trial(trial) for trial in told.trials],
    }


def _facts(told: Details) -> list[tuple[str, str | Text]]:
    goals = zip(told.objectives, told.directions, strict=True)
    ended = [trial.ended for trial in told.trials if trial.ended is not None]
    best = told.best
    front = f"{len(best)} trials: none is better in every objective" if len(best) > 1 else ""
    return [
        ("study", Text(told.name, style="bold cyan")),
        ("seeks", ", ".join(f"{direction} {goal}" for goal, direction in goals)),
        ("trials", counts_text(told.counts) or "none yet"),
        ("front", front),
        ("last trial", ago(max(ended), datetime.now(timezone.utc)) if ended else ""),
        ("time in trials", duration(sum(trial.seconds or 0.0 for trial in told.trials)) if ended else ""),
    ]


def _best(told: Details) -> list[tuple[str, str | Text]]:
    (best,) = told.best
    values = zip(told.objectives, best.values or (), strict=True)
    return [
        ("trial", str(best.number)),
        *((goal, Text(number(value), style="bold green")) for goal, value in values),
        *((parameter, parameter_text(value)) for parameter, value in best.params.items()),
        *_records(best),
    ]


def _records(best: Trial) -> list[tuple[str, str | Text]]:
    """The run that the trial was in, and the versions that it made; nothing where it was not recorded."""
    from bridge.workspace import current

    catalog = current().catalog
    steps = [step for step_id in best.steps if (step := catalog.step(step_id)) is not None]
    made = [output.what for step in steps for output in step.outputs if isinstance(output.what, VersionRef)]
    run_id = next((step.run_id for step in steps if step.run_id), None)
    return [("run", run_name(catalog, run_id)), ("made", ", ".join(dict.fromkeys(map(str, made))))]


def _print_shares(shares: Mapping[str, float], *, console: Console) -> None:
    rows: list[list[str | Text]] = [
        [name, f"{share * 100:.0f} %", Text("█" * round(share * WIDEST), "cyan")] for name, share in shares.items()
    ]
    print_table((Column("parameter", keep=False), Column("share", right=True), Column("")), rows, console=console)


def _print_trials(made: Board, *, objectives: int, console: Console) -> None:
    columns = [
        Column(title, right=1 < i < 2 + objectives, keep=i < 2 + objectives, roomy=title == "took")
        for i, title in enumerate(made.columns)
    ]
    rows: list[list[str | Text]] = [[row[0], Text(row[1], COLOURS.get(row[1], "")), *row[2:]] for row in made.rows]
    print_table(columns, rows, console=console)
    if made.left_out:
        console.print(Text(f"{made.left_out:,} more: --limit, or all of them with --json.", style="dim"))
