"""What was decided about a model's aliases is told as it stands in the log."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import bridge.models
from bridge.models.cards import history as history_module
from bridge.models.cards import html, markdown
from bridge.models.cards.history import happening
from bridge.workspace import Workspace
from tests.models.cards.conftest import START


@dataclass(frozen=True)
class Decision:
    """What the log's decisions have that a card needs."""

    number: int | None = 3
    before: int | None = 2
    outcome: str = "accepted"
    reason: str = "all gates passed"
    when: datetime = START
    who: str = "ann@laptop"
    why: str = ""
    gates: tuple[Any, ...] = ()
    answer: Any = None
    digest: str = "sha256:ab"
    run: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"churn@champion is churn@{self.number}; it was churn@{self.before}"


def test_a_decision_is_told_with_its_gates_its_approval_and_its_entry(churn: Workspace) -> None:
    gate = SimpleNamespace(gate="accuracy >= 0.9", passed=True, reason="it is 0.91")
    said = SimpleNamespace(approved=True, by="Bob", reason="looks fine", how="Prefect")
    told = happening(Decision(gates=(gate,), answer=said, why="the quarter's model"))
    card = replace(bridge.models.card("churn@3"), history=(told,))
    for text in (markdown(card), html(card).replace("&#39;", "'")):
        assert "churn@champion is churn@3; it was churn@2" in text
        assert "the quarter's model · passed: accuracy &gt;= 0.9: it is 0.91 · approved by Bob: looks fine" in text
        assert "sha256:ab" in text and "ann@laptop" in text


def test_a_refusal_is_told_with_its_reason() -> None:
    gate = SimpleNamespace(gate="accuracy >= 0.9", passed=False, reason="")
    told = happening(Decision(outcome="refused", reason="accuracy is too low", gates=(gate,)))
    assert (told.why, told.gates) == ("accuracy is too low", (("accuracy >= 0.9", False),))


def test_a_card_has_the_decisions_in_their_order(churn: Workspace, monkeypatch: Any) -> None:
    found = [Decision(4, 3), Decision(3, 2)]
    monkeypatch.setattr(history_module, "_decisions", lambda model, workspace: found if model.number == 3 else [])
    told = [one.what for one in bridge.models.card("churn@3").history]
    assert told == ["churn@champion is churn@4; it was churn@3", "churn@champion is churn@3; it was churn@2"]
    assert bridge.models.card("churn@2").history == ()
