"""Which columns say which row is which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bridge.domain.errors import DifferenceError
from bridge.domain.table_difference import Matched
from bridge.lineage.differences.columns import codes, comparable
from bridge.lineage.differences.matching import is_unique
from bridge.lineage.differences.tabular import Tabular

NAMES = ("id", "key", "uuid", "guid", "pk", "row_id", "rowid", "index")
"""Columns that are taken for a key if nothing else is said, in this order; then those whose name ends with `_id`."""

Pair = tuple[Any, Any]


@dataclass(frozen=True)
class Key:
    """The columns that rows are matched by.

    Args:
        matched_by: Key columns, the index, or nothing.
        pairs: The columns by name, each pair as `comparable` gives it; none: rows are compared as a whole.
        why: Why these.
        unique: Whether no key comes twice in either table.
    """

    matched_by: Matched
    pairs: dict[str, Pair]
    why: str
    unique: bool = True

    def codes(self) -> tuple[Any, Any, int]:
        """A number for each row, equal for equal keys."""
        return codes(list(self.pairs.values()))


def choose(old: Tabular, new: Tabular, asked: Sequence[str], *, nan_is_null: bool) -> Key:
    """Choose the columns that rows are matched by.

    What was asked for; else the index, unless it is the plain one in both or not unique; else a column that is called
    like a key and is unique in both; else none.

    Raises:
        DifferenceError: If a column that was asked for is not in both tables, or does not compare.

    >>> from bridge.lineage.differences.tabular import tabular
    >>> import pyarrow as pa
    >>> table = tabular(pa.table({"name": ["a", "a"], "id": [1, 2]}))
    >>> found = choose(table, table, (), nan_is_null=False)
    >>> list(found.pairs), found.why
    (['id'], 'unique in both')
    """
    if asked:
        pairs = {name: _pair(old, new, name, nan_is_null) for name in asked}
        return Key("key", pairs, "as asked", _is_key(pairs))
    index = _index(old, new, nan_is_null)
    if index is not None and index.unique:
        return index
    for name in _candidates(old, new):
        pair = comparable(old.columns[name], new.columns[name], nan_is_null=nan_is_null)
        if pair is not None and _is_key({name: pair}):
            return Key("key", {name: pair}, "unique in both")
    why = "no column is a key"
    return Key("content", {}, "the index is not unique, and " + why if index is not None else why)


def side_column(table: Tabular, name: str) -> Any:
    """A column by name, of the index or of the table; None if there is none.

    >>> from bridge.lineage.differences.tabular import tabular
    >>> import pyarrow as pa
    >>> side_column(tabular(pa.table({"a": [1]})), "b") is None
    True
    """
    return table.index.get(name, table.columns.get(name))


def _pair(old: Tabular, new: Tabular, name: str, nan_is_null: bool) -> Pair:
    sides = side_column(old, name), side_column(new, name)
    for table, side, which in ((old, sides[0], "old"), (new, sides[1], "new")):
        if side is None:
            raise DifferenceError(f"the {which} table has no column {name!r}", [*table.index, *table.columns])
    pair = comparable(*sides, nan_is_null=nan_is_null)
    if pair is None:
        raise DifferenceError(f"the values of {name!r} do not compare: {sides[0].type} and {sides[1].type}")
    return pair


def _is_key(pairs: dict[str, Pair]) -> bool:
    old, new, count = codes(list(pairs.values()))
    return is_unique(old, count) and is_unique(new, count)


def _index(old: Tabular, new: Tabular, nan_is_null: bool) -> Key | None:
    """The index of both, or of one if the other has columns of its names; None if there is none to speak of."""
    if old.plain and new.plain:
        return None
    names = list(old.index or new.index)
    sides: list[list[Any]] = []
    for table in (old, new):
        found = [_of_index(table, name, place, len(names)) for place, name in enumerate(names)]
        if any(each is None for each in found):
            return None
        sides.append(found)
    pairs = {}
    for name, one, other in zip(names, *sides, strict=True):
        pair = comparable(one, other, nan_is_null=nan_is_null)
        if pair is None:
            return None
        pairs[name] = pair
    why = "unique in both" if names == ["index"] else "the index, unique in both"
    return Key("index", pairs, why, _is_key(pairs))


def _of_index(table: Tabular, name: str, place: int, levels: int) -> Any:
    if table.index:
        return list(table.index.values())[place] if len(table.index) == levels else None
    if name in table.columns:
        return table.columns[name]
    if table.library != "pandas" or levels > 1:
        return None
    import pyarrow as pa

    return pa.array(range(table.rows), pa.int64())


def _candidates(old: Tabular, new: Tabular) -> list[str]:
    both = [name for name in new.columns if name in old.columns and not _is_float(new.columns[name])]
    named = sorted((name for name in both if name.lower() in NAMES), key=lambda name: NAMES.index(name.lower()))
    return named + [name for name in both if name.lower().endswith("_id") and name not in named]


def _is_float(array: Any) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_floating(array.type))
