"""Values that are no tables."""

from __future__ import annotations

import copy
import dataclasses
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.domain.content_difference import (
    ArrayDifference,
    Change,
    FilesDifference,
    ModelDifference,
    NestedDifference,
    TextDifference,
)
from bridge.domain.table_difference import TableDifference
from bridge.lineage.differences import Comparison
from bridge.lineage.differences.arrays import BLOCK, compare_arrays
from bridge.lineage.differences.nested import compare_nested
from bridge.lineage.differences.texts import MOST, compare_texts

NAN = float("nan")

plain = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5), st.binary(max_size=3))
nested = st.recursive(
    plain,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.text(max_size=4), inner, max_size=4),
        st.tuples(inner, inner),
        st.frozensets(st.integers(), max_size=3),
    ),
    max_leaves=12,
)


@dataclasses.dataclass
class Config:
    rate: float
    layers: list[int]


class Point(NamedTuple):
    x: int
    y: int


def compare(old: Any, new: Any, **options: Any) -> Any:
    return Comparison(**options).compare(old, new)


def told(found: NestedDifference) -> list[tuple[str, str]]:
    return [(change.what, change.path) for change in found.changes]


@given(nested)
def test_a_value_differs_in_nothing_from_a_copy_of_itself(value: Any) -> None:
    found = compare_nested(value, copy.deepcopy(value))
    assert found.equal and not found.changes and not found.members


@given(st.dictionaries(st.text(max_size=3), plain, max_size=6), st.dictionaries(st.text(max_size=3), plain, max_size=6))
def test_mappings_agree_with_a_naive_oracle(old: dict[str, Any], new: dict[str, Any]) -> None:
    found = compare_nested(old, new, limit=100)
    both = old.keys() & new.keys()
    equal = {k for k in both if type(old[k]) is type(new[k]) and old[k] == new[k]}
    nans = {k for k in both if old[k] != old[k] and new[k] != new[k]}
    assert (found.added, found.removed) == (len(new.keys() - both), len(old.keys() - both))
    assert found.unchanged == len(equal | nans)
    assert len(found.changes) + len(found.members) == found.added + found.removed + found.changed


@settings(max_examples=60)
@given(st.lists(st.integers(0, 3)), st.lists(st.integers(0, 3)))
def test_lists_of_two_lengths_are_counted_so_that_they_add_up(old: list[int], new: list[int]) -> None:
    found = compare_nested(old, new)
    if len(old) != len(new):
        assert found.removed + found.unchanged == len(old) and found.added + found.unchanged == len(new)
    else:
        assert found.changed == sum(a != b for a, b in zip(old, new, strict=True))


def test_metrics_have_deltas_absolute_and_relative() -> None:
    old = {"f1": 0.5, "loss": 0.0, "n": True, "by": {"a": -2}}
    found = compare(old, {"f1": 0.6, "loss": 1.0, "n": False, "by": {"a": -1}})
    deltas = {change.path: (change.delta, change.relative) for change in found.changes}
    assert deltas["f1"] == (pytest.approx(0.1), pytest.approx(0.2))
    assert deltas["loss"] == (1.0, None) and deltas["n"] == (None, None) and deltas["by.a"] == (1.0, 0.5)


def test_metrics_of_numpy_are_numbers_like_any_other() -> None:
    found = compare({"f1": np.float64(0.5), "n": np.int64(3)}, {"f1": np.float64(0.75), "n": 3})
    assert [(change.path, change.delta) for change in found.changes] == [("f1", 0.25)] and found.unchanged == 1
    assert compare(np.int32(1), np.int32(3)).changes[0].delta == 2


def test_paths_say_where_a_change_is() -> None:
    old = {"layers": [{"units": 1}, {"units": 2}], "a b": 1, 3: "x", "config": Config(0.1, [1]), "at": Point(1, 2)}
    new = copy.deepcopy(old)
    new["layers"][1]["units"] = 3
    new["a b"], new[3] = 2, "y"
    new["config"] = Config(0.2, [1, 5])
    new["at"] = Point(1, 3)
    assert told(compare(old, new)) == [
        ("changed", "layers[1].units"),
        ("changed", "['a b']"),
        ("changed", "[3]"),
        ("changed", "config.rate"),
        ("added", "config.layers[1]"),
        ("changed", "at.y"),
    ]


def test_one_that_became_true_or_a_float_has_changed() -> None:
    assert [change.new for change in compare([1, 1], [True, 1.0]).changes] == [True, 1.0]
    assert compare(3, 5).changes == (Change("", 3, 5),)


def test_an_inserted_record_is_one_addition_wherever_it_is() -> None:
    old = [{"name": f"r{place}", "v": place} for place in range(50)]
    found = compare(old, [*old[:20], {"name": "new", "v": 1}, *old[20:]])
    assert told(found) == [("added", "[20]")] and found.unchanged == 50


def test_a_value_that_holds_itself_is_no_endless_walk() -> None:
    old: list[Any] = [1]
    old.append(old)
    new: list[Any] = [2]
    new.append(new)
    assert compare(old, new).changed >= 1


def test_changes_are_bounded_and_all_are_counted() -> None:
    found = compare(dict.fromkeys(range(1000), 0), dict.fromkeys(range(1000), 1), limit=2)
    assert (len(found.changes), found.changed) == (8, 1000)


def test_members_that_are_tables_or_arrays_have_their_own_difference() -> None:
    import pandas as pd

    frame = pd.DataFrame({"id": [1, 2], "v": [1, 2]})
    old = {"data": frame, "w": np.zeros(3), "same": np.ones(2), "f1": 0.5}
    new = {"data": frame.assign(v=[1, 3]), "w": np.array([0, 0, 2.0]), "same": np.ones(2), "f1": 0.5}
    found = compare(old, new)
    assert {member.path: type(member.content) for member in found.members} == {
        "data": TableDifference,
        "w": ArrayDifference,
    }
    assert (found.changed, found.unchanged) == (2, 2)


@given(
    st.lists(st.floats(width=32), min_size=1, max_size=30),
    st.lists(st.floats(width=32), min_size=1, max_size=30),
)
def test_arrays_agree_with_a_naive_oracle(old: list[float], new: list[float]) -> None:
    size = min(len(old), len(new))
    old, new = old[:size], new[:size]
    found = compare_arrays(np.array(old), np.array(new))
    differing = [(a, b) for a, b in zip(old, new, strict=True) if a != b and (a == a or b == b)]
    assert found.differing == len(differing)
    assert found.equal == (not differing)
    finite = [abs(b - a) for a, b in differing if np.isfinite(b - a)]
    assert found.largest == pytest.approx(max(finite, default=0.0))
    assert found.mean == pytest.approx(sum(finite) / size)
    assert found.close == all(np.isclose(b, a, equal_nan=True) for a, b in differing)


def test_arrays_of_any_dtype() -> None:
    assert compare(np.zeros((2, 3)), np.zeros((3, 2))).differing is None
    assert compare(np.array([1, 2]), np.array([1, 3], "uint8")).dtypes == ("int64", "uint8")
    assert compare(np.array(["a", "b"]), np.array(["a", "c"])).differing == 1
    assert compare(np.array(["a"]), np.array([1])).differing == 1
    assert compare(np.array(5), np.array(6)).examples == (Change("", 5, 6),)
    assert compare(np.array([], "f4"), np.array([], "f4")).equal
    assert compare(np.array([2**63], "uint64"), np.array([2**63 + 1], "uint64")).largest == 1
    assert compare(np.array([1 + 1j, complex(NAN, 0)]), np.array([1 - 1j, complex(NAN, 0)])).largest == 2
    when = np.array(["2024-01-01", "NaT"], "M8[s]")
    assert compare(when, when.copy()).equal and compare(when, when[::-1]).largest is None
    records = np.array([(1, 2.0), (3, 4.0)], [("a", "i4"), ("b", "f8")])
    changed = records.copy()
    changed["b"][1] = 5
    assert compare(records, changed).differing == 1
    masked = np.ma.masked_array([1, 2, 3], [True, False, False])
    assert compare(masked, np.ma.masked_array([9, 2, 3], [True, False, False])).equal
    assert compare(masked, np.ma.masked_array([1, 2, 3], [False, False, True])).differing == 2


def test_large_arrays_are_compared_in_blocks() -> None:
    old = np.zeros(2 * BLOCK + 5, "float32").reshape(-1, 1)
    new = old.copy()
    new[[3, BLOCK, -1], 0] = 1e-9, 2, 3
    found = compare(old, new)
    assert (found.differing, found.largest, found.close) == (3, 3.0, False)
    assert found.examples[-1].path == f"[{len(old) - 1}, 0]"


def test_texts_are_compared_by_line() -> None:
    old = "\n".join(f"line {place}" for place in range(100))
    found = compare(old, old.replace("line 50\n", "line fifty\n"))
    assert isinstance(found, TextDifference) and (found.added, found.removed) == (1, 1)
    assert found.lines[0] == "@@ -48,7 +48,7 @@" and found.lines[4:6] == ("-line 50", "+line fifty")


@given(st.lists(st.sampled_from("abc"), max_size=12), st.lists(st.sampled_from("abc"), max_size=12))
def test_line_counts_add_up(old: list[str], new: list[str]) -> None:
    found = compare_texts("".join(f"{line}\n" for line in old), "".join(f"{line}\n" for line in new))
    assert len(new) - len(old) == found.added - found.removed
    assert found.equal == (old == new)


def test_a_text_of_many_changed_lines_is_counted_only() -> None:
    size = 50 * MOST
    found = compare_texts("\n".join(map(str, range(size))), "\n".join(map(str, range(1, size + 1))))
    assert (found.added, found.removed, found.lines) == (2, 2, ()) and not found.equal
    lines = [f"{place}\n" for place in range(size)]
    moved = compare_texts("".join(lines), "".join(reversed(lines)))
    assert (moved.added, moved.removed) == (0, 0) and not moved.equal


def test_estimators_differ_in_their_parameters() -> None:
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    old = make_pipeline(StandardScaler(), LogisticRegression(C=1.0))
    found = compare(old, make_pipeline(StandardScaler(), LogisticRegression(C=2.0)))
    assert isinstance(found, ModelDifference)
    assert ("changed", "logisticregression__C") in told(found.parameters)
    assert not found.equal, "that their parameters are equal does not say that what they learnt is"


def test_paths_are_compared_by_content(tmp_path: Path) -> None:
    for side, text in (("old", "a"), ("new", "b")):
        (tmp_path / side / "deep").mkdir(parents=True)
        (tmp_path / side / "deep" / "x.txt").write_text(text)
        (tmp_path / side / "same.txt").write_text("same")
        (tmp_path / side / f"{side}.txt").write_text("")
    found = compare(tmp_path / "old", tmp_path / "new")
    assert isinstance(found, FilesDifference) and (found.changed, found.unchanged) == (1, 1)
    assert [(c.what, c.path) for c in found.changes] == [
        ("changed", "deep/x.txt"),
        ("added", "new.txt"),
        ("removed", "old.txt"),
    ]


class Silent:
    def __eq__(self, other: object) -> bool:
        raise RuntimeError("cannot be compared")

    __hash__ = None  # type: ignore[assignment]


def test_values_that_nothing_knows_are_left_to_their_files() -> None:
    assert compare(Silent(), Silent()) is None
    assert compare([Silent()], [Silent()]).changed == 1
    assert compare({"a": 1}, np.zeros(2)) is None
