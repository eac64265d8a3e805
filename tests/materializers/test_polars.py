from __future__ import annotations

import datetime
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing.parametric import dataframes

from bridge.domain.errors import UnreadableError, UnstorableError
from bridge.materializers.polars_frame import PolarsParquet, PolarsStream
from bridge.testing.materializer import MaterializerContract, load_files
from tests.materializers.trips import format_of, store, trip

FRAME = pl.DataFrame({"a": [1, None, 3], "s": ["x", "é", None], "f": [0.5, float("nan"), -0.0]})


def equal(left, right):
    if type(left) is not type(right):
        return False
    if isinstance(left, pl.LazyFrame):
        left, right = left.collect(), right.collect()
    if isinstance(left, pl.Series):
        left, right = left.to_frame(), right.to_frame()
    return left.schema == right.schema and repr(left.rows()) == repr(right.rows())


class TestPolarsParquet(MaterializerContract):
    format, materializer = "polars+parquet", PolarsParquet()

    def values(self):
        day = datetime.datetime(2026, 1, 1, 12)
        kinds = pl.DataFrame(
            {
                "date": [day.date(), None],
                "zoned": pl.Series([day, None]).dt.replace_time_zone("Europe/Berlin"),
                "milli": pl.Series([day, None], dtype=pl.Datetime("ms")),
                "took": [datetime.timedelta(1), None],
                "time": [day.time(), None],
                "exact": [Decimal("1.10"), None],
                "bytes": [b"a", None],
                "list": [[1], None],
                "struct": [{"a": 1, "b": ["x"]}, None],
                "nothing": [None, None],
                "small": pl.Series([1, None], dtype=pl.UInt8),
                "bool": [True, None],
            }
        )
        return [FRAME, FRAME.clear(), pl.DataFrame(), kinds, FRAME["a"], FRAME["s"].slice(1), FRAME.lazy()]

    def same(self, left, right):
        return equal(left, right)


class TestPolarsStream(MaterializerContract):
    format, materializer = "polars+ipc", PolarsStream()

    def values(self):
        words = pl.Series("w", ["y", "x", None], dtype=pl.Categorical)
        ranks = pl.Series("r", ["low", "high"], dtype=pl.Enum(["none", "low", "high"]))
        arrays = pl.Series([[1, 2], None], dtype=pl.Array(pl.Int8, 2))
        return [words, ranks, arrays, FRAME.with_columns(words), FRAME.with_columns(words).lazy()]

    def same(self, left, right):
        return equal(left, right)


@settings(max_examples=50, deadline=None)
@given(dataframes(max_cols=4, max_size=8, excluded_dtypes=[pl.Object]))
def test_any_frame_comes_back_with_its_dtypes(frame):
    assert equal(trip(frame), frame)


def test_only_dtypes_that_parquet_does_not_hold_take_the_stream():
    assert format_of(FRAME) == format_of(FRAME.lazy()) == "polars+parquet"
    assert format_of(pl.Series(["a"], dtype=pl.Categorical)) == "polars+ipc"
    assert format_of(pl.Series([1 << 100], dtype=pl.Int128)) == "polars+ipc"


def test_the_bytes_do_not_tell_how_a_frame_was_put_together():
    pieces = pl.concat([FRAME[:1], FRAME[1:]], rechunk=False)
    assert pieces.n_chunks() == 2 and store(pieces)[1] == store(FRAME)[1]
    words = pl.DataFrame({"w": ["a", "b", "a"]}, schema={"w": pl.Enum(["b", "a"])})
    assert store(pl.concat([words[:1], words[1:]], rechunk=False))[1] == store(words)[1]


def test_a_lazy_frame_is_its_result_not_its_plan(tmp_path):
    (tmp_path / "data.csv").write_text("a\n1\n2\n")
    lazy = pl.scan_csv(tmp_path / "data.csv").filter(pl.col("a") > 1)
    format, files, facts = store(lazy)
    (tmp_path / "data.csv").unlink()
    loaded = load_files(PolarsParquet(), files)
    assert loaded.collect()["a"].to_list() == [2]
    assert (format, facts["kind"], facts["rows"]) == ("polars+parquet", "lazy", 1)


def test_python_objects_in_a_frame_are_refused_with_the_way_out():
    with pytest.raises(UnstorableError, match="Return something storable"):
        store(pl.Series([object()], dtype=pl.Object))


@pytest.mark.parametrize("materializer", [PolarsParquet(), PolarsStream()], ids=lambda one: one.format)
def test_a_file_cut_short_at_any_place_is_refused(materializer):
    value = FRAME if materializer.format == "polars+parquet" else FRAME.with_columns(pl.col("s").cast(pl.Categorical))
    format, files, _ = store(value)
    assert format == materializer.format
    ((path, data),) = files.items()
    for length in range(0, len(data), 9):
        with pytest.raises(UnreadableError):
            load_files(materializer, {path: data[:length]})


@given(st.binary(max_size=200))
def test_junk_is_refused_as_unreadable(junk):
    for materializer, path in ((PolarsParquet(), "frame.parquet"), (PolarsStream(), "frame.arrow")):
        with pytest.raises(UnreadableError):
            load_files(materializer, {path: junk})
