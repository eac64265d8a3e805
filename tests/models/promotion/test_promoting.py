"""An alias moves if the gates and a person let it, and everything that was decided is in the log."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import bridge
from bridge.domain.errors import ModelNotFoundError, SelectorError, SettingsError
from bridge.domain.model import ModelVersion
from bridge.domain.refusals import ApprovalError, GateError, NothingBeforeError, RefusedError
from bridge.models import promotion
from bridge.models.promotion import Answer, Approval, Question
from bridge.workspace import read_settings, reset
from tests.models.promotion.conftest import Lab

YES = Answer(True, "ann", "fine", "command line")


def test_a_version_that_passes_is_champion_everywhere(lab: Lab, churn: list[ModelVersion]) -> None:
    decision = promotion.promote("churn@3", gates=["accuracy >= 0.9"], why="the retraining")
    assert str(decision.raise_for_refusal()) == "churn@champion is churn@3"
    assert decision.reason == "the retraining; passed 1 gate"
    assert bridge.models.get("churn@champion").number == 3
    assert bridge.load("churn-artifact@champion") == {"weights": [3, 3, 3]}
    assert lab.told.aliases == [("churn", "champion", 3)]
    assert promotion.decisions("churn", 3) == promotion.decisions() == [promotion.decision(1)] == [decision]
    assert promotion.verify().is_intact


def test_a_refusal_names_every_gate_that_did_not_let_it_pass(lab: Lab, churn: list[ModelVersion]) -> None:
    promotion.promote("churn@3")
    decision = promotion.promote("churn@4", gates=["accuracy >= 0.9", "loss <= 0.5", "f1 > 0"])
    assert decision.reason == "accuracy 0.7 on held-out@1 is below 0.9; churn@4 has no f1: there is accuracy, loss"
    with pytest.raises(RefusedError, match=r"churn@champion was not moved to churn@4: accuracy 0.7"):
        decision.raise_for_refusal()
    assert bridge.models.get("churn@champion").number == 3
    assert [one.outcome for one in promotion.decisions()] == ["refused", "accepted"]


def test_what_is_champion_already_is_only_noted(lab: Lab, churn: list[ModelVersion]) -> None:
    promotion.promote("churn@1")
    again = promotion.promote("churn@1", gates=["accuracy >= 0.99"])
    assert (again.outcome, str(again)) == ("unchanged", "churn@champion is churn@1, as it was")
    assert len(lab.told.aliases) == 1


def test_an_archived_version_is_refused(lab: Lab) -> None:
    one = lab.model("churn", 1)
    lab.model("churn", 2, archived=one.created)
    assert promotion.promote("churn@2").reason == "churn@2 is archived"


@pytest.mark.parametrize("alias", ["latest", "3", "v3", "a b", "", "run:x", "ü"])
def test_what_is_no_alias_is_an_error(lab: Lab, churn: list[ModelVersion], alias: str) -> None:
    with pytest.raises(SelectorError):
        promotion.promote("churn@1", to=alias)
    with pytest.raises(ModelNotFoundError, match="churn@4"):
        promotion.promote("nothing@1")
    assert promotion.decisions() == []


# -- people


def test_a_person_is_asked_when_the_gates_are_passed_and_not_before(lab: Lab, churn: list[ModelVersion]) -> None:
    asked: list[Question] = []

    def ask(question: Question) -> Answer:
        asked.append(question)
        return YES

    refused = promotion.promote("churn@3", gates=["accuracy > 1"], approval=Approval(), ask=ask)
    assert (refused.outcome, refused.answer, asked) == ("refused", None, [])
    accepted = promotion.promote("churn@3", gates=["accuracy > 0.5"], approval=Approval(), ask=ask)
    assert accepted.reason == "passed 1 gate; approved by ann"
    assert accepted.answer == YES
    assert [str(one) for one in asked] == ["Is churn@3 to be champion of churn? Now it is none."]
    assert [gate.passed for gate in asked[0].gates] == [True]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Answer(False, "ann", "too early", "Prefect"), "ann said no: too early"),
        (Answer(False, "", how="nobody answered within 60 s"), "nobody answered within 60 s"),
        (Answer(True, "bob"), "bob is not one of those who may approve: ann, eve"),
        (Answer(True, ""), "the approval does not say whose it is"),
    ],
)
def test_an_answer_that_is_no_approval_refuses(
    lab: Lab, churn: list[ModelVersion], answer: Answer, reason: str
) -> None:
    decision = promotion.promote("churn@1", approval=Approval(approvers=("ann", "eve")), ask=lambda _: answer)
    assert (decision.outcome, decision.reason, decision.answer) == ("refused", reason, answer)
    assert promotion.decision(1) == decision


def test_what_changes_while_a_person_thinks_is_looked_at_again(lab: Lab, churn: list[ModelVersion]) -> None:
    promotion.promote("churn@1")
    calls: list[str] = []

    def slow(question: Question) -> Answer:
        promotion.promote("churn@2")
        return YES

    def own(model: ModelVersion) -> bool:
        calls.append(model.selector)
        return True

    decision = promotion.promote("churn@3", gates=[own], approval=Approval(), ask=slow)
    assert (decision.outcome, decision.reason) == ("refused", "champion changed meanwhile from 1 to 2")
    assert calls == ["churn@3"]

    def worse(question: Question) -> Answer:
        lab.evaluate(churn[2], {"accuracy": 0.1}, bridge.models.evaluations(churn[2])[0].data[0])
        return YES

    decision = promotion.promote("churn@3", gates=["accuracy >= 0.9"], approval=Approval(), ask=worse)
    assert decision.reason == "accuracy 0.1 on held-out@1 is below 0.9"


def test_where_nobody_can_be_asked_the_error_says_how(lab: Lab, churn: list[ModelVersion]) -> None:
    with pytest.raises(ApprovalError, match="bridge models promote churn@1 --to champion --approved-by NAME"):
        promotion.promote("churn@1", approval=Approval())
    assert promotion.promote("churn@1", approval=Approval(), answer=YES).is_moved


# -- back again


def test_each_rollback_goes_one_back_and_a_promotion_begins_anew(lab: Lab, churn: list[ModelVersion]) -> None:
    for number in (1, 2, 3):
        promotion.promote(f"churn@{number}")
    assert promotion.rollback("churn", why="alarms").number == 2
    assert promotion.rollback("churn").number == 1
    with pytest.raises(NothingBeforeError, match="churn@champion is churn@1, and was at no version before"):
        promotion.rollback("churn")
    promotion.promote("churn@4")
    assert str(promotion.rollback("churn")) == "churn@champion is churn@1; it was churn@4"
    assert bridge.load("churn-artifact@champion") == {"weights": [1, 1, 1]}
    assert [number for _, _, number in lab.told.aliases] == [1, 2, 3, 2, 1, 4, 1]
    assert promotion.verify().is_intact


def test_a_rollback_passes_over_what_was_archived_and_brings_back_what_was_taken_away(
    lab: Lab, churn: list[ModelVersion]
) -> None:
    for number in (1, 2, 3):
        promotion.promote(f"churn@{number}", to="staging")
    lab.model("churn", 2, archived=churn[0].created)
    assert promotion.rollback("churn", alias="staging").number == 1
    gone = promotion.demote("churn", "staging", why="unused")
    assert str(gone) == "churn@staging is no more; it was churn@1"
    assert lab.told.aliases[-1] == ("churn", "staging", None)
    with pytest.raises(ModelNotFoundError, match="churn@staging"):
        promotion.demote("churn", "staging")
    assert promotion.rollback("churn", alias="staging").number == 1
    with pytest.raises(NothingBeforeError, match="was never set by a promotion"):
        promotion.rollback("churn", alias="production")


# -- many at once, and MLflow that does not answer


def test_of_many_that_promote_at_once_one_wins_and_all_are_in_the_log(lab: Lab, churn: list[ModelVersion]) -> None:
    for number in range(5, 21):
        lab.model("churn", number)
    with ThreadPoolExecutor(20) as pool:
        made = list(pool.map(lambda number: promotion.promote(f"churn@{number}"), range(1, 21)))
    moved = [one for one in made if one.is_moved]
    at = bridge.models.get("churn@champion").number
    assert {one.outcome for one in made} <= {"accepted", "refused"}
    assert max(moved, key=lambda one: one.position).number == at
    assert sorted(one.position for one in made) == list(range(1, 21))
    assert promotion.verify().is_intact


def test_a_tracker_that_fails_costs_a_warning_and_is_told_again(
    lab: Lab, churn: list[ModelVersion], caplog: pytest.LogCaptureFixture
) -> None:
    lab.told.error = OSError("MLflow is down")
    assert promotion.promote("churn@1").is_moved
    assert "setting churn@champion in MLflow failed: MLflow is down" in caplog.text
    promotion.promote("churn@2", to="staging")
    promotion.demote("churn", "staging")
    lab.told.error = None
    assert promotion.reconcile_aliases() == 2
    assert lab.told.aliases == [("churn", "champion", 1), ("churn", "staging", None)]


# -- declared in pyproject.toml


@pytest.fixture()
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.chdir(folder)
    yield folder / "pyproject.toml"
    reset()


def declare(project: Path, text: str) -> Lab:
    from bridge.workspace import current

    project.write_text(text)
    reset()
    return Lab(current())


def test_gates_that_the_project_declares_hold_whatever_the_call_says(
    project: Path, lab: Lab, churn: list[ModelVersion]
) -> None:
    (project.parent / "own_gates.py").write_text("def fair(model):\n    return False, 'it is not'\n")
    declare(
        project,
        """
        [tool.bridge.promotion."*".champion]
        tags = ["never"]

        [tool.bridge.promotion.churn.champion]
        metrics = ["accuracy >= 0.9"]
        better = { accuracy = 0.01, loss = { by = 0.01, lower = true } }
        data = "held-out@1"
        custom = ["own_gates:fair"]
        approval = { approvers = ["ann"], timeout = 60 }

        [tool.bridge.promotion.churn."*"]
        approval = true
        """,
    )
    decision = promotion.promote("churn@4", answer=YES)
    assert [gate.gate for gate in decision.gates] == [
        "accuracy >= 0.9",
        "higher accuracy by 0.01",
        "lower loss by 0.01",
        "fair",
    ]
    assert decision.reason == "accuracy 0.7 on held-out@1 is below 0.9; fair: it is not"
    with pytest.raises(ApprovalError):
        promotion.promote("churn@3", to="staging")
    lab.data("held-out", [[9.0]])
    with pytest.raises(GateError, match=r"churn.champion\] says data = 'held-out@1', .*; leave it out"):
        promotion.promote("churn@3", data="held-out@2")
    no_list = promotion.promote("churn@3", gates=[], approval=Approval(approvers=("bob",)), answer=Answer(True, "bob"))
    assert no_list.reason == "fair: it is not"
    (project.parent / "own_gates.py").write_text("def fair(model):\n    return True\n")
    importlib.reload(sys.modules["own_gates"])
    not_his = promotion.promote("churn@3", approval=Approval(approvers=("bob",)), answer=Answer(True, "bob"))
    assert not_his.reason == "bob is not one of those who may approve: ann"
    assert promotion.promote("churn@3", answer=YES).is_moved
    assert promotion.promote("churn@3", to="staging", answer=Answer(True, "bob")).is_moved


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("metrics = ['accuracy']", r"promotion\.churn\.champion\] metrics.*accuracy >= 0.9"),
        ("metrics = 'accuracy > 1'", r"promotion\.churn\.champion\] metrics"),
        (
            "max_age = 3",
            r"champion\] max_age=3 cannot be used: there is no such word; there are metrics, better",
        ),
        ("max_age_days = -1", r"churn\.champion\] max_age_days=-1"),
        ("better = { accuracy = 'much' }", r"churn\.champion\] better\.accuracy"),
        ("better = { accuracy = { bye = 1 } }", r"better\.accuracy\.bye=1 .* there are by, lower"),
        ("approval = { approver = 'ann' }", r"approval\.approver='ann' .* there are timeout, approvers, suspend"),
        ("custom = ['f']", r"custom.*package\.module:function"),
    ],
)
def test_what_cannot_be_declared_is_an_error_that_names_the_key(project: Path, text: str, said: str) -> None:
    project.write_text(f"[tool.bridge.promotion.churn.champion]\n{text}\n")
    with pytest.raises(SettingsError, match=said):
        read_settings()


def test_a_declared_function_that_is_not_there_is_an_error_that_names_the_key(
    project: Path, lab: Lab, churn: list[ModelVersion]
) -> None:
    declare(project, '[tool.bridge.promotion."ch*".champion]\ncustom = ["no.such:thing"]\n')
    with pytest.raises(SettingsError, match=r'\[tool.bridge.promotion."ch\*".champion\] custom.*no.such:thing'):
        promotion.promote("churn@1")
