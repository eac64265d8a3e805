"""Previews of pandas frames, series and indexes."""

from __future__ import annotations

from typing import Any

from bridge.domain.preview import Preview
from bridge.materializers.previews import arrow_table
from bridge.materializers.previews.distribution import step_for
from bridge.materializers.previews.table import COLUMNS, ROWS, table


def preview(value: Any, until: float) -> Preview | None:
    """Show the first rows, with their labels if they have some, and how columns are spread.

    >>> import pandas as pd
    >>> preview(pd.DataFrame({"a": [1, 2]}, index=["x", "y"]), 9e9).facts["index"]
    ['x', 'y']
    """
    kind = type(value).__name__
    if kind == "DataFrame":
        columns = list(zip(value.columns[:COLUMNS], value.dtypes.iloc[:COLUMNS], strict=True))
        parts = [value.iloc[:, place] for place in range(len(columns))]
    elif kind == "MultiIndex":
        columns = [(value.names[place], level.dtype) for place, level in enumerate(value.levels[:COLUMNS])]
        first = value[:ROWS]
        parts = [first.get_level_values(place) for place in range(len(columns))]
    else:
        columns, parts = [("" if value.name is None else value.name, value.dtype)], [value]
    index = value.index if hasattr(value, "index") and hasattr(value, "iloc") else None
    return table(
        columns,
        rows=len(value),
        width=value.shape[1] if kind == "DataFrame" else len(columns),
        head=lambda place: _head(parts[place] if index is None else parts[place].iloc[:ROWS]),
        sample=lambda place: None if kind == "MultiIndex" else _sample(parts[place], index is not None),
        until=until,
        labels=None if index is None or type(index).__name__ == "RangeIndex" else index[:ROWS].tolist(),
    )


def _head(values: Any) -> list[Any]:
    """The first values; NaN stands for nothing where it is no number among numbers."""
    first = values[:ROWS].tolist()
    if getattr(values.dtype, "kind", "O") in "fc":
        return list(first)
    return [None if isinstance(value, float) and value != value else value for value in first]


def _sample(values: Any, is_series: bool) -> Any:
    kind = getattr(values.dtype, "kind", "O")
    if kind not in "biufM":
        return None
    step = step_for(len(values))
    some = values.iloc[::step] if is_series else values[::step]
    if hasattr(values.dtype, "pyarrow_dtype"):
        import pyarrow as pa

        return arrow_table.sample(pa.array(some.array))
    if kind == "M":
        if getattr(values.dtype, "tz", None) is not None:
            some = (some.dt if is_series else some).tz_convert(None)
        return some.to_numpy(dtype="datetime64[s]")
    if type(values.dtype).__module__.startswith("numpy"):
        return some.to_numpy()
    return some.to_numpy(dtype="float64", na_value=float("nan"))
