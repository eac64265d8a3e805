"""Parameters, metrics and tags are always such that MLflow takes them."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from mlflow.entities import Metric, Param, RunTag
from mlflow.utils.validation import MAX_PARAMS_TAGS_PER_BATCH, _validate_batch_log_data

from bridge import flow
from bridge.tracking.values import LONGEST_KEY, LONGEST_PARAM, MOST_PARAMS, batches, clean_key, cut, flatten
from tests.tracking.conftest import NewRuns, mlflow_remarks

pytestmark = mlflow_remarks

KEYS = st.one_of(
    st.text(max_size=300), st.sampled_from([".", "..", "/", "//a", "a//b", "../b", "a/", "a/../b", "", "é"])
)
NESTED: Any = st.recursive(
    st.one_of(st.none(), st.integers(), st.floats(), st.text()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=3)),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(KEYS, NESTED, max_size=4))
def test_flattened_parameters_pass_mlflows_own_check(parameters: dict[str, Any]) -> None:
    flat = flatten(parameters)
    for some in batches([Param(key, value) for key, value in flat.items()], MOST_PARAMS):
        _validate_batch_log_data([], [], some)
    assert all(len(value) <= LONGEST_PARAM for value in flat.values())
    assert all(value.encode() or not value for value in flat.values())


@settings(max_examples=150, deadline=None)
@given(KEYS)
def test_a_cleaned_name_passes_mlflows_own_check_and_cleaning_it_again_changes_nothing(key: str) -> None:
    name = clean_key(key)
    assert len(name) <= LONGEST_KEY
    _validate_batch_log_data([Metric(name, 1.0, 0, 0)], [RunTag(name, "x")], [Param(name, "x")])
    assert clean_key(name) == name


@given(st.text(alphabet=st.characters(), max_size=200), st.integers(min_value=40, max_value=100))
def test_a_cut_text_is_never_longer_than_asked_for(text: str, longest: int) -> None:
    short = cut(text, longest)
    assert len(short) <= longest
    assert short.encode() or not text
    assert len(text) <= longest or f"({len(text)} characters)" in short


def test_a_batch_is_as_large_as_mlflow_takes() -> None:
    assert MOST_PARAMS == MAX_PARAMS_TAGS_PER_BATCH


def test_nested_many_and_long_parameters_of_a_flow_are_recorded(new_runs: NewRuns) -> None:
    @flow
    def large(many: dict[str, Any], nested: dict[str, Any], text: str, odd: dict[str, Any]) -> None:
        pass

    many = {f"k{n}": n for n in range(100)}
    large({**many}, {"a": {"b": {"c": [1, 2], **many}}, **{f"n{n}": n for n in range(90)}}, "x" * 10_000, {"../:é%": 1})
    (run,) = new_runs().values()
    assert run.info.status == "FINISHED"
    assert run.data.params["many.k99"] == "99"
    assert run.data.params["nested.n89"] == "89"
    assert run.data.params["text"].endswith("(10000 characters)")
    assert "1" in {value for key, value in run.data.params.items() if key.startswith("odd")}
