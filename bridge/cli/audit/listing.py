"""`bridge audit`: the list."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Annotated

import typer
from rich.text import Text

from bridge.cli.console import AsJson, Column, out, print_empty, print_json, print_table
from bridge.cli.decided import OUTCOMES, WORDS, of_decision
from bridge.domain.decision import Decision
from bridge.lineage.humane import ago
from bridge.models.promotion import decisions

EXAMPLE = "Example: [bold]bridge audit --model churn[/bold], then [bold]bridge audit show 3[/bold]"

EMPTY = (
    "No decisions yet. Point an alias of a registered model at a version:",
    'bridge models promote churn@1 --to champion --reason "the first one"',
)


def listing(
    context: typer.Context,
    model: Annotated[str | None, typer.Option("--model", metavar="NAME", help="Only about this model.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="So many, the latest first.")] = 20,
    as_json: AsJson = False,
) -> None:
    """List decisions about models, the latest first: what was promoted, refused and rolled back, by whom and why."""
    if context.invoked_subcommand is not None:
        return
    found = decisions(model, limit=limit)
    if as_json:
        print_json({"decisions": [of_decision(one) for one in found]})
        return
    console = out()
    if not found:
        print_empty(EMPTY, console=console)
        return
    columns = (
        Column("#", right=True),
        Column("when"),
        Column("alias", keep=False),
        Column("version"),
        Column("was"),
        Column("outcome"),
        Column("who", keep=False, roomy=True),
        Column("reason", keep=False),
    )
    now = datetime.now(timezone.utc)
    print_table(columns, [_row(one, now) for one in found], console=console)


def _row(one: Decision, now: datetime) -> list[str | Text]:
    word = WORDS[one.action] if one.is_moved else one.outcome
    return [
        str(one.position),
        ago(one.when, now),
        f"{one.model}@{one.alias}",
        "" if one.number is None else str(one.number),
        "" if one.before is None else str(one.before),
        Text(word, style=OUTCOMES[one.outcome]),
        one.answer.by if one.answer is not None and one.answer.by else one.who,
        one.reason,
    ]
