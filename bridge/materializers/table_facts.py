"""What is said of a table, under the same names whichever library it comes from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

LISTED = 200
"""Columns whose names and types are told; of more there is a count."""

_LONGEST = 200


def table_facts(
    columns: Iterable[tuple[object, object]],
    *,
    shape: Sequence[int],
    bytes: int,
    nulls: Iterable[int] = (),
    kind: str,
) -> dict[str, Any]:
    """Give the facts of a table, a series or an index.

    Args:
        columns: Names and types, at least of the first 200.
        shape: Rows and columns; of a series or an index only rows.
        bytes: In memory, as Arrow holds it (polars does the same).
        nulls: How many values of each of these columns are marked as missing; NaN is a number like others.
        kind: `frame`, `series`, `index`, `lazy`, `table`, `batch` or `array`.

    >>> table_facts([("a", "int64"), ("b", "string")], shape=(3, 2), bytes=40, nulls=[0, 1], kind="table")
    {'kind': 'table', 'rows': 3, 'shape': [3, 2], 'columns': [['a', 'int64'], ['b', 'string']], 'nulls': {'b': 1},
     'bytes': 40}
    """
    told = [[_short(name), _short(dtype)] for name, dtype in islice(columns, LISTED)]
    missing: dict[str, int] = {}
    for (name, _), count in zip(told, nulls, strict=False):
        if count:
            missing[name] = missing.get(name, 0) + int(count)
    width = shape[1] if len(shape) > 1 else len(told)
    return {
        "kind": kind,
        "rows": int(shape[0]),
        "shape": [int(length) for length in shape],
        "columns": told,
        **({"columns_left_out": int(width - len(told))} if width > len(told) else {}),
        **({"nulls": missing} if missing else {}),
        "bytes": int(bytes),
    }


def _short(name: object) -> str:
    text = str(name)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
