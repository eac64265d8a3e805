"""`bridge models rollback` and `bridge models demote`: an alias back to where it was, or away."""

from __future__ import annotations

from typing import Annotated

import typer

from bridge.cli.console import AsJson, out, print_json
from bridge.cli.decided import of_decision, print_decision
from bridge.domain.decision import Decision

EXAMPLE = 'Example: [bold]bridge models rollback churn --reason "too many false alarms"[/bold]'
DEMOTE_EXAMPLE = "Example: [bold]bridge models demote churn staging[/bold]"

Name = Annotated[str, typer.Argument(metavar="NAME", help="The registered model's name.")]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; goes into the log.")]


def rollback(
    name: Name,
    alias: Annotated[str, typer.Option("--alias", metavar="ALIAS", help="The alias that goes back.")] = "champion",
    reason: Reason = "",
    as_json: AsJson = False,
) -> None:
    """Point an alias of a model at the version where it was before; twice goes two back."""
    from bridge.flows.promoting import rollback as decide

    _tell(decide(name, alias=alias, reason=reason), as_json=as_json)


def demote(
    name: Name,
    alias: Annotated[str, typer.Argument(metavar="ALIAS", help="The alias that is taken away.")],
    reason: Reason = "",
    as_json: AsJson = False,
) -> None:
    """Take an alias of a model away; `bridge models rollback` brings it back."""
    from bridge.flows.promoting import demote as decide

    _tell(decide(name, alias, reason=reason), as_json=as_json)


def _tell(decision: Decision, *, as_json: bool) -> None:
    if as_json:
        print_json(of_decision(decision))
    else:
        print_decision(decision, console=out())
    raise typer.Exit(1 if decision.is_refused else 0)
