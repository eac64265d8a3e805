"""The best trials, beside Optuna's own word for them."""

from __future__ import annotations

import optuna
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from optuna.trial import TrialState

from bridge.tuning.board import best_first, board, front_of
from bridge.tuning.leaders import Leaders
from tests.tuning.made import front, searched, study, trial

VALUES = st.sampled_from([0.0, 1.0, 2.0, 3.0, float("inf")])
DIRECTION = st.sampled_from(["minimize", "maximize"])


@settings(max_examples=60)
@given(st.lists(VALUES, min_size=1, max_size=12), DIRECTION, st.randoms())
def test_the_best_trial_is_optunas_in_whatever_order_trials_end(
    values: list[float], direction: str, random: object
) -> None:
    made = study(directions=[direction], trials=[trial(value, number=i) for i, value in enumerate(values)])
    leaders = Leaders([direction])
    told = list(made.trials)
    random.shuffle(told)  # type: ignore[attr-defined]  # Hypothesis' type is not exported
    for one in told:
        leaders.add(one)
    assert [one.number for one in leaders.trials] == [made.best_trial.number]


@settings(max_examples=60)
@given(st.lists(st.tuples(VALUES, VALUES), min_size=1, max_size=10), DIRECTION, DIRECTION)
def test_the_front_is_optunas(values: list[tuple[float, float]], one: str, other: str) -> None:
    made = study(directions=[one, other], trials=[trial(*both, number=i) for i, both in enumerate(values)])
    assert {best.number for best in front_of(made, made.trials)} == {best.number for best in made.best_trials}


def test_a_trial_that_breaks_a_constraint_does_not_lead() -> None:
    broken = trial(0.0, number=0, system_attrs={"constraints": [1.0]})
    kept = trial(5.0, number=1, system_attrs={"constraints": [-1.0]})
    made = study(trials=[broken, kept])
    assert made.best_trial.number == 1
    assert [one.number for one in front_of(made, made.trials)] == [1]
    assert [one.number for one in best_first(made.trials, ["minimize"])] == [1, 0]


@pytest.mark.parametrize("state", [TrialState.PRUNED, TrialState.FAIL, TrialState.RUNNING, TrialState.WAITING])
def test_a_trial_that_is_not_complete_does_not_lead(state: TrialState) -> None:
    leaders = Leaders(["minimize"])
    leaders.add(trial(number=0, state=state))
    assert leaders.trials == ()


def test_a_table_has_the_best_first_and_says_what_it_leaves_out() -> None:
    made = searched()
    table = board(made, best_first(made.trials, ["minimize"]), most=3)
    assert table.columns == ("trial", "state", "value", "lr", "depth", "kind", "took")
    assert [row[0] for row in table.rows] == ["7", "6", "8"]
    assert table.left_out == 11


def test_a_table_says_what_pruned_and_failed_trials_came_to() -> None:
    made = searched(trials=1)
    table = board(made, best_first(made.trials, ["minimize"]), most=9)
    assert [row[1:3] for row in table.rows] == [("complete", "0.7"), ("pruned", "3 at step 0"), ("failed", "")]


def test_objectives_have_the_names_that_they_were_given() -> None:
    made = front()
    with pytest.warns(optuna.exceptions.ExperimentalWarning):
        made.set_metric_names(["error", "latency"])
    assert board(made, made.trials, most=1).columns[2:4] == ("error", "latency")
