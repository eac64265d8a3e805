"""What was decided about the aliases of a model version, as a card tells it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from bridge.domain.model import ModelVersion
from bridge.models.promotion import decisions
from bridge.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Happening:
    """One decision.

    Args:
        when: UTC.
        what: In one sentence: `churn@champion is churn@3; it was churn@2`.
        who: Who asked for it.
        why: In the words of who wanted it, and what spoke against it.
        gates: What was asked for and found: words, and whether it was so.
        approval: Who said yes or no, and why; empty if nobody was asked.
        digest: Of the log's entry.
    """

    when: datetime
    what: str
    who: str
    why: str = ""
    gates: tuple[tuple[str, bool], ...] = ()
    approval: str = ""
    digest: str = ""


class _Decision(Protocol):
    """What is asked of a decision of the log."""

    number: int | None
    before: int | None
    outcome: str
    reason: str
    when: datetime
    who: str
    why: str
    gates: Sequence[Any]
    answer: Any
    digest: str
    run: Mapping[str, str]


def history_of(model: ModelVersion, workspace: Workspace) -> tuple[Happening, ...]:
    """Decisions that were about this version, the latest first."""
    return tuple(happening(one) for one in _decisions(model, workspace))


def happening(decision: Any) -> Happening:
    """A decision of the log as the card tells it."""
    one: _Decision = decision
    answer = one.answer
    approval = ""
    if answer is not None:
        said = "approved" if answer.approved else "refused"
        approval = f"{said} by {answer.by or 'nobody'}" + (f": {answer.reason}" if answer.reason else "")
    against = one.reason if one.outcome == "refused" and one.reason not in str(decision) else ""
    return Happening(
        when=one.when,
        what=str(decision),
        who=one.who,
        why=". ".join(part for part in (one.why, against) if part),
        gates=tuple((f"{gate.gate}: {gate.reason}" if gate.reason else gate.gate, gate.passed) for gate in one.gates),
        approval=approval,
        digest=one.digest,
    )


def _decisions(model: ModelVersion, workspace: Workspace) -> Sequence[Any]:
    return decisions(model.name, model.number, workspace=workspace)
