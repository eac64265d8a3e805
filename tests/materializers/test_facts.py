"""What is said of a value: the same names whichever library it is of."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from .trips import store

COLUMNS = {"n": [1, 2, None], "s": ["x", None, "z"]}
FRAMES = {
    "pandas": pd.DataFrame({"n": pd.array([1, 2, None], dtype="Int64"), "s": ["x", None, "z"]}),
    "polars": pl.DataFrame(COLUMNS),
    "pyarrow": pa.table(COLUMNS),
    "batch": pa.RecordBatch.from_pydict(COLUMNS),
    "lazy": pl.LazyFrame(COLUMNS),
}


@pytest.mark.parametrize("frame", FRAMES.values(), ids=FRAMES)
def test_a_table_has_the_same_keys_whichever_library_it_is_of(frame: Any) -> None:
    facts = store(frame)[2]
    assert list(facts) == ["kind", "rows", "shape", "columns", "nulls", "bytes"]
    assert (facts["rows"], facts["shape"], facts["nulls"]) == (3, [3, 2], {"n": 1, "s": 1})
    assert [name for name, _ in facts["columns"]] == ["n", "s"]
    assert 20 < facts["bytes"] < 200


@pytest.mark.parametrize(
    "series",
    [pd.Series(["x", None], name="s"), pl.Series("s", ["x", None]), pa.array(["x", None]), pd.Index(["x", None])],
    ids=lambda series: type(series).__module__.partition(".")[0],
)
def test_a_series_is_a_table_of_one_column(series: Any) -> None:
    facts = store(series)[2]
    assert (facts["rows"], facts["shape"], len(facts["columns"])) == (2, [2], 1)
    assert list(facts["nulls"].values()) == [1]


def test_of_very_many_columns_the_first_are_told_and_the_rest_are_counted() -> None:
    wide = {f"c{i}": [1] for i in range(1000)}
    for frame in (pd.DataFrame(wide), pl.DataFrame(wide), pa.table(wide)):
        facts = store(frame)[2]
        assert (len(facts["columns"]), facts["columns_left_out"], facts["shape"]) == (200, 800, [1, 1000])
        assert len(json.dumps(facts)) < 10_000


def test_columns_of_one_name_share_their_nulls() -> None:
    frame = pd.DataFrame([[None, None]], columns=["a", "a"], dtype="Int64")
    assert store(frame)[2]["nulls"] == {"a": 2}


def test_a_container_tells_how_many_of_which_types_it_holds() -> None:
    facts = store([np.zeros(3), np.zeros(4), 0.5])[2]
    assert (facts["length"], facts["types"]) == (3, {"numpy.ndarray": 2, "float": 1})
    assert facts["members"]["1"]["shape"] == [4]
    assert store({"a": 1, "b": "x", "c": 2})[2] == {"length": 3, "types": {"int": 2, "str": 1}}
    assert store(list(range(2000)))[2] == {"length": 2000}
    assert store(0.5)[2] == {}
    assert len(json.dumps(store([np.zeros(1)] * 500)[2])) < 10_000


def test_a_model_tells_its_parameters_also_if_it_is_pickled() -> None:
    from sklearn.linear_model import Ridge
    from sklearn.preprocessing import FunctionTransformer

    assert store(Ridge(alpha=2.0))[2]["params"]["alpha"] == 2.0
    pickled = store(FunctionTransformer(func=lambda x: x))
    assert pickled[0] == "pickle"
    assert pickled[2]["params"]["validate"] is False
    assert all(len(str(each)) < 300 for each in pickled[2]["params"].values())


class Odd:
    """An estimator of somebody's, as it may come."""

    def __init__(self, params: Any) -> None:
        self.params = params

    def get_params(self, deep: bool = True) -> Any:
        return self.params(deep) if callable(self.params) else self.params


class Loud:
    def __repr__(self) -> str:
        raise RuntimeError("do not print me")


@pytest.mark.parametrize(
    "params",
    [len, {"a": Loud()}, [1, 2], None, {1: 2, None: [0] * 10**6}],
    ids=["raises", "no text", "a list", "none", "long"],
)
def test_parameters_that_cannot_be_told_do_not_keep_a_model_from_being_saved(params: Any) -> None:
    format, _, facts = store(Odd(params))
    assert format == "pickle"
    assert len(json.dumps(dict(facts))) < 1000
