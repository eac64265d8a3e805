"""`bridge models promote`: an alias to a version that passes the gates."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.text import Text

from bridge.cli.console import AsJson, out, print_json
from bridge.cli.decided import of_decision, of_gate, print_decision, print_gates
from bridge.domain.decision import Answer
from bridge.domain.refusals import GateError
from bridge.models import promotion

EXAMPLE = (
    'Example: [bold]bridge models promote churn@3 --to champion --gate "accuracy >= 0.9" --data held-out@1[/bold], and '
    "first [bold]--dry-run[/bold] to see what the gates say"
)


def promote(
    model: Annotated[str, typer.Argument(metavar="NAME@N", help="The version: churn@3, churn@challenger.")],
    to: Annotated[str, typer.Option("--to", metavar="ALIAS", help="The alias that is to move.")] = "champion",
    gate: Annotated[
        list[str] | None,
        typer.Option("--gate", metavar="GATE", help='"accuracy >= 0.9" or package.module:function; may be repeated.'),
    ] = None,
    data: Annotated[
        str | None, typer.Option("--data", metavar="SELECTOR", help="The data on which metrics count: held-out@1.")
    ] = None,
    approved_by: Annotated[
        str | None, typer.Option("--approved-by", metavar="NAME", help="Who approves; goes into the log.")
    ] = None,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; goes into the log.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what the gates say.")] = False,
    as_json: AsJson = False,
) -> None:
    r"""Move an alias of a model to a version, if it passes the gates of the project and those given here.

    Gates are declared in pyproject.toml, under \[tool.bridge.promotion.churn.champion]. The exit code is 1 if it is
    refused.
    """
    if dry_run:
        _look(promotion.check(model, to=to, gates=gate or (), data=data), as_json=as_json)
        return
    if approved_by is not None and not approved_by.strip():
        raise GateError("--approved-by", "it is the name of who approves, and not empty")
    from bridge.flows.promoting import promote as decide

    answer = None if approved_by is None else Answer(True, approved_by.strip(), reason, "command line")
    decision = decide(model, to=to, gates=gate or (), data=data, approval=answer, reason=reason)
    if as_json:
        print_json(of_decision(decision))
    else:
        print_decision(decision, console=out())
    raise typer.Exit(1 if decision.is_refused else 0)


def _look(results: tuple[promotion.GateResult, ...], *, as_json: bool) -> None:
    passed = all(result.passed for result in results)
    if as_json:
        print_json({"passed": passed, "gates": [of_gate(result) for result in results]})
    else:
        console = out()
        print_gates(results, console=console)
        said = "It would pass." if passed else "It would be refused."
        console.print(Text(said if results else "There are no gates: it would pass.", style="bold"))
    raise typer.Exit(0 if passed else 1)
