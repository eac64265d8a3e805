"""Each gate says in one line what it found, with the values."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from bridge.domain.model import ModelVersion
from bridge.domain.refusals import GateError
from bridge.domain.version import VersionRef
from bridge.models import gates, promotion
from bridge.models.gates import Candidate
from bridge.models.gates.declared import Given
from bridge.models.promotion import GateResult
from tests.models.promotion.conftest import Lab


def reason(selector: str, gate: Given, **more: Any) -> tuple[bool, str]:
    (found,) = promotion.check(selector, gates=[gate], **more)
    return found.passed, found.reason


@pytest.mark.parametrize(
    ("bound", "passed", "said"),
    [
        ("accuracy >= 0.9", True, "accuracy 0.9 on held-out@1 is at least 0.9"),
        ("accuracy > 0.9", False, "accuracy 0.9 on held-out@1 is not above 0.9"),
        ("accuracy >= 0.95", False, "accuracy 0.9 on held-out@1 is below 0.95"),
        ("loss < 0.2", True, "loss 0.1 on held-out@1 is below 0.2"),
        ("loss <= 0.05", False, "loss 0.1 on held-out@1 is above 0.05"),
        ("f1 >= 0.5", False, "churn@3 has no f1: there is accuracy, loss"),
    ],
)
def test_a_bound_of_a_metric(churn: list[ModelVersion], bound: str, passed: bool, said: str) -> None:
    assert reason("churn@3", bound) == (passed, said)


def test_a_version_that_nobody_evaluated_has_no_metrics(lab: Lab) -> None:
    lab.model("new", 1)
    said = "new@1 has no accuracy: no step that received it returned numbers"
    assert reason("new@1", "accuracy >= 0.5") == (False, said)


def test_the_latest_evaluation_counts_and_with_pinned_data_the_latest_on_that(lab: Lab, held_out: VersionRef) -> None:
    model = lab.model("churn", 1)
    other = lab.data("held-out", [[4.0]])
    lab.evaluate(model, {"accuracy": 0.8}, held_out)
    lab.evaluate(model, {"accuracy": 0.95}, other)
    assert reason("churn@1", "accuracy >= 0.9") == (True, "accuracy 0.95 on held-out@2 is at least 0.9")
    assert reason("churn@1", "accuracy >= 0.9", data="held-out@1")[1] == "accuracy 0.8 on held-out@1 is below 0.9"
    lab.data("held-out", [[5.0]])
    said = "churn@1 has no accuracy on held-out@3: it was evaluated on held-out@2; on held-out@1"
    assert reason("churn@1", "accuracy >= 0.9", data="held-out") == (False, said)


def test_equal_data_under_another_name_is_the_same_data(lab: Lab, held_out: VersionRef) -> None:
    copy = lab.data("copy-of-it", [[2.0], [3.0]])
    model = lab.model("churn", 1)
    lab.evaluate(model, {"accuracy": 0.8}, copy)
    assert reason("churn@1", "accuracy >= 0.5", data="held-out@1")[0]


def test_better_than_the_champion_by_a_margin(lab: Lab, churn: list[ModelVersion]) -> None:
    first = "churn has no champion yet to compare churn@2 with"
    assert reason("churn@2", gates.better("accuracy", by=0.01)) == (True, first)
    promotion.promote("churn@2")
    better = "accuracy 0.9 on held-out@1 is 0.05 better than churn@2's 0.85"
    assert reason("churn@3", gates.better("accuracy")) == (True, better)
    assert reason("churn@3", gates.better("accuracy", by=0.05)) == (True, better)  # 0.9 - 0.85 is 0.05000000000000004
    assert reason("churn@3", gates.better("accuracy", by=0.06)) == (False, f"{better}; 0.06 is asked for")
    worse = "loss 0.3 on held-out@1 is 0.15 worse than churn@2's 0.15"
    assert reason("churn@4", gates.better("loss", lower=True)) == (False, f"{worse}; better is asked for")
    assert reason("churn@4", gates.better("loss", by=-0.2, lower=True))[0]
    equal = "accuracy 0.85 on held-out@1 equals churn@2's 0.85; better is asked for"
    assert reason("churn@2", gates.better("accuracy")) == (False, equal)


def test_versions_that_were_evaluated_on_other_data_are_not_compared(lab: Lab, held_out: VersionRef) -> None:
    one, two = lab.model("churn", 1), lab.model("churn", 2)
    other = lab.data("held-out", [[4.0]])
    lab.evaluate(one, {"accuracy": 0.8}, held_out)
    lab.evaluate(two, {"accuracy": 0.99}, other)
    promotion.promote("churn@1")
    gate = gates.better("accuracy")
    said = "accuracy of churn@2 was found on held-out@2, and that of churn@1 on held-out@1: they were not evaluated on "
    assert reason("churn@2", gate) == (False, f"{said}the same data")
    assert not reason("churn@2", gate, data="held-out@2")[0]
    lab.evaluate(one, {"accuracy": 0.7}, other)
    said = "accuracy 0.99 on held-out@2 is 0.29 better than churn@1's 0.7"
    assert reason("churn@2", gate) == reason("churn@2", gate, data="held-out@2") == (True, said)


def test_evaluations_on_data_that_is_not_recorded_are_not_on_the_same_data(lab: Lab) -> None:
    for number in (1, 2):
        lab.evaluate(lab.model("churn", number), {"accuracy": number / 10})
    promotion.promote("churn@1")
    passed, said = reason("churn@2", gates.better("accuracy"))
    assert not passed
    assert "on data that is not recorded" in said


def test_every_version_of_the_training_data_has_to_be_fresh(lab: Lab) -> None:
    data = lab.data("customers", [1, 2])
    model = lab.model("churn", 1, data=[data])
    assert reason("churn@1", gates.fresh(days=1))[0]
    assert reason("churn@1", gates.fresh(days=1, data="other-*"))[1] == (
        "no data called other-* is recorded that churn@1 was trained on"
    )
    late = Candidate(model, None, "champion", lab.workspace, datetime.now(timezone.utc) + timedelta(days=40))
    found = gates.fresh(days=30).check(late)
    assert (found.passed, found.reason) == (
        False,
        "customers@1 is 40 days old, and not under the 30 days that are allowed",
    )
    lab.model("bare", 1)
    assert reason("bare@1", gates.fresh(days=1)) == (False, "no data is recorded that bare@1 was trained on")


def test_tags_that_are_asked_for(lab: Lab) -> None:
    lab.model("churn", 1, tags={"team": "growth", "reviewed": "2026-05-03"})
    assert reason("churn@1", gates.tagged("reviewed", team="growth")) == (
        True,
        "churn@1 has reviewed=2026-05-03, team=growth",
    )
    assert reason("churn@1", gates.tagged("approved", "team=risk")) == (
        False,
        "churn@1 has no tag approved, team=growth instead of risk",
    )


async def is_calm(model: ModelVersion) -> tuple[bool, str]:
    return True, f"{model.selector} is calm"


@pytest.mark.parametrize(
    ("function", "passed", "said"),
    [
        (lambda model: True, True, "<lambda>: it said yes"),
        (lambda model: (False, "two\nlines"), False, "<lambda>: two lines"),
        (lambda model: GateResult("fair", True, "as fair as can be"), True, "as fair as can be"),
        (lambda model: 1 / 0, False, "<lambda> raised ZeroDivisionError: division by zero"),
        (
            lambda model: None,
            False,
            "<lambda> returned None, and neither True nor False nor one of them with a reason",
        ),
        (is_calm, True, "is_calm: churn@1 is calm"),
        ("tests.models.promotion.test_gates:is_calm", True, "is_calm: churn@1 is calm"),
    ],
)
def test_a_function_of_the_users(lab: Lab, function: Any, passed: bool, said: str) -> None:
    lab.model("churn", 1)
    assert reason("churn@1", function) == (passed, said)


@pytest.mark.parametrize("given", ["accuracy", "accuracy >= high", "no.such:thing", "bridge:no_such_thing", 7, None])
def test_what_is_no_gate_is_an_error_that_names_it(lab: Lab, given: Any) -> None:
    lab.model("churn", 1)
    with pytest.raises(GateError, match=str(given)):
        promotion.check("churn@1", gates=[given])


def test_a_gate_that_breaks_lets_nothing_pass(lab: Lab) -> None:
    class Broken:
        def check(self, candidate: Candidate) -> GateResult:
            raise OSError("the disk is gone")

        def __str__(self) -> str:
            return "broken"

    lab.model("churn", 1)
    said = "broken could not be looked at: OSError: the disk is gone"
    assert reason("churn@1", Broken()) == (False, said)
