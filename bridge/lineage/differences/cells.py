"""Cells that changed: how many in a column, by how much, and some of them as examples."""

from __future__ import annotations

from typing import Any

from bridge.domain.table_difference import Cell, ColumnChange, Row
from bridge.lineage.differences.keys import side_column
from bridge.lineage.differences.matching import Matching
from bridge.lineage.differences.scalars import scalar
from bridge.lineage.differences.tabular import Tabular

CHANGED, WHOLE = 6, 4
"""Cells that an example shows of a row that changed, and of one that was added or removed."""


def column_change(name: str, old: Any, new: Any, mask: Any, *, numeric: bool) -> ColumnChange:
    """Sum up the cells of a column that differ.

    Args:
        name: The column.
        old: Its values in the rows of both tables.
        new: The same rows now.
        mask: Which of them differ.
        numeric: Whether both are of one type, so that numbers can be subtracted.

    >>> import numpy as np, pyarrow as pa
    >>> column_change("a", pa.array([1, 2, None]), pa.array([1, 4, 5]), np.array([False, True, True]), numeric=True)
    ColumnChange(name='a', cells=2, filled=1, emptied=0, mean=2.0, largest=2.0)
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    places = pa.array(np.flatnonzero(mask))
    old, new = old.take(places), new.take(places)
    gone_old, gone_new = (np.asarray(pc.is_null(each, nan_is_null=True)) for each in (old, new))
    facts: dict[str, float] = {}
    if numeric and _is_number(old.type) and not (gone_old | gone_new).all():
        there = ~(gone_old | gone_new)
        by = (_floats(new) - _floats(old))[there]
        by = by[np.isfinite(by)]
        facts = {"mean": float(by.mean()), "largest": float(np.abs(by).max())} if len(by) else {}
    filled, emptied = int((gone_old & ~gone_new).sum()), int((gone_new & ~gone_old).sum())
    return ColumnChange(name, len(places), filled, emptied, facts.get("mean"), facts.get("largest"))


def _is_number(kind: Any) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))


def _floats(array: Any) -> Any:
    import numpy as np
    import pyarrow as pa

    with np.errstate(all="ignore"):
        return array.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)


def examples(
    old: Tabular, new: Tabular, matching: Matching, masks: dict[str, Any], *, key: tuple[str, ...], limit: int
) -> tuple[Row, ...]:
    """Give the first rows that changed, were added and were removed, up to a limit of each.

    >>> from bridge.lineage.differences.tabular import tabular
    >>> import numpy as np, pyarrow as pa
    >>> old, new = tabular(pa.table({"a": [1]})), tabular(pa.table({"a": [2]}))
    >>> same = Matching(np.array([0]), np.array([0]), np.array([]), np.array([]))
    >>> examples(old, new, same, {"a": np.array([True])}, key=(), limit=1)[0].cells
    (Cell(column='a', old=1, new=2),)
    """
    import numpy as np

    found: list[Row] = []
    if masks and limit:
        changed = np.flatnonzero(np.logical_or.reduce(list(masks.values())))[:limit]
        for place in changed.tolist():
            was, now = int(matching.old[place]), int(matching.new[place])
            names = [name for name, mask in masks.items() if mask[place]]
            cells = [
                Cell(name, scalar(old.columns[name][was]), scalar(new.columns[name][now])) for name in names[:CHANGED]
            ]
            found.append(Row("changed", _key(new, key, now), tuple(cells), len(names) - len(cells)))
    for place in matching.added[:limit].tolist():
        names = [name for name in new.columns if name not in key]
        cells = [Cell(name, None, scalar(new.columns[name][place])) for name in names[:WHOLE]]
        found.append(Row("added", _key(new, key, place), tuple(cells), len(names) - len(cells)))
    for place in matching.removed[:limit].tolist():
        names = [name for name in old.columns if name not in key]
        cells = [Cell(name, scalar(old.columns[name][place]), None) for name in names[:WHOLE]]
        found.append(Row("removed", _key(old, key, place), tuple(cells), len(names) - len(cells)))
    return tuple(found)


def _key(table: Tabular, key: tuple[str, ...], place: int) -> tuple[tuple[str, Any], ...]:
    named = [(name, side_column(table, name)) for name in key]
    values = [(name, scalar(column[place])) for name, column in named if column is not None]
    if not values and len(key) == 1 and table.plain and table.library == "pandas":
        values = [(key[0], place)]  # the plain index counts rows
    return tuple(values) or (("row", place),)
