"""A pandas frame of Arrow columns, with as few copies of them as pandas allows.

pandas keeps columns of one dtype together in blocks. To join what lies apart costs as much as to read it, so that the
columns of a large frame stay where Arrow has put them. A frame of many parts warns that it is slow, though (pandas 3.1:
above a hundred), so that many columns are joined; without a copy if they lie at equal distances, as in a layout.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bridge.materializers import pandas_column

MOST_PARTS = 64
LARGE = 16 << 20
"""Bytes of a frame whose columns are left where they are."""


def frame(table: Any, specs: Sequence[dict[str, Any]], index: Any) -> Any:
    """Make a frame of columns of a `pyarrow.Table`, labelled 0, 1, 2 ….

    Args:
        table: The columns.
        specs: Of each column of the frame, what `pandas_column.encode` has said, with its place in the table.
        index: The frame's index.

    >>> import pandas as pd, pyarrow as pa
    >>> table = pa.table({"a": [1, 2]})
    >>> frame(table, [{"kind": "numpy", "dtype": "int64", "column": 0}], pd.RangeIndex(2))[0].tolist()
    [1, 2]
    """
    import pandas as pd

    is_large = table.nbytes >= LARGE
    runs = _runs(table, specs) if is_large and len(specs) > MOST_PARTS else None
    if runs is not None and len(runs) <= MOST_PARTS:
        return _joined([pd.DataFrame(one, index=index, copy=False) for one in runs])
    is_copied = not is_large or len(specs) > MOST_PARTS
    columns = [pandas_column.decode(table.column(one["column"]), one, copy=not is_copied) for one in specs]
    series = {i: pd.Series(column, index=index, dtype=column.dtype, copy=False) for i, column in enumerate(columns)}
    return pd.DataFrame(series, index=index, copy=is_copied) if series else pd.DataFrame(index=index)


def _runs(table: Any, specs: Sequence[dict[str, Any]]) -> list[Any] | None:
    """The columns as two-dimensional arrays, over memory in which they lie at equal distances; None if they do not.

    Two columns always do, so that there are at most half as many arrays as columns if all are of one dtype.
    """
    import numpy as np

    if not all(one["kind"] == "numpy" and one["dtype"] != "bool" for one in specs):
        return None
    columns = [pandas_column.decode(table.column(one["column"]), one) for one in specs]
    if min(column.nbytes for column in columns) < pandas_column.WORTH_KEEPING:
        return None  # these are copies
    runs: list[list[Any]] = []
    for column in columns:
        if not runs or not _continues(runs[-1], column):
            runs.append([])
        runs[-1].append(column)
    if len(runs) > MOST_PARTS:
        return None
    return [np.asarray(_Run(run)).T for run in runs]


def _continues(run: list[Any], column: Any) -> bool:
    if run[0].dtype != column.dtype:
        return False
    step = _start(column) - _start(run[-1])
    return step >= column.nbytes and (len(run) == 1 or step == _start(run[1]) - _start(run[0]))


def _start(column: Any) -> int:
    return int(column.__array_interface__["data"][0])


class _Run:
    """Columns at equal distances as one array, which keeps them all; between them it touches nothing."""

    def __init__(self, columns: list[Any]) -> None:
        first, self.columns = columns[0], columns
        step = _start(columns[1]) - _start(first) if len(columns) > 1 else first.nbytes
        self.__array_interface__ = {
            **first.__array_interface__,
            "shape": (len(columns), len(first)),
            "strides": (step, first.itemsize),
        }


def _joined(parts: list[Any]) -> Any:
    import pandas as pd

    if len(parts) == 1:
        return parts[0]
    lazily: dict[str, Any] = {} if int(pd.__version__.split(".")[0]) >= 3 else {"copy": False}
    value = pd.concat(parts, axis=1, **lazily)
    value.columns = pd.RangeIndex(value.shape[1])
    return value
