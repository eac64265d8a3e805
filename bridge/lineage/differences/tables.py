"""Two tables compared: columns by name, rows by key, cells in columns of both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bridge.domain.table_difference import Column, Matched, Retyped, TableDifference
from bridge.lineage.differences.cells import column_change, examples
from bridge.lineage.differences.columns import codes, comparable, differs
from bridge.lineage.differences.keys import Key, Pair, choose
from bridge.lineage.differences.matching import Matching, by_code, by_key, by_position
from bridge.lineage.differences.tabular import Tabular, tabular


@dataclass(frozen=True)
class Compared:
    """Columns and rows that belong together.

    Args:
        old: The old table.
        new: The new table.
        pairs: Columns of both that are no key, as `comparable` gives them; None for those that do not compare.
        keys: Key columns, likewise.
    """

    old: Tabular
    new: Tabular
    pairs: dict[str, Pair | None]
    keys: dict[str, Pair]

    def whole(self) -> list[Pair]:
        """The pairs that a whole row is told by."""
        return [*self.keys.values(), *(pair for pair in self.pairs.values() if pair is not None)]


def compare_tables(
    old_value: Any, new_value: Any, *, key: Sequence[str] = (), limit: int = 5
) -> tuple[TableDifference, list[str]]:
    """Compare two tables of any of the three libraries; give the difference, and what is to be known of it.

    Args:
        old_value: A frame, a series or a table.
        new_value: Another one; may be of another library.
        key: Columns that rows are matched by; left out, they are chosen.
        limit: Examples of each kind at most.

    Raises:
        DifferenceError: If a key column is not there.
        ImportError: If pyarrow is not installed.

    >>> import pandas as pd, polars as pl
    >>> old = pd.DataFrame({"id": [1, 2, 3], "age": [30, 41, 52]})
    >>> new = pl.DataFrame({"id": [2, 3, 4], "age": [41, 53, 20]})
    >>> found, _ = compare_tables(old, new)
    >>> found.matched_by, found.added, found.removed, found.changed, found.unchanged
    ('key', 1, 1, 1, 1)
    """
    old, new = tabular(old_value), tabular(new_value)
    loose = "pandas" in (old.library, new.library)
    chosen = choose(old, new, key, nan_is_null=loose)
    names = [name for name in new.columns if name in old.columns and name not in chosen.pairs]
    pairs = {name: comparable(old.columns[name], new.columns[name], nan_is_null=loose) for name in names}
    both = Compared(old, new, pairs, chosen.pairs)
    notes = [] if chosen.unique else [f"{_twice(chosen)}: rows of one key are matched in their order, equal ones first"]
    matching, how, why = _match(both, chosen)
    return _assemble(both, matching, (how, why, tuple(chosen.pairs)), limit), notes


def _twice(chosen: Key) -> str:
    return f"The key {', '.join(chosen.pairs)} comes several times"


def _match(both: Compared, chosen: Key) -> tuple[Matching, Matched, str]:
    if chosen.pairs:
        if chosen.unique:
            return by_code(*chosen.codes()), chosen.matched_by, chosen.why
        return by_key(chosen.codes(), codes(both.whole())), chosen.matched_by, f"{chosen.why}, not unique"
    rows = both.old.rows
    if not both.whole():
        if rows == both.new.rows:
            return by_position(rows), "position", f"{chosen.why}, and as many rows"
        return _unmatched(both), "nothing", "no column is in both"
    if rows == both.new.rows:
        changed = _changed_rows(both, by_position(rows))
        if not changed.any():
            return by_position(rows), "position", "no row moved"
        whole = by_code(*codes(both.whole()))
        if int(changed.sum()) == len(whole.removed) or None in both.pairs.values():
            return by_position(rows), "position", f"{chosen.why}, and no row moved"
        return whole, "content", chosen.why
    return by_code(*codes(both.whole())), "content", chosen.why


def _unmatched(both: Compared) -> Matching:
    import numpy as np

    return Matching(np.arange(0), np.arange(0), np.arange(both.old.rows), np.arange(both.new.rows))


def _changed_rows(both: Compared, matching: Matching) -> Any:
    import numpy as np

    changed = np.zeros(len(matching.new), bool)
    for pair in both.pairs.values():
        if pair is not None:
            changed |= differs(_taken(pair[0], matching.old), _taken(pair[1], matching.new))
    return changed


def _assemble(
    both: Compared, matching: Matching, how: tuple[Matched, str, tuple[str, ...]], limit: int
) -> TableDifference:
    import numpy as np

    masks, cells = {}, []
    changed = np.zeros(len(matching.new), bool)
    for name, pair in both.pairs.items():
        sides = (both.old.columns[name], both.new.columns[name]) if pair is None else pair
        taken = _taken(sides[0], matching.old), _taken(sides[1], matching.new)
        mask = _incomparable(*taken) if pair is None else differs(*taken)
        if mask.any():
            masks[name] = mask
            changed |= mask
            cells.append(column_change(name, *taken, mask, numeric=pair is not None))
    matched_by, why, key = how
    return TableDifference(
        rows=(both.old.rows, both.new.rows),
        columns=_widths(both, key),
        matched_by=matched_by,
        why=why,
        key=key,
        **_columns(both),
        added=len(matching.added),
        removed=len(matching.removed),
        changed=int(changed.sum()),
        unchanged=int((~changed).sum()),
        rows_moved=matching.moved,
        cells=tuple(cells),
        examples=examples(both.old, both.new, matching, masks, key=key, limit=limit),
    )


def _taken(array: Any, places: Any) -> Any:
    """Rows of a column, without a copy where they are all of it in order."""
    import numpy as np
    import pyarrow as pa

    if len(places) == len(array) and bool((places == np.arange(len(array))).all()):
        return array
    return array.take(pa.array(places))


def _incomparable(old: Any, new: Any) -> Any:
    import numpy as np
    import pyarrow.compute as pc

    return ~(np.asarray(pc.is_null(old)) & np.asarray(pc.is_null(new)))


def _widths(both: Compared, key: tuple[str, ...]) -> tuple[int, int]:
    """How many columns; an index is one of them only if it is matched with one."""
    named = [name for name in key if name in both.old.columns or name in both.new.columns]
    return len({*both.old.columns, *named}), len({*both.new.columns, *named})


def _columns(both: Compared) -> dict[str, Any]:
    """What is to be said of the columns, apart from their cells."""
    old, new = both.old, both.new
    indexed = {*old.index, *new.index} & set(both.keys)
    shared = [name for name in new.columns if name in old.columns]
    retyped = [_retyped(both, name) for name in shared]
    return {
        "columns_added": tuple(Column(n, t) for n, t in new.types.items() if n not in old.types and n not in indexed),
        "columns_removed": tuple(Column(n, t) for n, t in old.types.items() if n not in new.types and n not in indexed),
        "retyped": tuple(each for each in retyped if each is not None),
        "columns_moved": [name for name in old.columns if name in new.columns] != shared,
    }


def _retyped(both: Compared, name: str) -> Retyped | None:
    old, new = both.old, both.new
    same = old.types[name] == new.types[name]
    if not same and old.library != new.library:
        same = _family(old.columns[name].type) == _family(new.columns[name].type)
    if same:
        return None
    return Retyped(name, old.types[name], new.types[name], both.pairs.get(name, ()) is not None)


def _family(kind: Any) -> str:
    """The type of a column apart from what only its library is particular about."""
    import pyarrow as pa

    if pa.types.is_dictionary(kind):
        return _family(kind.value_type)
    if pa.types.is_timestamp(kind):
        return f"timestamp {kind.tz}"
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return f"list of {_family(kind.value_type)}"
    return str(kind).removeprefix("large_").removesuffix("_view")
