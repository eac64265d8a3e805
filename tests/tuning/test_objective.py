from __future__ import annotations

from functools import partial
from typing import Annotated, Any

import numpy as np
import optuna
import prefect
import pytest

from bridge import task
from bridge.domain.tuning_errors import EmptySpaceError, ObjectiveError, SpaceError, TuningError
from bridge.flows import BridgeTask
from bridge.tuning import Uniform
from bridge.tuning.objective import objective_of, values_of

X = Annotated[float, Uniform(0, 1)]


@pytest.mark.parametrize(
    ("returned", "count", "values"),
    [
        (0.5, 1, [0.5]),
        (3, 1, [3.0]),
        (np.float32(0.5), 1, [0.5]),
        (np.array(0.5), 1, [0.5]),
        ((0.5, "a model"), 1, [0.5]),
        ((0.5, None), 1, [0.5]),
        ([0.5], 1, [0.5]),
        (float("inf"), 1, [float("inf")]),
        ((1, 2.5), 2, [1.0, 2.5]),
        ([1, 2.5, "a model"], 2, [1.0, 2.5]),
        (np.array([1.0, 2.0]), 2, [1.0, 2.0]),
    ],
)
def test_values_are_the_numbers_that_come_first(returned: Any, count: int, values: list[float]) -> None:
    assert values_of(returned, objective="fit", count=count) == values


@pytest.mark.parametrize(
    ("returned", "count", "told"),
    [
        ("0.5", 1, "returned '0.5' (str): a study needs a number"),
        (None, 1, "returned nothing: a study needs a number"),
        ({"loss": 0.5}, 1, "returned {'loss': 0.5} (dict): a study needs a number"),
        ((), 1, "returned () (tuple): a study needs a number"),
        ((0.5, 0.7), 1, 'returned 2 numbers: a study needs 1; for more, give tune directions=["minimize", "maximize"]'),
        (0.5, 2, "returned 1 number: a study needs 2, one for each direction"),
        ((0.5, "x", 0.7), 2, "returned 1 number: a study needs 2"),
        ((1, 2, 3), 2, "returned 3 numbers: a study needs 2"),
        (np.zeros((2, 2)), 1, "a study needs a number"),
        ("x" * 500, 1, "... (str): a study needs a number"),
    ],
)
def test_what_is_no_result_is_named(returned: Any, count: int, told: str) -> None:
    with pytest.raises(ObjectiveError) as raised:
        values_of(returned, objective="fit", count=count)
    assert told in str(raised.value)


def test_an_error_about_a_result_survives_the_way_from_another_process() -> None:
    import pickle

    error = ObjectiveError("fit", "'good' (str)", "a number")
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


def test_a_value_that_is_not_a_number_fails_the_trial() -> None:
    with pytest.raises(ValueError, match="returned nan") as raised:
        values_of((0.5, float("nan")), objective="fit", count=2)
    assert not isinstance(raised.value, ObjectiveError)


def test_functions_and_tasks_of_prefect_and_bridge_become_bridges() -> None:
    def plain(x: X) -> float:
        return x

    async def later(x: X) -> float:
        return x

    prefects, ours = prefect.task(plain), task(plain)
    for given in (plain, later, prefects, ours, ours.with_options(retries=3), partial(plain)):
        made = objective_of(given, space=None, fixed={}).task
        assert isinstance(made, BridgeTask)
    assert not isinstance(prefects, BridgeTask)
    assert objective_of(ours.with_options(retries=3), space=None, fixed={}).task.retries == 3


def test_the_trial_is_taken_by_its_name_or_its_annotation() -> None:
    def first(trial) -> float:  # type: ignore[no-untyped-def]
        return 0.0

    def annotated(rows: list, t: optuna.Trial) -> float:  # type: ignore[type-arg]
        return 0.0

    def of_another_kind(n: int, trial: X) -> float:
        return 0.0

    assert objective_of(first, space=None, fixed={}).trial == "trial"
    assert objective_of(annotated, space=None, fixed={"rows": []}).trial == "t"
    other = objective_of(of_another_kind, space=None, fixed={"n": 1})
    assert other.trial is None
    assert set(other.space) == {"trial"}


def test_what_a_partial_has_given_is_fixed() -> None:
    def objective(rows: list, x: X, folds: int) -> float:  # type: ignore[type-arg]
        return 0.0

    found = objective_of(partial(objective, [1], folds=3), space=None, fixed={"folds": 5})
    assert found.fixed == {"rows": [1], "folds": 5}


@pytest.mark.parametrize(
    ("fn", "given", "error", "told"),
    [
        (lambda rows: 0, {}, EmptySpaceError, "(its parameters: rows). Give a space"),
        (lambda: 0, {}, EmptySpaceError, "(its parameters: none)"),
        (lambda x: 0, {"space": {}}, EmptySpaceError, "Nothing of the objective"),
        (lambda x: 0, {"space": {"y": Uniform(0, 1)}}, SpaceError, "has no such parameter, but: x"),
        (
            lambda x: 0,
            {"space": {"x": Uniform(0, 1)}, "fixed": {"z": 1}},
            TuningError,
            "z=…: the objective has no such",
        ),
        (lambda x, y: 0, {"space": {"x": Uniform(0, 1)}}, TuningError, "nothing for the objective's parameter 'y'"),
        (lambda x: 0, {"space": {"x": Uniform(0, 1)}, "fixed": {"x": 1}}, TuningError, "x=1: it is searched"),
        (3, {}, TuningError, "objective=3"),
    ],
)
def test_an_objective_that_cannot_be_called_is_refused_before_anything_runs(
    fn: Any, given: dict[str, Any], error: type[Exception], told: str
) -> None:
    with pytest.raises(error) as raised:
        objective_of(fn, space=given.get("space"), fixed=given.get("fixed", {}))
    assert told in str(raised.value)


def test_an_objective_that_yields_is_refused() -> None:
    def objective(x: X):  # type: ignore[no-untyped-def]
        yield x

    with pytest.raises(TuningError, match="an objective that yields"):
        objective_of(objective, space=None, fixed={})


def test_a_fixed_value_takes_a_parameter_out_of_its_annotations_space() -> None:
    def objective(x: X, y: X) -> float:
        return 0.0

    found = objective_of(objective, space=None, fixed={"y": 0.5})
    assert set(found.space) == {"x"}
    assert found.fixed == {"y": 0.5}
