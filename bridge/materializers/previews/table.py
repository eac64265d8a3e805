"""A table's first rows and how its columns are spread, the same for each library."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Any

from bridge.domain.preview import Preview
from bridge.materializers.previews.distribution import distribution
from bridge.materializers.previews.shortened import cell, cut

_log = logging.getLogger("bridge.materializers")

ROWS = 10
COLUMNS = 50
SPREAD = 20
"""Columns of numbers whose spread is shown."""


def table(
    columns: Sequence[tuple[object, object]],
    *,
    rows: int,
    width: int,
    head: Callable[[int], Iterable[Any]],
    sample: Callable[[int], Any],
    until: float,
    labels: Iterable[Any] | None = None,
) -> Preview | None:
    """Make the preview of a table.

    Args:
        columns: Names and types of the first ones.
        rows: How many there are.
        width: How many columns there are.
        head: Gives the first values of a column.
        sample: Gives a sample of a column as a NumPy array; None if its values are no numbers.
        until: When to stop, as `time.monotonic` tells it.
        labels: Labels of the first rows, if they are not just numbered.

    >>> table([("a", "int64")], rows=1, width=1, head=lambda i: [7], sample=lambda i: None, until=9e9).facts["rows"]
    [[7]]
    """
    columns = columns[:COLUMNS]
    heads: list[list[Any]] = []
    spread: dict[str, Any] = {}
    for place in range(len(columns)):
        if time.monotonic() > until:
            break
        heads.append([cell(value) for value in islice(head(place), ROWS)])
    for place in range(len(heads)):
        if len(spread) == SPREAD or time.monotonic() > until:
            break
        found = _spread(place, sample, rows)
        if found is not None:
            spread[str(place)] = found
    index = None if labels is None else [cell(label) for label in islice(labels, ROWS)]
    return _fitting(columns, heads, spread, index, rows=rows, width=width)


def _spread(place: int, sample: Callable[[int], Any], rows: int) -> dict[str, Any] | None:
    """Say how a column is spread; one of a type that cannot be looked at costs the others nothing."""
    try:
        values = sample(place)
        return None if values is None else distribution(values, of=rows)
    except Exception as error:  # noqa: BLE001 - of any library's making
        _log.debug("Column %d has no spread in its preview: %r", place, error)
        return None


def _fitting(
    columns: Sequence[tuple[object, object]],
    heads: list[list[Any]],
    spread: dict[str, Any],
    index: list[Any] | None,
    *,
    rows: int,
    width: int,
) -> Preview | None:
    count = len(heads)
    while count:
        facts: dict[str, Any] = {
            "columns": [[cut(str(name)), cut(str(kind))] for name, kind in columns[:count]],
            "rows": [list(row) for row in zip(*heads[:count], strict=True)],
            "of": [rows, width],
            "spread": {place: each for place, each in spread.items() if int(place) < count},
            **({} if index is None else {"index": index}),
        }
        try:
            return Preview.of("table", facts)
        except ValueError:
            if count == 1:
                raise
            count //= 2
    return None
