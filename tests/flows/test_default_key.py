"""The default cache key: equal where Prefect's is, and at no other place."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from prefect import flow as prefect_flow
from prefect import task as prefect_task
from prefect.cache_policies import INPUTS

from bridge import flow, task
from bridge.flows.default_key import StreamedInputs
from bridge.workspace import Workspace


@dataclass
class Pair:
    first: Any
    second: Any


def ours(inputs: dict[str, Any]) -> Any:
    return StreamedInputs().compute_key(None, inputs, {})  # type: ignore[arg-type]


def prefects(inputs: dict[str, Any]) -> Any:
    return INPUTS.compute_key(None, inputs, {})  # type: ignore[arg-type]


_plain = st.sampled_from([None, True, False, 0, 1, 1.0, -0.0, 0.0, "", "1", "a", b"a", (), [], {}, (1,), [1]])
_arrays = st.sampled_from(
    [
        lambda: np.zeros(3),
        lambda: np.zeros(3, "f4"),
        lambda: np.zeros((3, 1)),
        lambda: np.zeros((2, 3)),
        lambda: np.zeros((3, 2)).T,
        lambda: np.array([0, 1, 2]),
        lambda: pd.DataFrame({"a": [1, 2], "b": [3, 4]}),
        lambda: pd.DataFrame({"b": [3, 4], "a": [1, 2]}),
        lambda: pd.DataFrame({"a": [1, 2], "b": [3.0, 4]}),
        lambda: pd.Series([1, 2], name="a"),
        lambda: np.arange(12).reshape(3, 4)[:, ::2],
    ]
).map(lambda make: make())
_leaves = st.one_of(_plain, _arrays)
_values = st.recursive(
    _leaves,
    lambda inner: st.one_of(
        st.lists(inner, max_size=2),
        st.tuples(inner, inner),
        inner.map(lambda one: [one, one]),
        st.dictionaries(st.sampled_from("ab"), inner, max_size=2),
        st.builds(Pair, inner, inner),
    ),
    max_leaves=4,
)


@given(_values, _values)
def test_two_inputs_have_one_key_where_they_have_one_under_prefect(one: Any, other: Any) -> None:
    assert (ours({"x": one}) == ours({"x": other})) == (prefects({"x": one}) == prefects({"x": other}))


@given(_values)
def test_a_key_does_not_change_while_the_input_does_not(value: Any) -> None:
    assert ours({"x": value}) == ours({"x": value})


def test_no_inputs_have_no_key() -> None:
    assert ours({}) is prefects({}) is None


def test_an_array_changed_in_place_has_another_key() -> None:
    array = np.zeros(1_000_000)
    before = ours({"x": array})
    array[777_777] = 1
    assert ours({"x": array}) != before


def test_one_object_twice_is_not_two_equal_ones() -> None:
    array = np.zeros(10)
    assert ours({"x": array, "y": array}) != ours({"x": array, "y": array.copy()})
    assert prefects({"x": array, "y": array}) != prefects({"x": array, "y": array.copy()})


def test_a_readable_only_array_is_not_a_writable_one() -> None:
    array, frozen = np.zeros(10), np.zeros(10)
    frozen.flags.writeable = False
    assert (ours({"x": array}) == ours({"x": frozen})) == (prefects({"x": array}) == prefects({"x": frozen}))


class Counter:
    """Calls that were not found in the cache."""

    def __init__(self) -> None:
        self.calls = 0


@pytest.mark.parametrize(("a_flow", "a_task"), [(prefect_flow, prefect_task), (flow, task)], ids=["prefect", "bridge"])
def test_persisted_results_are_found_within_a_run_as_under_prefect(
    workspace: Workspace, a_flow: Any, a_task: Any
) -> None:
    counter = Counter()

    @a_task(persist_result=True)
    def total(x: Any) -> float:
        counter.calls += 1
        return float(np.sum(x))

    @a_flow
    def main() -> list[float]:
        array = np.arange(100_000.0)
        first, again = total(array), total(array.copy())
        array[5] = -1
        return [first, again, total(array), total((1, 2)), total([1, 2])]

    results = main()
    assert results[0] == results[1] != results[2]
    assert counter.calls == 3, "an equal array and a list equal to a tuple are found, a changed array is not"
    main()
    assert counter.calls == 6, "the default policy never finds another run's results"


def test_an_input_that_cannot_be_hashed_is_told_in_prefects_words(
    workspace: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    @task(persist_result=True)
    def hold(lock: Any) -> int:
        return 1

    @flow
    def main() -> int:
        return hold(threading.Lock())

    with caplog.at_level(logging.ERROR):
        assert main() == 1
    assert "result will not be persisted" in caplog.text


def test_a_policy_that_the_user_chose_keeps_its_keys(workspace: Workspace) -> None:
    from prefect.cache_policies import DEFAULT
    from prefect.context import TaskRunContext
    from prefect.transactions import get_transaction

    keys = []

    def note(x: Any) -> None:
        context, transaction = TaskRunContext.get(), get_transaction()
        assert context is not None and transaction is not None
        keys.append((transaction.key, DEFAULT.compute_key(context, {"x": x}, {})))

    chosen = task(note, name="chosen", cache_policy=DEFAULT)
    unsaid = task(note, name="unsaid")

    @flow
    def main() -> None:
        array = np.zeros(5)
        chosen(array)
        unsaid(array)

    main()
    assert keys[0][0] == keys[0][1]
    assert keys[1][0] != keys[1][1]
