"""Tables of pandas, polars and pyarrow as Arrow columns, so that tables of different libraries can be compared."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

_CLASSES = {
    "pandas": frozenset({"DataFrame", "Series"}),
    "polars": frozenset({"DataFrame", "LazyFrame", "Series"}),
    "pyarrow": frozenset({"Table", "RecordBatch", "ChunkedArray"}),
}


@dataclass(frozen=True)
class Tabular:
    """A table as Arrow arrays.

    Args:
        library: Whose table it is.
        rows: How many.
        columns: Arrow arrays by name; a name that comes twice has a number after it.
        types: The types as the library says them.
        index: Of a pandas frame, its index as Arrow arrays by name.
        plain: Whether the index is the plain one, which counts rows from 0 and has no name.
        named: Whether all levels of the index have names.
    """

    library: str
    rows: int
    columns: dict[str, Any]
    types: dict[str, str]
    index: dict[str, Any] = field(default_factory=dict)
    plain: bool = True
    named: bool = False


def is_tabular(value: object) -> bool:
    """Say whether a value is a table, or a column, of one of the three libraries; imports nothing.

    >>> import pyarrow as pa
    >>> is_tabular(pa.table({"a": [1]})), is_tabular({"a": [1]})
    (True, False)
    """
    for cls in type(value).__mro__:
        library = cls.__module__.partition(".")[0]
        if cls.__name__ in _CLASSES.get(library, ()):
            return True
    return False


def tabular(value: Any) -> Tabular:
    """Give a table's columns as Arrow arrays.

    What Arrow does not hold (objects of several types, complex numbers) becomes its text, value by value.

    Raises:
        ImportError: If pyarrow is not installed.

    >>> import pandas as pd
    >>> frame = pd.DataFrame({"a": [1, 2]}, index=pd.Index([7, 8], name="id"))
    >>> found = tabular(frame)
    >>> found.types, list(found.index), found.plain
    ({'a': 'int64'}, ['id'], False)
    """
    library = next(
        cls.__module__.partition(".")[0]
        for cls in type(value).__mro__
        if cls.__name__ in _CLASSES.get(cls.__module__.partition(".")[0], ())
    )
    return {"pandas": _pandas, "polars": _polars, "pyarrow": _arrow}[library](value)


def unique_names(labels: Any) -> list[str]:
    """Labels as texts without doubles.

    >>> unique_names(["a", 1, "a"])
    ['a', '1', 'a (2)']
    """
    seen: dict[str, int] = {}
    names = []
    for label in labels:
        text = str(label)
        seen[text] = seen.get(text, 0) + 1
        names.append(text if seen[text] == 1 else f"{text} ({seen[text]})")
    return names


def _pandas(value: Any) -> Tabular:
    if value.ndim == 1:
        value = value.to_frame("value" if value.name is None else value.name)
    names = unique_names(value.columns)
    columns = {name: _pandas_column(value.iloc[:, place]) for place, name in enumerate(names)}
    types = {name: _type_of(dtype) for name, dtype in zip(names, value.dtypes, strict=True)}
    index = value.index
    levels = {}
    plain = type(index).__name__ == "RangeIndex" and index.start == 0 and index.step == 1 and index.name is None
    if not plain:
        labels = [_level_name(index, place) for place in range(index.nlevels)]
        for place, name in enumerate(unique_names([*names, *labels])[len(names) :]):
            levels[name] = _pandas_column(index.get_level_values(place).to_series())
    named = all(name is not None for name in index.names)
    return Tabular("pandas", len(value), columns, types, levels, plain, named)


def _level_name(index: Any, place: int) -> str:
    if index.names[place] is not None:
        return str(index.names[place])
    return "index" if index.nlevels == 1 else f"index {place}"


def _type_of(dtype: Any) -> str:
    if str(dtype) == "category":
        return f"category of {dtype.categories.dtype}"
    return str(dtype)


def _pandas_column(series: Any) -> Any:
    """One column; a missing value is null whichever way pandas says it, since pandas itself makes no difference."""
    import pyarrow as pa

    try:
        return pa.array(_held(series), from_pandas=True)
    except (pa.ArrowException, TypeError, ValueError, OverflowError, NotImplementedError, AttributeError):
        return _texts(series.astype(object).to_numpy(), series.isna().to_numpy())


def _held(series: Any) -> Any:
    """What pyarrow takes for a column: instants in UTC, numbers in the machine's byte order."""
    kind = type(series.dtype).__name__
    if kind == "DatetimeTZDtype":
        import pyarrow as pa

        naive = pa.array(series.dt.tz_convert("UTC").dt.tz_localize(None).to_numpy(), from_pandas=True)
        return naive.cast(pa.timestamp(naive.type.unit, "UTC"))
    if not kind.endswith("Dtype"):
        values = series.to_numpy()
        return values if values.dtype.isnative else values.astype(values.dtype.newbyteorder("="))
    return series.array


def _texts(values: Any, missing: Any) -> Any:
    import pyarrow as pa

    texts = [None if gone else _text(each) for each, gone in zip(values, missing, strict=True)]
    return pa.array(texts, pa.large_string())


def _text(value: object) -> str:
    try:
        text = repr(sorted(value, key=repr)) if isinstance(value, (set, frozenset)) else repr(value)
    except Exception as error:  # noqa: BLE001  a user's class may raise anything when it is shown
        text = f"<{type(value).__qualname__}: {type(error).__name__}>"
    return text.encode("utf-8", "backslashreplace").decode()


def _polars(value: Any) -> Tabular:
    frame: Any = value
    if type(value).__name__ == "LazyFrame":
        frame = value.collect()
    elif type(value).__name__ == "Series":
        frame = value.to_frame(value.name or "value")
    columns = {name: _polars_column(frame.get_column(name)) for name in frame.columns}
    return Tabular("polars", frame.height, columns, {name: str(dtype) for name, dtype in frame.schema.items()})


def _polars_column(series: Any) -> Any:
    import polars as pl
    import pyarrow as pa

    try:
        return series.to_arrow(compat_level=pl.CompatLevel.oldest())
    except (pa.ArrowException, pl.exceptions.PolarsError, TypeError, ValueError, NotImplementedError):
        values = series.to_list()
        return _texts(values, [each is None for each in values])


def _arrow(value: Any) -> Tabular:
    import pyarrow as pa

    if isinstance(value, (pa.ChunkedArray, pa.Array)):
        value = pa.table([value], names=["value"])
    names = unique_names(value.schema.names)
    columns = dict(zip(names, value.columns, strict=True))
    types = {name: str(kind) for name, kind in zip(names, value.schema.types, strict=True)}
    return Tabular("pyarrow", value.num_rows, columns, types)
