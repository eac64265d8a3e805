"""`bridge audit show`: one decision with all that it rests on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import typer
from rich.text import Text

from bridge.cli.console import AsJson, out, print_facts, print_heading, print_json
from bridge.cli.decided import OUTCOMES, WORDS, of_decision, print_gates
from bridge.domain.decision import Decision
from bridge.models.promotion import decision as find_decision

EXAMPLE = "Example: [bold]bridge audit show 3[/bold]"


def show(
    position: Annotated[int, typer.Argument(metavar="N", help="Position in the log.")],
    as_json: AsJson = False,
) -> None:
    """Show one decision: who, when, why, what the gates found, and the evidence by digest."""
    found = find_decision(position)
    if as_json:
        print_json(of_decision(found))
        return
    console = out()
    print_facts(_facts(found), console=console)
    if found.gates:
        print_heading("Gates", console=console)
        print_gates(found.gates, console=console)
    evidence = dict(_evidence([found.evidence, *(gate.evidence for gate in found.gates)]))
    if evidence:
        print_heading("Evidence", console=console)
        print_facts(evidence.items(), console=console)


def _facts(one: Decision) -> list[tuple[str, str | Text]]:
    answer = one.answer
    approval = "" if answer is None else answer.how
    if answer is not None and answer.by:
        said = "yes" if answer.approved else "no"
        approval = f"{said}, by {answer.by} ({answer.how})" + (f": {answer.reason}" if answer.reason else "")
    return [
        ("decision", str(one.position)),
        ("alias", Text(f"{one.model}@{one.alias}", style="bold cyan")),
        ("from", "none" if one.before is None else f"{one.model}@{one.before}"),
        ("to", "none" if one.number is None else f"{one.model}@{one.number}"),
        ("outcome", Text(WORDS[one.action] if one.is_moved else one.outcome, style=OUTCOMES[one.outcome])),
        ("reason", one.reason),
        ("wanted because", one.why if one.is_refused else ""),
        ("approval", approval),
        ("who", one.who),
        ("when", one.when.astimezone().strftime("%Y-%m-%d %H:%M:%S")),
        ("flow run", one.run.get("name") or one.run.get("id", "")),
        ("digest", one.digest),
    ]


def _evidence(found: Any) -> Iterator[tuple[str, str]]:
    """Every version with its digest that a decision names."""
    if isinstance(found, dict):
        if {"version", "digest"} <= set(found):
            yield str(found["version"]), str(found["digest"] or "no digest")
            return
        found = list(found.values())
    if isinstance(found, list):
        for item in found:
            yield from _evidence(item)
