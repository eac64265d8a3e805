"""`bridge studies show`: one study."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.text import Text

from bridge.cli.console import AsJson, Column, out, plain, print_facts, print_heading, print_json, print_table
from bridge.cli.studies.cells import Wanted, of_trial
from bridge.lineage.humane import ago, duration
from bridge.tuning.board import best_first, board, objectives
from bridge.tuning.leaders import Leaders, directions_of
from bridge.tuning.page.parameters import importances
from bridge.tuning.wording import counted, counts_text, moment, number, parameter_text, seconds

if TYPE_CHECKING:
    from optuna.study import Study
    from optuna.trial import FrozenTrial

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

    study = open_study(name)
    trials = study.get_trials(deepcopy=False)
    leaders = Leaders(directions_of(study))
    for trial in trials:
        leaders.add(trial)
    told = {goal: importances(study, i) for i, goal in enumerate(objectives(study))}
    if as_json:
        shown = best_first(trials, directions_of(study))
        print_json(
            {
                "name": study.study_name,
                "directions": list(directions_of(study)),
                "objectives": list(objectives(study)),
                "counts": counted(trials),
                "best": [of_trial(trial) for trial in leaders.trials],
                "importances": plain(told),
                "user_attributes": plain(study.user_attrs),
                "trials": [of_trial(trial) for trial in shown],
            }
        )
        return
    _print(study, trials, leaders.trials, told, limit=limit)


def _print(
    study: Study,
    trials: Sequence[FrozenTrial],
    best: Sequence[FrozenTrial],
    told: dict[str, dict[str, float]],
    *,
    limit: int,
) -> None:
    console = out()
    print_facts(_facts(study, trials, best), console=console)
    if len(best) == 1:
        print_heading("Best trial", console=console)
        values = zip(objectives(study), best[0].values, strict=True)
        print_facts(
            [
                *((goal, Text(number(value), style="bold green")) for goal, value in values),
                *((parameter, parameter_text(value)) for parameter, value in best[0].params.items()),
            ],
            console=console,
        )
    for goal, shares in told.items():
        if shares:
            print_heading(f"Importance{f' for {goal}' if len(told) > 1 else ''}", console=console)
            _print_shares(shares, console=console)
    if trials:
        _print_trials(study, trials, best, limit=limit, console=console)
    console.print()
    console.print(Text(f"Its plots: bridge studies export {study.study_name} --html FILE", style="dim"), soft_wrap=True)


def _facts(study: Study, trials: Sequence[FrozenTrial], best: Sequence[FrozenTrial]) -> list[tuple[str, str | Text]]:
    goals = zip(objectives(study), directions_of(study), strict=True)
    ended = [when for trial in trials if (when := moment(trial.datetime_complete)) is not None]
    spent = sum(seconds(trial) or 0.0 for trial in trials)
    front = f"{len(best)} trials: none is better in every objective" if len(best) > 1 else ""
    return [
        ("study", Text(study.study_name, style="bold cyan")),
        ("seeks", ", ".join(f"{direction} {goal}" for goal, direction in goals)),
        ("trials", counts_text(counted(trials)) or "none yet"),
        ("best", "" if not best or front else f"trial {best[0].number}"),
        ("front", front),
        ("last trial", ago(max(ended), datetime.now(timezone.utc)) if ended else ""),
        ("time in trials", duration(spent) if ended else ""),
    ]


def _print_shares(shares: dict[str, float], *, console: Console) -> None:
    columns = (Column("parameter", keep=False), Column("share", right=True), Column(""))
    print_table(
        columns,
        [[name, f"{share * 100:.0f} %", Text("█" * round(share * WIDEST), style="cyan")] for name, share in shares.items()],
        console=console,
    )


def _print_trials(
    study: Study, trials: Sequence[FrozenTrial], best: Sequence[FrozenTrial], *, limit: int, console: Console
) -> None:
    several = len(study.directions) > 1
    rest = [trial for trial in trials if trial.number not in {one.number for one in best}]
    chosen = [*best_first(best, directions_of(study)), *best_first(rest, directions_of(study))] if several else trials
    made = board(study, chosen[:limit] if several else chosen, most=limit)
    print_heading("The front, then the others" if several else "Trials, the best first", console=console)
    goals = len(study.directions)
    columns = [
        Column(title, right=1 < i < 2 + goals, keep=i < 2 + goals, roomy=title == "took")
        for i, title in enumerate(made.columns)
    ]
    rows = [[Text(row[0]), Text(row[1], style=COLOURS.get(row[1], "")), *row[2:]] for row in made.rows]
    print_table(columns, rows, console=console)
    left_out = len(trials) - len(made.rows)
    if left_out:
        console.print(Text(f"{left_out:,} more: --limit, or all of them with --json.", style="dim"))
