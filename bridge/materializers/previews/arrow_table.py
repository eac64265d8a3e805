"""Previews of pyarrow's tables, batches and arrays, and of Hugging Face datasets, which are such tables."""

from __future__ import annotations

from typing import Any

from bridge.domain.preview import Preview
from bridge.materializers.previews.distribution import step_for
from bridge.materializers.previews.table import COLUMNS, ROWS, table


def preview(value: Any, until: float) -> Preview | None:
    """Show the first rows and how columns are spread.

    >>> import pyarrow as pa
    >>> preview(pa.table({"a": [1, 2]}), 9e9).facts["rows"]
    [[1], [2]]
    """
    import pyarrow as pa

    if type(value).__module__.startswith("datasets."):
        return _of_dataset(value, until)
    if isinstance(value, pa.Table | pa.RecordBatch):
        return _table(value, [(field.name, field.type) for field in list(value.schema)[:COLUMNS]], until)
    return _table(pa.table([value], names=["value"]), [("value", value.type)], until)


def _of_dataset(value: Any, until: float) -> Preview | None:
    if isinstance(value, dict):
        return None
    columns = [(name, _feature(each)) for name, each in list(value.features.items())[:COLUMNS]]
    if value._indices is None:
        return _table(value.data.table, columns, until)
    head = value.with_format("arrow")[:ROWS]
    return table(
        columns,
        rows=len(value),
        width=len(value.features),
        head=lambda place: head.column(place).to_pylist(),
        sample=lambda place: None,
        until=until,
    )


def _feature(feature: Any) -> str:
    return str(getattr(feature, "dtype", None) or feature)


def _table(rows: Any, columns: list[tuple[str, Any]], until: float) -> Preview | None:
    return table(
        columns,
        rows=rows.num_rows,
        width=rows.num_columns,
        head=lambda place: rows.column(place).slice(0, ROWS).to_pylist(),
        sample=lambda place: sample(rows.column(place)),
        until=until,
    )


def sample(column: Any) -> Any:
    """Give values of a column, evenly spaced, as a NumPy array; None if they are no numbers or moments.

    >>> import pyarrow as pa
    >>> sample(pa.array([1, 2])).tolist(), sample(pa.array(["a"]))
    ([1, 2], None)
    """
    import numpy as np
    import pyarrow as pa

    kinds = pa.types
    moment = kinds.is_timestamp(column.type) or kinds.is_date(column.type)
    numeric = kinds.is_integer(column.type) or kinds.is_floating(column.type) or kinds.is_boolean(column.type)
    if not numeric and not moment:
        return None
    step = step_for(len(column))
    some = column if step == 1 else column.take(pa.array(np.arange(0, len(column), step)))
    if kinds.is_boolean(column.type) and some.null_count:
        some = some.cast(pa.int8())
    if moment:
        return some.cast(pa.timestamp("s"), safe=False).to_numpy(zero_copy_only=False)
    return some.to_numpy(zero_copy_only=False)
