from __future__ import annotations

from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

from bridge.domain.tuning_errors import SpaceError
from bridge.tuning import Choice, Int, LogInt, LogUniform, Uniform
from bridge.tuning.spaces import distribution, space_of


@pytest.mark.parametrize(
    ("here", "optunas"),
    [
        (Uniform(0, 1), FloatDistribution(0, 1)),
        (Uniform(0, 1, step=0.25), FloatDistribution(0, 1, step=0.25)),
        (LogUniform(1e-5, 1e-1), FloatDistribution(1e-5, 1e-1, log=True)),
        (Int(1, 8), IntDistribution(1, 8)),
        (Int(32, 256, step=32), IntDistribution(32, 256, step=32)),
        (LogInt(1, 1024), IntDistribution(1, 1024, log=True)),
        (Choice("relu", None, 3, True), CategoricalDistribution(("relu", None, 3, True))),
        (Choice("only"), CategoricalDistribution(("only",))),
        (IntDistribution(1, 3), IntDistribution(1, 3)),
    ],
)
def test_a_range_is_optunas_distribution(here: Any, optunas: Any) -> None:
    assert distribution("p", here) == optunas


@pytest.mark.parametrize(
    ("impossible", "why"),
    [
        (Uniform(1, 0), "its low end is above its high end"),
        (Uniform(0, float("inf")), "its ends are not finite"),
        (Uniform(float("nan"), 1), "its ends are not finite"),
        (Uniform("0", 1), "its ends are not numbers"),  # type: ignore[arg-type]
        (Uniform(0, 1, step=0), "its step is not above 0"),
        (LogUniform(0, 1), "a logarithmic range begins above 0"),
        (LogInt(-1, 8), "a logarithmic range begins above 0"),
        (Int(1, 2.5), "its ends are not whole numbers"),  # type: ignore[arg-type]
        (Int(1, 8, step=0), "its step is not above 0"),
        (Choice(), "it has no values"),
        ((0, 1), "give Uniform, LogUniform"),
        ("0..1", "give Uniform, LogUniform"),
    ],
)
def test_a_range_that_cannot_be_is_named_with_the_way_out(impossible: Any, why: str) -> None:
    with pytest.raises(SpaceError, match="The parameter 'lr' cannot be searched in") as raised:
        distribution("lr", impossible)
    assert why in str(raised.value)


def test_ranges_are_read_from_annotations_and_those_of_the_call_count_more() -> None:
    def objective(
        lr: Annotated[float, LogUniform(1e-5, 1e-1)],
        depth: Annotated[int, "of the tree", Int(1, 8)],
        plain: int,
        noted: Annotated[int, "no range"] = 1,
        own: Annotated[float, FloatDistribution(0, 1)] = 0.5,
    ) -> Annotated[float, Uniform(0, 1)]:
        return 0.0

    found = space_of(objective, {"depth": Int(1, 2), "plain": Choice(1, 2)})
    assert found == {
        "lr": FloatDistribution(1e-5, 1e-1, log=True),
        "depth": IntDistribution(1, 2),
        "own": FloatDistribution(0, 1),
        "plain": CategoricalDistribution((1, 2)),
    }


def test_a_space_that_is_no_dictionary_is_refused() -> None:
    with pytest.raises(SpaceError, match="give a dictionary"):
        space_of(lambda x: x, ["x"])  # type: ignore[arg-type]


@given(low=st.floats(-1e300, 1e300), high=st.floats(-1e300, 1e300))
def test_any_two_numbers_are_a_range_or_a_clear_error(low: float, high: float) -> None:
    for kind in (Uniform, LogUniform):
        try:
            made = distribution("p", kind(low, high))
        except SpaceError:
            assert low > high or low <= 0
        else:
            assert (made.low, made.high) == (low, high)  # type: ignore[attr-defined]
