"""Equal but for rounding."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression

from bridge.reproduce.closeness import is_close

TINY = 1e-12


@dataclass
class Point:
    x: float
    y: list[float]


def fitted(seed: int, kind: Any = RandomForestClassifier) -> Any:
    data = np.random.default_rng(0).normal(size=(40, 3))
    return kind(random_state=seed).fit(data, data[:, 0] > 0)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (0.3, 0.1 + 0.2),
        (math.nan, math.nan),
        ({"a": [1.0, {"b": 2.0}]}, {"a": [1.0 + TINY, {"b": 2.0}]}),
        (np.array([1.0, math.nan]), np.array([1.0 + TINY, math.nan])),
        (np.float32(1), np.float32(1)),
        (pd.DataFrame({"a": [1.0], "b": ["x"]}), pd.DataFrame({"a": [1.0 + TINY], "b": ["x"]})),
        (pd.Series([1.0], name="a"), pd.Series([1.0 + TINY], name="a")),
        (Point(1.0, [2.0]), Point(1.0 + TINY, [2.0])),
        (fitted(0), fitted(0)),
        (fitted(0, LogisticRegression), fitted(0, LogisticRegression)),
    ],
)
def test_what_differs_by_rounding_is_equal(old: Any, new: Any) -> None:
    assert is_close(old, new, 1e-9)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (0.3, 0.31),
        (1, "1"),
        (True, 1),
        (math.nan, 1.0),
        ([1.0], (1.0,)),
        ({"a": 1}, {"b": 1}),
        ([1.0], [1.0, 1.0]),
        (np.array([1, 2]), np.array([1, 3])),
        (np.array([1.0]), np.array([1.0], dtype="float32")),
        (np.zeros(3), np.zeros((3, 1))),
        (pd.DataFrame({"a": [1.0]}), pd.DataFrame({"b": [1.0]})),
        (pd.DataFrame({"a": [1.0]}, index=[0]), pd.DataFrame({"a": [1.0]}, index=[1])),
        (Point(1.0, [2.0]), Point(1.0, [2.5])),
        (fitted(0), fitted(1)),
        ("a", "b"),
        ({1, 2}, {1, 3}),
    ],
)
def test_what_differs_more_is_not(old: Any, new: Any) -> None:
    assert not is_close(old, new, 1e-9)


def test_a_value_that_holds_itself_is_looked_at_once() -> None:
    one: list[Any] = [1.0]
    other: list[Any] = [1.0]
    one.append(one), other.append(other)
    assert is_close(one, other, 1e-9)


def test_values_of_one_class_that_was_defined_twice_are_compared_by_what_they_hold() -> None:
    def made(n: float) -> Any:
        class Row:
            def __init__(self) -> None:
                self.n = n

        return Row()

    assert is_close(made(1.0), made(1.0 + TINY), 1e-9)
    assert not is_close(made(1.0), made(2.0), 1e-9)


def test_a_class_that_fails_when_it_is_compared_is_not_equal() -> None:
    class Odd:
        __slots__ = ()

        def __eq__(self, other: object) -> bool:
            raise RuntimeError

        __hash__ = None  # type: ignore[assignment]

    assert not is_close(Odd(), Odd(), 1e-9)


@given(st.lists(st.none() | st.floats() | st.text(max_size=3) | st.integers(), max_size=4))
def test_every_value_is_close_to_its_copy(value: Any) -> None:
    from copy import deepcopy

    assert is_close(value, deepcopy(value), 0.0)
