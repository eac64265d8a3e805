from __future__ import annotations

import datetime
import io

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.domain.errors import UnreadableError
from bridge.materializers.pandas_frame import Frame
from bridge.testing.materializer import MaterializerContract, MemorySource, load_files, save_files
from tests.materializers.trips import format_of, store, trip


def equal(left, right):
    """Compare with pandas' own strictest check, plus what it leaves out."""
    if type(left) is not type(right):
        return False
    options = {"check_exact": True}
    if isinstance(left, pd.DataFrame):
        pd.testing.assert_frame_equal(
            left, right, check_index_type="exact", check_column_type="exact", check_freq=True, **options
        )
        pairs = [(left.iloc[:, i], right.iloc[:, i]) for i in range(left.shape[1])]
    elif isinstance(left, pd.Series):
        pd.testing.assert_series_equal(left, right, check_index_type="exact", check_freq=True, **options)
        pairs = [(left, right)]
    else:
        pd.testing.assert_index_equal(left, right, exact=True, **options)
        pairs = [(left, right)]
    objects = [(a, b) for a, b in pairs if a.dtype == object] if not isinstance(left, pd.MultiIndex) else []
    same = all(
        list(map(repr, a)) == list(map(repr, b)) and list(map(type, a)) == list(map(type, b)) for a, b in objects
    )
    return (
        same
        and getattr(left, "attrs", None) == getattr(right, "attrs", None)
        and getattr(left, "freq", None) == getattr(right, "freq", None)
    )


def frames():
    days = pd.date_range("2026-01-01", periods=3, freq="D", name="day")
    plain = pd.DataFrame({"a": [1, 2, 3], "b": [0.5, np.nan, -0.0], "c": ["x", None, "é"], "d": [True, False, True]})
    odd = pd.DataFrame(
        {
            "o": pd.Series(["x", np.nan, "y"], dtype=object),
            "m": pd.Series([1, "a", (2, None)], dtype=object),
            "n": pd.Series([None, None, None], dtype=object),
            "na": pd.Series(["x", pd.NA, "y"], dtype=object),
        }
    )
    kinds = pd.DataFrame(
        {
            "cat": pd.Categorical(["b", "a", None], categories=["b", "z", "a"], ordered=True),
            "cati": pd.Categorical([3, 1, 3]),
            "Int": pd.array([1, None, 3], dtype="Int8"),
            "bool": pd.array([True, None, False], dtype="boolean"),
            "tz": days.tz_localize("Europe/Berlin"),
            "utc": days.tz_localize("UTC"),
            "ms": np.array(["2026", "NaT", "1900"], "M8[ms]"),
            "s": np.array(["2026", "NaT", "1900"], "M8[s]"),
            "td": np.array([1, -2, "NaT"], "m8[ns]"),
            "f2": np.float16([1, 2, 3]),
            "u8": np.uint64([0, 1, 2**64 - 1]),
            "sp": pd.array(["x", None, "y"], dtype="string[python]"),
            "arrow": pd.array([1, None, 2], dtype="int32[pyarrow]"),
            "as": pd.array(["x", None, ""], dtype="large_string[pyarrow]"),
        }
    )
    named = plain.set_index(["c", "a"])
    labels = pd.DataFrame([[1, 2], [3, 4]], columns=pd.MultiIndex.from_tuples([("a", 1), ("a", 2)], names=["x", None]))
    attrs = plain.copy()
    attrs.attrs = {"source": "x", "shape": (1, 2)}
    return [
        plain,
        plain.iloc[:0],
        plain.iloc[:1],
        odd,
        kinds,
        plain.set_index(days),
        named,
        labels,
        attrs,
        pd.DataFrame(),
        pd.DataFrame(index=days),
        pd.DataFrame(columns=["a", "b"]),
        pd.DataFrame(np.eye(3)),
        pd.DataFrame([[1, 2.0]], columns=["a", "a"]),
        plain.rename(columns={"a": 1, "b": None}),
        plain.set_axis([3, 1, 2]),
        plain.iloc[::2],
        plain.set_index(pd.Index([1.5, 2, 3], name=("t", 1))),
        plain.set_index(pd.timedelta_range("1D", periods=3)),
        plain.set_index(pd.CategoricalIndex(list("aba"))),
        plain.set_flags(allows_duplicate_labels=False),
        pd.DataFrame({"": [1], "index.None": [2]}),
        plain.a,
        plain.c.rename(None),
        pd.Series([1], name=3, index=["x"]),
        pd.Series([], dtype=object),
        odd.m,
        kinds.cat,
        days,
        days.tz_localize("Asia/Tokyo"),
        pd.RangeIndex(2, 9, 3, name="r"),
        named.index,
        plain.columns,
        pd.Index([1, "a"], dtype=object),
    ]


class TestFrame(MaterializerContract):
    format = "pandas+parquet"
    materializer = Frame()

    def values(self):
        return frames()

    def same(self, left, right):
        return equal(left, right)


moments = st.datetimes(datetime.datetime(1700, 1, 1), datetime.datetime(2200, 1, 1))
text = st.text(st.characters(exclude_categories=("Cs",)), max_size=5)
column = st.sampled_from(
    [
        (st.integers(-(2**63), 2**63 - 1), "int64"),
        (st.floats(), "float64"),
        (st.booleans(), "bool"),
        (text | st.none(), "string"),
        (text | st.none(), "object"),
        (text | st.just(float("nan")), "object"),
        (st.integers() | text | st.none() | st.tuples(text), "object"),
        (st.integers(0, 255) | st.none(), "UInt8"),
        (moments, "M8[us]"),
        (moments, "M8[ns]"),
        (text, "category"),
        (st.integers(0, 5), "category"),
        (st.booleans() | st.none(), "boolean"),
        (moments, "datetime64[us, Asia/Tokyo]"),
    ]
)
labels = st.one_of(text, st.integers(0, 9), st.none(), st.tuples(text, st.integers(0, 3)), st.booleans())


@st.composite
def any_frame(draw):
    rows = draw(st.integers(0, 6))
    kinds = draw(st.lists(column, max_size=4))
    columns = [pd.Series(draw(st.lists(k, min_size=rows, max_size=rows)), dtype=d) for k, d in kinds]
    frame = pd.DataFrame(dict(enumerate(columns)), index=pd.RangeIndex(rows))
    names = np.empty(len(columns), dtype=object)
    names[:] = draw(st.lists(labels, min_size=len(columns), max_size=len(columns)))
    frame.columns = pd.Index(names, dtype=object, tupleize_cols=False)
    kind, dtype = draw(column)
    if draw(st.booleans()):
        frame.index = pd.Index(
            draw(st.lists(kind, min_size=rows, max_size=rows)),
            dtype=dtype,
            name=draw(labels),
            tupleize_cols=False,
        )
    return frame


@settings(max_examples=150, deadline=None)
@given(any_frame())
def test_any_frame_comes_back_exactly(frame):
    assert equal(trip(frame), frame)


@pytest.mark.parametrize(
    "value",
    [
        pd.DataFrame({"a": [1j]}),
        pd.Series(pd.period_range("2026", periods=2, freq="M")),
        pd.interval_range(0, 2),
        pd.DataFrame([[1]], columns=pd.to_datetime(["2026-01-01"])),
        pd.Series(["\ud800", 1], dtype=object),
    ],
    ids=["complex", "period", "interval", "dates as labels", "surrogates"],
)
def test_what_parquet_does_not_hold_is_stored_by_another_way(value):
    assert equal(trip(value), value)


class MyFrame(pd.DataFrame):
    @property
    def _constructor(self):
        return MyFrame


def test_a_subclass_of_a_frame_keeps_its_type():
    loaded = trip(MyFrame({"a": [1]}))
    assert type(loaded) is MyFrame and loaded.equals(MyFrame({"a": [1]}))


def test_a_loaded_frame_can_be_changed_in_place():
    loaded = trip(pd.DataFrame({"a": [1, 2], "b": [1.0, 2.0]}))
    loaded.loc[0, "a"] = 9
    loaded["b"] += 1
    assert loaded.a.tolist() == [9, 2]


def test_any_parquet_reader_reads_the_columns_by_name():
    files = store(pd.DataFrame({"a": [1, 2], "b": ["x", "y"]}))[1]
    read = pd.read_parquet(io.BytesIO(files["value.parquet"]))
    assert read.a.tolist() == [1, 2] and read.b.tolist() == ["x", "y"]


def test_metadata_names_rows_and_columns_with_their_dtypes():
    facts = store(pd.DataFrame({"a": [1.0]}))[2]
    assert (facts["rows"], facts["shape"], facts["columns"]) == (1, [1, 1], [["a", "float64"]])


@given(st.binary(max_size=100))
def test_junk_is_refused_as_unreadable(junk):
    with pytest.raises(UnreadableError):
        load_files(Frame(), {"value.parquet": junk})


def test_a_file_cut_short_is_refused():
    data = store(pd.DataFrame({"a": range(100)}))[1]["value.parquet"]
    for length in (0, 4, 100, len(data) - 1):
        with pytest.raises(UnreadableError):
            load_files(Frame(), {"value.parquet": data[:length]})


def test_a_frame_is_parquet_and_a_frame_of_classes_is_not():
    assert format_of(pd.DataFrame({"a": [1]})) == "pandas+parquet"
    assert format_of(pd.DataFrame({"a": [object]})) == "pickle"


@pytest.mark.parametrize("columns", [3, 80])
def test_columns_of_a_large_frame_are_its_own_and_can_be_written_to(columns):
    """Few of them stay where the file's reader has put them; many are joined."""
    rows = 2_400_000 // columns
    frame = pd.DataFrame({f"x{i}": np.arange(rows) * (i + 0.5) for i in range(columns)})
    frame["at"] = pd.date_range("2026-01-01", periods=rows, freq="s")
    frame["small"] = np.arange(rows).astype("int8")
    frame["flag"] = frame["small"] > 3
    frame["text"] = "a"
    files, _ = save_files(Frame(), frame)
    first, second = (Frame().load(MemorySource(files)) for _ in range(2))
    pd.testing.assert_frame_equal(first, frame)
    first.loc[5, "x1"] = -1.0
    first.iloc[7, 0] = -2.0
    first["small"] += 1
    first.loc[9, "at"] = pd.Timestamp("2020-01-01")
    pd.testing.assert_frame_equal(second, frame)
    assert (first.loc[5, "x1"], first.iloc[7, 0], first.loc[9, "at"].year) == (-1.0, -2.0, 2020)
