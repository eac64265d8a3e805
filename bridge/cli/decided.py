"""Decisions as commands show them: a line and the gates for people, a document for programs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rich.console import Console
from rich.text import Text

from bridge.cli.console import plain
from bridge.cli.documents import iso
from bridge.domain.decision import Decision, GateResult

OUTCOMES = {"accepted": "green", "refused": "red", "unchanged": "dim"}

WORDS = {"promote": "promoted", "rollback": "rolled back", "remove": "demoted"}


def of_decision(decision: Decision) -> dict[str, Any]:
    """A decision's facts."""
    answer = decision.answer
    return {
        "position": decision.position,
        "digest": decision.digest,
        "when": iso(decision.when),
        "action": decision.action,
        "outcome": decision.outcome,
        "reason": decision.reason,
        "model": decision.model,
        "alias": decision.alias,
        "number": decision.number,
        "before": decision.before,
        "who": decision.who,
        "why": decision.why,
        "run": dict(decision.run),
        "gates": [of_gate(result) for result in decision.gates],
        "answer": None
        if answer is None
        else {"approved": answer.approved, "by": answer.by, "reason": answer.reason, "how": answer.how},
        "evidence": plain(decision.evidence),
    }


def of_gate(result: GateResult) -> dict[str, Any]:
    """What a gate found."""
    return {
        "gate": result.gate,
        "passed": result.passed,
        "reason": result.reason,
        "parameters": plain(result.parameters),
        "evidence": plain(result.evidence),
    }


def print_gates(results: Iterable[GateResult], *, console: Console) -> None:
    """Print what the gates found, one a line."""
    for result in results:
        mark, colour = ("✓", "green") if result.passed else ("✗", "red")
        console.print(Text.assemble((mark, colour), f" {result.reason}"), soft_wrap=True)


def print_decision(decision: Decision, *, console: Console) -> None:
    """Print what the gates and people said, what became of it, and where it is written down."""
    print_gates(decision.gates, console=console)
    answer = decision.answer
    if answer is not None and answer.by:
        mark, colour = ("✓", "green") if answer.approved else ("✗", "red")
        said = f" {answer.by} {'approved' if answer.approved else 'said no'}"
        console.print(Text.assemble((mark, colour), said + (f": {answer.reason}" if answer.reason else "")))
    console.print(Text(_headline(decision), style=f"bold {OUTCOMES[decision.outcome]}"), soft_wrap=True)
    console.print(Text(f"decision {decision.position}, {decision.digest[:19]}…", style="dim"))


def _headline(decision: Decision) -> str:
    """The decision; what the gates have said already is not said again."""
    failed = "; ".join(result.reason for result in decision.gates if not result.passed)
    if decision.is_refused and decision.reason == failed:
        return f"Refused: {decision.model}@{decision.alias} was not moved to {decision.model}@{decision.number}"
    return f"Refused: {decision}" if decision.is_refused else str(decision)
