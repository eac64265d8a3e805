"""Tables against a naive oracle, in all mixes of libraries."""

from __future__ import annotations

import random
from collections import Counter
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.domain.difference_lines import content_lines
from bridge.domain.errors import DifferenceError
from bridge.domain.table_difference import Cell, Row, TableDifference
from bridge.lineage.differences.tables import compare_tables

LIBRARIES = ("pandas", "polars", "pyarrow")
NAN = float("nan")
DAY = datetime(2024, 1, 1)
EPOCH = datetime(2024, 1, 1, tzinfo=timezone.utc)

floats = st.one_of(st.none(), st.sampled_from([NAN, 0.0, -0.0, 1.5, float("inf")]), st.floats(width=32))
columns = {
    "number": floats,
    "count": st.one_of(st.none(), st.integers(-3, 3)),
    "name": st.one_of(st.none(), st.sampled_from(["", "a", "b", "é"])),
    "flag": st.booleans(),
    "when": st.one_of(st.none(), st.integers(0, 5).map(lambda hours: EPOCH + timedelta(hours=hours))),
}
rows = st.fixed_dictionaries(columns)
TYPES = {
    "id": pa.int64(),
    "number": pa.float64(),
    "count": pa.int64(),
    "name": pa.string(),
    "flag": pa.bool_(),
    "when": pa.timestamp("us", "UTC"),
}
Rows = list[dict[str, Any]]


def build(library: str, table: Rows, names: list[str]) -> Any:
    """The rows as a table of a library, its columns in the order of the names."""
    arrow = pa.table(
        {name: pa.array([row[name] for row in table], TYPES[name], from_pandas=False) for name in names},
    )
    if library == "pyarrow":
        return arrow
    if library == "polars":
        return pl.from_arrow(arrow)
    nullable = {pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype()}
    frame = arrow.to_pandas(types_mapper=nullable.get)
    return frame.assign(name=frame["name"].astype("category")) if "name" in names else frame


def canonical(value: Any, loose: bool) -> Any:
    if isinstance(value, float) and value != value:
        return None if loose else "nan"
    return value


def cells(row: dict[str, Any], loose: bool) -> tuple[Any, ...]:
    return tuple(canonical(row[name], loose) for name in columns)


def counts(found: TableDifference) -> tuple[int, int, int, int]:
    return found.added, found.removed, found.changed, found.unchanged


@settings(max_examples=120, deadline=None)
@given(
    st.dictionaries(st.integers(0, 12), rows, max_size=8),
    st.dictionaries(st.integers(0, 12), rows, max_size=8),
    st.sampled_from(LIBRARIES),
    st.sampled_from(LIBRARIES),
    st.randoms(use_true_random=False),
)
def test_rows_by_key_agree_with_a_naive_oracle(
    old: dict[int, Any], new: dict[int, Any], one: str, other: str, chance: random.Random
) -> None:
    for key in list(new):
        if key in old and chance.random() < 0.6:
            new[key] = {**old[key], **({"count": 99} if chance.random() < 0.5 else {})}
    sides: list[Rows] = [[{"id": key, **row} for key, row in side.items()] for side in (old, new)]
    chance.shuffle(sides[1])
    names = ["id", *columns]
    moved = list(names)
    chance.shuffle(moved)
    found, _ = compare_tables(build(one, sides[0], names), build(other, sides[1], moved), key=["id"], limit=100)

    loose = "pandas" in (one, other)
    both = old.keys() & new.keys()
    changed = {key for key in both if cells(old[key], loose) != cells(new[key], loose)}
    assert counts(found) == (len(new.keys() - both), len(old.keys() - both), len(changed), len(both) - len(changed))
    per_column = Counter(
        name for key in both for name in columns if canonical(old[key][name], loose) != canonical(new[key][name], loose)
    )
    assert {each.name: each.cells for each in found.cells} == per_column
    assert {row.key[0][1] for row in found.examples if row.what == "changed"} == changed
    assert {row.key[0][1] for row in found.examples if row.what == "added"} == new.keys() - both
    assert found.columns_moved == (moved != names) and not found.columns_added and not found.columns_removed
    order = [row["id"] for row in sides[1] if row["id"] in both]
    assert found.rows_moved == (order != [row["id"] for row in sides[0] if row["id"] in both])


@settings(max_examples=80, deadline=None)
@given(st.lists(rows, max_size=7), st.lists(rows, max_size=7), st.sampled_from(LIBRARIES), st.sampled_from(LIBRARIES))
def test_rows_without_a_key_are_compared_as_a_multiset_or_by_position(
    old: Rows, new: Rows, one: str, other: str
) -> None:
    names = list(columns)
    found, _ = compare_tables(build(one, old, names), build(other, new, names))
    loose = "pandas" in (one, other)
    bags = [Counter(cells(row, loose) for row in side) for side in (old, new)]
    removed, added = (bags[0] - bags[1]).total(), (bags[1] - bags[0]).total()
    if found.matched_by == "content":
        assert counts(found) == (added, removed, 0, len(old) - removed)
    else:
        assert found.matched_by == "position" and len(old) == len(new)
        assert counts(found) == (0, 0, removed, len(old) - removed)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2)), max_size=9), st.randoms(use_true_random=False))
def test_rows_of_a_key_that_comes_several_times_are_matched_equal_ones_first(
    old: list[tuple[int, int]], chance: random.Random
) -> None:
    new = [pair for pair in old if chance.random() < 0.8] + [(chance.randrange(4), 7)]
    chance.shuffle(new)
    found, notes = compare_tables(
        *(pa.table({"id": [a for a, _ in side], "v": [b for _, b in side]}) for side in (old, new)), key=["id"]
    )
    equal = (Counter(old) & Counter(new)).total()
    keys = Counter(a for a, _ in old), Counter(a for a, _ in new)
    both = (keys[0] & keys[1]).total()
    assert counts(found) == (len(new) - both, len(old) - both, both - equal, equal)
    twice = any(count > 1 for side in keys for count in side.values())
    assert bool(notes) == twice and found.why == ("as asked, not unique" if twice else "as asked")


@settings(max_examples=60, deadline=None)
@given(st.lists(rows, max_size=7), st.sampled_from(LIBRARIES), st.sampled_from(LIBRARIES))
def test_a_table_differs_in_nothing_from_itself(table: Rows, one: str, other: str) -> None:
    numbered = [{"id": place, **row} for place, row in enumerate(table)]
    for key in ([], ["id"], ["id", "name"]):
        sides = [build(library, numbered, list(TYPES)) for library in (one, other)]
        found, _ = compare_tables(*sides, key=key)
        assert counts(found) == (0, 0, 0, len(table)) and not found.rows_moved and not found.examples
        assert found.equal or (one != other and found.retyped)


def frame(**data: Any) -> pd.DataFrame:
    return pd.DataFrame(data)


def test_columns_added_removed_retyped_and_moved() -> None:
    old = frame(id=[1, 2], a=[1, 2], b=["x", "y"], gone=[True, False])
    new = frame(id=[1, 2], b=[1.5, None], a=[1.0, 2.0], more=[0, 0])
    found, _ = compare_tables(old, new)
    assert [(each.name, each.type) for each in found.columns_added] == [("more", "int64")]
    assert [(each.name, each.type) for each in found.columns_removed] == [("gone", "bool")]
    retyped = {each.name: (each.old, each.new, each.comparable) for each in found.retyped}
    assert retyped["a"] == ("int64", "float64", True) and retyped["b"][2] is False
    assert found.columns_moved and found.columns == (4, 4)
    assert {each.name: each.cells for each in found.cells} == {"b": 2}
    assert not found.equal


def test_numbers_are_compared_by_value_whatever_their_types() -> None:
    old = frame(id=[1, 2, 3], a=np.array([1, 2, 3], "int8"), b=np.array([0.1, 0.2, 0.3], "float64"))
    new = frame(id=[1, 2, 3], a=np.array([1.0, 2.0, 4.0]), b=np.array([0.1, 0.2, 0.3], "float32"))
    found, _ = compare_tables(old, new)
    assert [(each.name, each.cells, each.mean) for each in found.cells] == [("a", 1, 1.0)]


@pytest.mark.parametrize(
    ("old", "new", "differs"),
    [
        (np.array([2**63], "uint64"), np.array([-1]), True),
        (np.array([2**53 + 1]), np.array([2**53 + 1], "uint64"), False),
        (pa.array([Decimal("1.50")]), pa.array([Decimal("1.5")]), False),
        (pa.array([Decimal("1.50")]), pa.array([1.5]), False),
        (
            pa.array([DAY], pa.timestamp("s")),
            pa.array([DAY], pa.timestamp("ns")),
            False,
        ),
        (pa.array([EPOCH], pa.timestamp("us", "UTC")), pa.array([EPOCH], pa.timestamp("ms", "Asia/Tokyo")), False),
        (pa.array([EPOCH], pa.timestamp("us", "UTC")), pa.array([DAY], pa.timestamp("us")), True),
        (pa.array([DAY.date()]), pa.array([DAY]), False),
        (pa.array([None]), pa.array(["a"]), True),
        (pa.array([None], pa.null()), pa.array([None], pa.string()), False),
        (pa.array([[1, 2]]), pa.array([[1, 3]]), True),
        (pa.array([[1, None]]), pa.array([[1, None]], pa.large_list(pa.int64())), False),
        (pa.array([{"a": 1}]), pa.array([{"a": 1}]), False),
        (pa.array(["a"]).dictionary_encode(), pa.array(["a"], pa.string_view()), False),
        (pa.array([b"a"], pa.binary(1)), pa.array([b"b"], pa.binary(1)), True),
        (pa.array(np.array([1.5], "float16")), pa.array([1.5]), False),
        (pa.array([True]), pa.array([1]), True),
        (pa.array([timedelta(1)], pa.duration("s")), pa.array([timedelta(1)], pa.duration("ns")), False),
    ],
)
def test_values_of_two_types(old: Any, new: Any, differs: bool) -> None:
    found, _ = compare_tables(pa.table({"id": [1], "v": old}), pa.table({"id": [1], "v": new}))
    assert found.changed == differs
    found, _ = compare_tables(pa.table({"v": old}), pa.table({"v": new}))
    assert bool(found.added or found.changed) == differs


def test_an_index_that_is_not_plain_is_the_key() -> None:
    old = frame(v=[1, 2, 3]).set_axis(["a", "b", "c"])
    found, _ = compare_tables(old, frame(v=[3, 5]).set_axis(["c", "b"]))
    assert (found.matched_by, found.key, counts(found)) == ("index", ("index",), (0, 1, 1, 1))
    assert found.rows_moved and found.columns == (1, 1)
    assert found.examples[0] == Row("changed", (("index", "b"),), (Cell("v", 2, 5),))


def test_a_plain_index_is_the_key_if_the_other_one_is_a_selection_of_it() -> None:
    old = frame(v=[1, 2, 3, 4])
    found, _ = compare_tables(old, old[old.v != 2])
    assert (found.matched_by, counts(found)) == ("index", (0, 1, 0, 3))
    assert found.examples == (Row("removed", (("index", 1),), (Cell("v", 2, None),)),)


def test_a_column_called_like_the_index_is_compared_as_a_column() -> None:
    old = frame(index=[5, 6], id=[1, 2]).set_axis(pd.Index([8, 9], name="id"))
    found, _ = compare_tables(old, old.assign(index=[5, 7], id=[1, 3]))
    assert (found.matched_by, {each.name for each in found.cells}) == ("index", {"index", "id"})
    unnamed = old.rename_axis(None)
    found, _ = compare_tables(unnamed, unnamed.assign(index=[5, 7]))
    assert (found.key, found.changed) == (("index (2)",), 1)


def test_a_named_index_is_matched_with_a_column_of_that_name() -> None:
    old = frame(id=[1, 2], v=[1.0, NAN]).set_index("id")
    found, _ = compare_tables(old, pl.DataFrame({"id": [2, 1], "v": [None, 1.0]}))
    assert (found.matched_by, counts(found)) == ("index", (0, 0, 0, 2))
    assert not found.columns_added and not found.columns_removed and found.columns == (2, 2)


def test_levels_of_a_multiindex_are_the_key_together() -> None:
    index = pd.MultiIndex.from_product([["a", "b"], [1, 2]], names=["site", None])
    old = pd.DataFrame({"v": [1, 2, 3, 4]}, index=index)
    found, _ = compare_tables(old, old.iloc[[0, 3]].assign(v=[1, 5]))
    assert (found.key, counts(found)) == (("site", "index 1"), (0, 2, 1, 1))


def test_an_index_that_is_not_unique_gives_way_to_a_column_or_to_whole_rows() -> None:
    old = frame(id=[1, 2], v=[1, 2]).set_axis([0, 0])
    assert compare_tables(old, old.assign(v=[1, 3]))[0].matched_by == "key"
    found, _ = compare_tables(old.drop(columns="id"), frame(v=[2]).set_axis([0]))
    assert (found.matched_by, counts(found)) == ("content", (0, 1, 0, 1))
    assert "the index is not unique" in found.why


def test_a_column_called_like_a_key_is_one_only_if_it_is_unique_in_both() -> None:
    old, new = frame(customer_id=["a", "b"], v=[1, 2]), frame(customer_id=["b", "a"], v=[2, 1])
    assert compare_tables(old, new)[0].key == ("customer_id",)
    found, _ = compare_tables(old, frame(customer_id=["b", "b"], v=[2, 2]))
    assert found.key == () and found.removed + found.changed == 1


def test_a_value_recomputed_in_every_row_is_a_change_by_position() -> None:
    old = frame(v=np.arange(5.0), w=list("abcde"))
    found, _ = compare_tables(old, old.assign(v=old.v + 0.5))
    assert (found.matched_by, counts(found)) == ("position", (0, 0, 5, 0))
    assert found.cells[0].mean == 0.5 and found.cells[0].largest == 0.5


def test_rows_in_another_order_are_said_to_be_and_nothing_else() -> None:
    old = frame(v=[1, 2, 3])
    found, _ = compare_tables(old, frame(v=[3, 2, 1]))
    assert found.rows_moved and counts(found) == (0, 0, 0, 3) and not found.equal


def test_missing_values_that_came_and_went_are_counted() -> None:
    old = frame(id=[1, 2, 3], v=[1.0, NAN, 3.0])
    found, _ = compare_tables(old, frame(id=[1, 2, 3], v=[NAN, 2.0, 3.5]))
    (column,) = found.cells
    assert (column.cells, column.filled, column.emptied, column.mean) == (3, 1, 1, 0.5)


def test_in_one_library_that_tells_nan_from_null_so_does_the_difference() -> None:
    old, new = pl.DataFrame({"id": [1], "v": [NAN]}), pl.DataFrame({"id": [1], "v": [None]}, {"id": int, "v": float})
    assert compare_tables(old, new)[0].changed == 1
    assert compare_tables(old, new.to_pandas())[0].changed == 0


def test_doubles_among_column_names_have_numbers() -> None:
    old = pd.DataFrame([[1, 2, 3]], columns=["a", "a", 7])
    found, _ = compare_tables(old, pd.DataFrame([[1, 5, 3]], columns=["a", "a", 7]))
    assert [each.name for each in found.cells] == ["a (2)"]


class Odd:
    def __repr__(self) -> str:
        raise RuntimeError("no")


@pytest.mark.parametrize(
    "values",
    [
        [1, "a", None],
        [{1, 2}, {2, 1}, None],
        [1 + 2j, 3j, 0j],
        [object, int, str],
        [Odd(), Odd(), Odd()],
        [["a"], [1], []],
        [{"a": 1}, {"b": "x"}, None],
        ["\ud800", "b", "c"],
        pd.interval_range(0, 3),
        pd.period_range("2024-01", periods=3, freq="M"),
        pd.Categorical([pd.Interval(0, 1), None, pd.Interval(0, 1)]),
        pd.arrays.SparseArray([0, 0, 1]),
        pd.to_timedelta([1, 2, None], unit="h"),
        pd.date_range("2024", periods=3, tz="Europe/Berlin"),
        np.array(["1", "22", "3"]),
    ],
)
def test_columns_of_any_type_are_compared(values: Any) -> None:
    column = pd.Series(values, dtype=None if hasattr(values, "dtype") else object)
    old = pd.DataFrame({"v": column})
    found, _ = compare_tables(old, old.copy())
    assert found.equal
    new = old.take([0, 1, 2, 0]).reset_index(drop=True)
    assert counts(compare_tables(old, new)[0]) == (1, 0, 0, 3)
    assert counts(compare_tables(old, old.take([0, 1]))[0]) == (0, 1, 0, 2)


def test_numbers_in_the_other_byte_order_are_numbers() -> None:
    old = pd.DataFrame({"id": [1, 2], "v": np.array([1, 2], ">i4")})
    assert compare_tables(old, pd.DataFrame({"id": [1, 2], "v": [1, 5]}))[0].cells[0].largest == 3


def test_polars_objects_and_nested_columns_are_compared() -> None:
    old = pl.DataFrame({"id": [1, 2], "v": pl.Series([object, int], dtype=pl.Object), "w": [[1], [2, 3]]})
    found, _ = compare_tables(old, old.with_columns(w=pl.Series([[1], [2, 4]])))
    assert [(each.name, each.cells) for each in found.cells] == [("w", 1)]


@pytest.mark.parametrize("library", LIBRARIES)
def test_tables_without_rows_or_columns(library: str) -> None:
    empty = {"pandas": pd.DataFrame(), "polars": pl.DataFrame(), "pyarrow": pa.table({})}[library]
    full = pa.table({"a": [1, 2]})
    assert compare_tables(empty, empty)[0].equal
    found, _ = compare_tables(empty, full)
    assert counts(found) == (2, 0, 0, 0) and [each.name for each in found.columns_added] == ["a"]
    found, _ = compare_tables(full, full.slice(0, 0))
    assert counts(found) == (0, 2, 0, 0)


def test_a_key_that_is_not_there_names_the_columns() -> None:
    with pytest.raises(DifferenceError, match=r"the new table has no column 'id'\. There is: v\."):
        compare_tables(frame(id=[1], v=[1]), frame(v=[1]), key=["id"])
    with pytest.raises(DifferenceError, match="do not compare"):
        compare_tables(frame(id=[1]), frame(id=["a"]), key=["id"])


def test_examples_are_bounded_and_everything_is_counted() -> None:
    old = frame(id=range(100), **{f"c{i}": range(100) for i in range(20)})
    found, _ = compare_tables(old, (old + 1).assign(id=[*range(50), *range(200, 250)]), limit=2)
    assert counts(found) == (50, 50, 50, 0)
    assert Counter(row.what for row in found.examples) == {"changed": 2, "added": 2, "removed": 2}
    assert {row.left_out for row in found.examples} == {14, 16}
    assert compare_tables(old, old + 1, key=["id"], limit=0)[0].examples == ()


def test_a_wide_table_is_told_in_few_lines_and_the_most_changed_columns_first() -> None:
    old = pd.DataFrame(np.zeros((5, 200))).rename(columns=str)
    new = old + 1
    new.loc[1:, new.columns != "150"] = 0.0
    found, _ = compare_tables(old, new.assign(**{f"n{place}": 0 for place in range(50)}))
    told = [str(line) for line in content_lines(found)]
    assert len(found.cells) == 200 and len(told) < 70
    assert "  … and 180 columns more" in told and "  … and 30 columns more" in told
    assert told[told.index("\nChanged cells") + 1].startswith("  ~ 150  5")


def test_a_series_and_a_lazy_frame_are_tables_too() -> None:
    found, _ = compare_tables(pd.Series([1, 2], name="v"), pl.Series("v", [1, 3]))
    assert counts(found) == (0, 0, 1, 1)
    lazy = pl.LazyFrame({"value": [1, 2]})
    assert compare_tables(lazy, pa.chunked_array([[1], [2]]))[0].equal
