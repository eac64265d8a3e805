"""pandas frames, series and indexes, as one Parquet file.

The file is what every Parquet reader reads: a column each, under its own label where labels are texts without doubles.
What Parquet does not hold (labels that are no texts, the index and its frequency, dtypes, attributes) stands in the
file's metadata under `bridge`. Nothing is approximated: dtypes, labels and objects that are not held exactly are
declined and pickled. Unused levels of a MultiIndex are not kept; its values and names are.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Any

from bridge.domain.errors import BridgeError, UnreadableError
from bridge.domain.ports import Sink, Source
from bridge.materializers import pandas_blocks, pandas_column, parquet, tagged
from bridge.materializers.declined import Declined
from bridge.materializers.survey import Level, survey
from bridge.materializers.table_facts import LISTED, table_facts

PATH = "value.parquet"
KEY = b"bridge"
_CLASSES = frozenset(
    [
        "DataFrame",
        "Series",
        "Index",
        "RangeIndex",
        "DatetimeIndex",
        "TimedeltaIndex",
        "CategoricalIndex",
        "MultiIndex",
    ]
)
_LABELS = frozenset({"object", "str", "string", "int64", "float64", "bool"})


class Frame:
    """A frame, a series or an index in one Parquet file.

    >>> import pandas as pd
    >>> Frame().handles(pd.DataFrame({"a": [1]})), Frame().handles(pd.DataFrame({"a": [1j]}))
    (True, False)
    """

    format = "pandas+parquet"

    def handles(self, value: object) -> bool:
        """Say whether it is exactly a pandas type whose dtypes are held; does not look at objects."""
        pandas = sys.modules.get("pandas")
        cls = type(value)
        if pandas is None or cls.__name__ not in _CLASSES or getattr(pandas, cls.__name__, None) is not cls:
            return False
        return all(pandas_column.supports(dtype) for dtype in _dtypes(value))

    def save(self, value: Any, sink: Sink) -> Mapping[str, Any]:
        """Write `value.parquet`.

        Raises:
            Declined: If pyarrow is not installed, or the value holds what is not kept exactly.
        """
        try:
            import pyarrow as pa
        except ImportError as error:
            raise Declined("pyarrow is not installed") from error
        try:
            table = _to_table(value)
        except (pa.ArrowException, OverflowError) as error:
            raise Declined(str(error)) from error
        parquet.save(table, sink, PATH)
        return _facts(value, table)

    def load(self, source: Source) -> Any:
        """Read the value back.

        Raises:
            UnreadableError: If it is no Parquet file, or not one of bridge's.
        """
        import pyarrow as pa

        try:
            table = parquet.load(source, PATH)
            return _from_table(table, json.loads(table.schema.metadata[KEY]))
        except BridgeError:
            raise
        except (pa.ArrowException, OSError, ValueError, KeyError, TypeError, IndexError) as error:
            raise UnreadableError(self.format, f"{type(error).__name__}: {error}") from error


class _Columns:
    """Collects Arrow columns under names without doubles."""

    def __init__(self) -> None:
        self.arrays: list[Any] = []
        self.names: dict[str, None] = {}

    def add(self, values: Any, label: object) -> dict[str, Any]:
        array, spec = pandas_column.encode(values)
        name = label if isinstance(label, str) else str(label)
        name = name if name.isprintable() and name not in self.names else f"{len(self.arrays)}:{label!a}"
        while name in self.names:
            name += "'"
        self.names[name] = None
        self.arrays.append(array)
        return {**spec, "column": len(self.arrays) - 1}


def _dtypes(value: Any) -> list[Any]:
    kind = type(value).__name__
    if kind == "DataFrame":
        return [*dict.fromkeys(value.dtypes), *_dtypes(value.index)]
    if kind == "Series":
        return [value.dtype, *_dtypes(value.index)]
    return list(value.dtypes) if kind == "MultiIndex" else [value.dtype]


def _to_table(value: Any) -> Any:
    import pyarrow as pa

    columns = _Columns()
    layout: dict[str, Any] = {"kind": "index"}
    if hasattr(value, "index"):
        if not value.flags.allows_duplicate_labels:
            layout["unique_labels"] = True
        if value.attrs:
            layout["attrs"] = _tagged(value.attrs)
    if type(value).__name__ == "DataFrame":
        data = [columns.add(value.iloc[:, i].array, label) for i, label in enumerate(value.columns)]
        layout.update(kind="frame", data=data, labels=_labels(value.columns), rows=len(value))
    elif type(value).__name__ == "Series":
        layout.update(kind="series", data=[columns.add(value.array, value.name)], name=_tagged(value.name))
    layout["index"] = _index(value.index if hasattr(value, "index") else value, columns)
    metadata = {KEY: tagged.dumps(layout).encode()}
    schema = pa.schema([pa.field(name, array.type) for name, array in zip(columns.names, columns.arrays, strict=True)])
    return pa.Table.from_arrays(columns.arrays, schema=schema.with_metadata(metadata))


def _index(index: Any, columns: _Columns) -> dict[str, Any]:
    kind = type(index).__name__
    if kind == "RangeIndex":
        return {"range": [index.start, index.stop, index.step], "name": _tagged(index.name)}
    if kind == "MultiIndex":
        levels = [columns.add(index.get_level_values(i).array, f"index.{i}") for i in range(index.nlevels)]
        return {"levels": levels, "names": [_tagged(name) for name in index.names]}
    if kind not in _CLASSES:
        raise Declined(f"an index of the type {kind}")
    spec = {"values": columns.add(index.array, f"index.{index.name}"), "name": _tagged(index.name)}
    freq = getattr(index, "freq", None)
    if freq is not None:
        from pandas.tseries.frequencies import to_offset

        if to_offset(freq.freqstr) != freq:
            raise Declined(f"an index of the frequency {freq!r}")
        spec["freq"] = freq.freqstr
    return spec


def _labels(labels: Any) -> dict[str, Any]:
    """Describe the labels of columns, which stand in the metadata."""
    kind = type(labels).__name__
    if kind == "RangeIndex":
        return {"range": [labels.start, labels.stop, labels.step], "name": _tagged(labels.name)}
    if kind == "MultiIndex":
        levels = [_listed(labels.get_level_values(i)) for i in range(labels.nlevels)]
        return {"levels": levels, "names": [_tagged(name) for name in labels.names]}
    return {**_listed(labels), "name": _tagged(labels.name)}


def _listed(labels: Any) -> dict[str, Any]:
    name = str(labels.dtype)
    if type(labels).__name__ not in {"Index", "RangeIndex"} or name not in _LABELS:
        raise Declined(f"column labels of the dtype {name}")
    spec: dict[str, Any] = {"list": _tagged(labels.tolist()), "dtype": name}
    if type(labels.dtype).__name__ == "StringDtype":
        spec["string"] = pandas_column.encode(labels.array)[1]
        spec["list"] = _tagged(labels.to_numpy(dtype=object, na_value=None).tolist())
    return spec


def _tagged(value: object) -> Any:
    if survey(value) is Level.OTHER:
        raise Declined("a name, a label or an attribute that is not JSON")
    return tagged.encode(value)


def _from_table(table: Any, layout: dict[str, Any]) -> Any:
    import pandas as pd

    index = _read_index(table, layout["index"])
    if layout["kind"] == "index":
        return index
    value: Any
    if layout["kind"] == "series":
        (one,) = layout["data"]
        column = pandas_column.decode(table.column(one["column"]), one)
        value = pd.Series(column, index=index, dtype=column.dtype, name=tagged.decode(layout["name"]), copy=False)
    else:
        value = pandas_blocks.frame(table, layout["data"], index)
        value.columns = _read_index(table, layout["labels"])
    value.attrs = tagged.decode(layout.get("attrs", {}))
    return value.set_flags(allows_duplicate_labels=False) if layout.get("unique_labels") else value


def _read_index(table: Any, spec: dict[str, Any]) -> Any:
    import numpy as np
    import pandas as pd

    if "range" in spec:
        start, stop, step = spec["range"]
        return pd.RangeIndex(start, stop, step, name=tagged.decode(spec["name"]))
    if "levels" in spec:
        arrays = [_read_index(table, level if "list" in level else {"values": level}) for level in spec["levels"]]
        return pd.MultiIndex.from_arrays(arrays, names=[tagged.decode(name) for name in spec["names"]])
    name = tagged.decode(spec.get("name"))
    if "list" in spec:
        import pyarrow as pa

        listed = tagged.decode(spec["list"])
        if "string" in spec:
            return pandas_column.index_of(
                pandas_column.decode(pa.array(listed, pa.large_string()), spec["string"]), name
            )
        objects = np.empty(len(listed), dtype=object)
        objects[:] = listed
        return pd.Index(objects.astype(spec["dtype"], copy=False), dtype=spec["dtype"], name=name)
    index = pandas_column.index_of(pandas_column.decode(table.column(spec["values"]["column"]), spec["values"]), name)
    if "freq" in spec:
        index.freq = pd.tseries.frequencies.to_offset(spec["freq"])
    return index


def _facts(value: Any, table: Any) -> dict[str, Any]:
    """Give the facts; in the table that was written, columns of data come first, and know their nulls."""
    kind = type(value).__name__
    if kind == "DataFrame":
        columns = list(zip(value.columns[:LISTED], value.dtypes.iloc[:LISTED], strict=True))
        shape: tuple[int, ...] = value.shape
    elif kind == "MultiIndex":
        columns = list(zip(map(str, value.names), value.dtypes, strict=True))
        shape = (len(value),)
    else:
        columns, shape = [("" if value.name is None else value.name, value.dtype)], (len(value),)
    told = table.columns[: min(len(columns), LISTED)]
    return table_facts(
        columns,
        shape=shape,
        bytes=table.nbytes,
        nulls=[column.null_count for column in told],
        kind={"DataFrame": "frame", "Series": "series"}.get(kind, "index"),
    )
