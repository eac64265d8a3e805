"""Previews of polars frames and series."""

from __future__ import annotations

from typing import Any

from bridge.domain.preview import Preview
from bridge.materializers.previews.distribution import step_for
from bridge.materializers.previews.table import COLUMNS, ROWS, table

_WIDER = frozenset({"Int128", "UInt128", "Float16"})
"""Types that NumPy does not have, or that polars does not give it in every version."""


def preview(value: Any, until: float) -> Preview | None:
    """Show the first rows and how columns are spread; nothing of a lazy frame, whose query would have to run again.

    >>> import polars as pl
    >>> preview(pl.DataFrame({"a": [1, 2]}), 9e9).facts["rows"]
    [[1], [2]]
    """
    kind = type(value).__name__
    if kind == "LazyFrame":
        return None
    frame = value.to_frame() if kind == "Series" else value
    columns = list(frame.schema.items())[:COLUMNS]
    return table(
        columns,
        rows=frame.height,
        width=frame.width,
        head=lambda place: frame.to_series(place).head(ROWS).to_list(),
        sample=lambda place: _sample(frame.to_series(place)),
        until=until,
    )


def _sample(series: Any) -> Any:
    import polars as pl

    numeric = series.dtype.is_integer() or series.dtype.is_float() or series.dtype == pl.Boolean
    if not numeric and series.dtype.base_type() not in {pl.Date, pl.Datetime}:
        return None
    some = series.gather_every(step_for(len(series)))
    if series.dtype == pl.Boolean:
        some = some.cast(pl.Float64) if some.null_count() else some
    elif str(series.dtype) in _WIDER:
        some = some.cast(pl.Float64)
    elif not numeric:
        return some.to_numpy().astype("datetime64[s]")
    return some.to_numpy()
