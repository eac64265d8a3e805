"""One pandas column as one Arrow column, with what Arrow does not say beside it.

Which dtypes are held exactly is a list; whatever is not on it is declined, never approximated. Floats keep their bits
(NaN is not null). A column of Python objects is text if it is only text with one kind of missing value, otherwise the
tagged JSON of each value. Missing values of nullable dtypes are null.
"""

from __future__ import annotations

import json
from typing import Any

import bridge.materializers.tagged as tagged
from bridge.materializers.declined import Declined
from bridge.materializers.survey import Level, is_encodable, survey

NUMERIC = frozenset(
    [
        "int8",
        "int16",
        "int32",
        "int64",
        "uint8",
        "uint16",
        "uint32",
        "uint64",
        "float16",
        "float32",
        "float64",
        "bool",
    ]
)
_MASKED = frozenset(
    [
        "Int8",
        "Int16",
        "Int32",
        "Int64",
        "UInt8",
        "UInt16",
        "UInt32",
        "UInt64",
        "Float32",
        "Float64",
        "boolean",
    ]
)
_MISSING = {"NoneType": "None", "float": "nan", "NAType": "NA"}
MOST_CATEGORIES = 100_000

WORTH_KEEPING = 1 << 16
"""Bytes of a column that is left in Arrow's memory."""


def supports(dtype: Any) -> bool:
    """Say whether columns of a dtype are held exactly, as far as the dtype tells.

    >>> import pandas as pd
    >>> supports(pd.Series([1]).dtype), supports(pd.Series([1j]).dtype)
    (True, False)
    """
    name, kind = str(dtype), type(dtype).__name__
    if kind == "CategoricalDtype":
        return (
            len(dtype.categories) <= MOST_CATEGORIES
            and supports(dtype.categories.dtype)
            and not isinstance(dtype.categories.dtype, type(dtype))
        )
    if kind == "DatetimeTZDtype":
        return type(dtype)(dtype.unit, str(dtype.tz)).tz == dtype.tz if _names_zone(dtype) else False
    if kind == "ArrowDtype":
        return _is_kept(dtype.pyarrow_dtype)
    if kind == "StringDtype":
        return True
    if getattr(dtype, "kind", "") in "mM" and hasattr(dtype, "isnative"):
        return bool(dtype.isnative) and name.endswith(("[s]", "[ms]", "[us]", "[ns]"))
    return name in NUMERIC or name in _MASKED or name == "object"


def _names_zone(dtype: Any) -> bool:
    try:
        made = type(dtype)(dtype.unit, str(dtype.tz))
    except Exception:  # noqa: BLE001  each time zone library has errors of its own for a name that it does not know
        return False
    return type(made.tz) is type(dtype.tz)


def _is_kept(arrow: Any) -> bool:
    import pyarrow as pa

    kinds = pa.types
    exact = (kinds.is_integer, kinds.is_floating, kinds.is_boolean, kinds.is_string, kinds.is_large_string)
    more = (kinds.is_binary, kinds.is_date32, kinds.is_decimal128)
    return any(check(arrow) for check in (*exact, *more)) or (kinds.is_timestamp(arrow) and arrow.unit != "s")


def encode(values: Any) -> tuple[Any, dict[str, Any]]:
    """Turn the array of a column or an index into an Arrow array and what is needed to turn it back.

    Raises:
        Declined: If it holds what neither Arrow nor tagged JSON holds exactly.
    """
    import pyarrow as pa

    dtype = values.dtype
    if not supports(dtype):
        raise Declined(f"a column of the dtype {dtype}")
    kind = type(dtype).__name__
    if kind == "CategoricalDtype":
        return _encode_categorical(values)
    if kind == "StringDtype":
        return _encode_string(values, dtype)
    if kind == "ArrowDtype":
        return values.__arrow_array__(), {"kind": "arrow"}
    if kind == "DatetimeTZDtype":
        utc = values.tz_convert("UTC").tz_localize(None).to_numpy()
        return pa.array(utc), {"kind": "zoned", "unit": dtype.unit, "zone": str(dtype.tz)}
    if str(dtype) == "object":
        return _encode_objects(values)
    if str(dtype) in _MASKED:
        return pa.array(values), {"kind": "masked", "dtype": str(dtype)}
    return pa.array(values.to_numpy()), {"kind": "numpy", "dtype": str(dtype)}


def _encode_string(values: Any, dtype: Any) -> tuple[Any, dict[str, Any]]:
    import pyarrow as pa

    missing = "nan" if isinstance(dtype.na_value, float) else "NA"
    try:
        if dtype.storage == "pyarrow":
            array = pa.array(values).cast(pa.large_string())
            array = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
        else:
            array = pa.array(values.to_numpy(dtype=object, na_value=None), pa.large_string())
    except (UnicodeEncodeError, pa.ArrowException) as error:
        raise Declined(f"text that UTF-8 does not hold ({error})") from error
    return array, {"kind": "string", "storage": dtype.storage, "missing": missing}


def _encode_categorical(values: Any) -> tuple[Any, dict[str, Any]]:
    import pyarrow as pa

    categories, label_spec = encode(values.categories.array)
    if label_spec["kind"] in {"arrow"}:
        raise Declined("categories of an Arrow dtype")
    codes = values.codes
    indices = pa.array(codes.astype("int32"), mask=codes < 0)
    spec = {"kind": "categorical", "ordered": bool(values.ordered), "labels": label_spec}
    return indices, {**spec, "categories": _ipc(categories)}


def _ipc(array: Any) -> str:
    """Write an Arrow array as text, to stand in a column's description."""
    import base64

    import pyarrow as pa

    target = pa.BufferOutputStream()
    batch = pa.record_batch([array], names=["categories"])
    with pa.ipc.new_stream(target, batch.schema) as writer:
        writer.write_batch(batch)
    return base64.b64encode(target.getvalue()).decode()


def _from_ipc(text: str) -> Any:
    import base64

    import pyarrow as pa

    return pa.ipc.open_stream(base64.b64decode(text)).read_all().column(0)


def _encode_objects(values: Any) -> tuple[Any, dict[str, Any]]:
    import pyarrow as pa

    objects = values.to_numpy()
    kinds = set(map(type, objects))
    missing = {kind.__name__ for kind in kinds if kind is not str}
    nans = float not in kinds or all(value != value for value in objects if type(value) is float)
    texts = str not in kinds or all(is_encodable(value) for value in objects if type(value) is str)
    if len(missing) <= 1 and missing <= set(_MISSING) and nans and texts:
        spec = {"kind": "text", "missing": _MISSING[missing.pop()] if missing else "None"}
        return pa.array([value if type(value) is str else None for value in objects], pa.large_string()), spec
    listed = objects.tolist()
    if survey(listed) is Level.OTHER:
        raise Declined(f"a column of Python objects: {', '.join(sorted(kind.__name__ for kind in kinds))}")
    return pa.array([tagged.dumps(tagged.encode(value)) for value in listed], pa.large_string()), {"kind": "json"}


def decode(column: Any, spec: dict[str, Any], *, copy: bool = True) -> Any:
    """Turn an Arrow column back into an array that pandas takes; its memory is its own, or immutable.

    Without `copy` it may be Arrow's, which nobody may write to: for who makes a copy of all columns in any case.

    >>> import numpy as np, pandas as pd
    >>> decode(*encode(pd.array([1, None], dtype="Int64")))
    <IntegerArray>
    [1, <NA>]
    Length: 2, dtype: Int64
    """
    import numpy as np
    import pandas as pd
    import pyarrow as pa

    kind = spec["kind"]
    chunked = column if isinstance(column, pa.ChunkedArray) else pa.chunked_array([column])
    if kind == "numpy":
        values = _owned(chunked) if copy else chunked.to_numpy(zero_copy_only=False)
        return values.astype(spec["dtype"], copy=False)
    if kind == "masked":
        dtype: Any = pd.api.types.pandas_dtype(spec["dtype"])
        return dtype.__from_arrow__(chunked)
    if kind == "arrow":
        return pd.arrays.ArrowExtensionArray(chunked)
    if kind == "zoned":
        naive = np.array(chunked.to_numpy(zero_copy_only=False)).astype(f"M8[{spec['unit']}]", copy=False)
        return pd.DatetimeIndex(naive).tz_localize("UTC").tz_convert(spec["zone"])._data
    if kind == "string":
        return _decode_string(chunked, spec)
    if kind == "categorical":
        return _decode_categorical(chunked, spec)
    return _decode_objects(chunked, spec)


def _owned(chunked: Any) -> Any:
    """An array of its own: Arrow's memory, if that was filled by reading and is nobody else's, or a copy."""
    import numpy as np
    import pyarrow as pa

    if chunked.num_chunks == 1 and not chunked.null_count and not pa.types.is_boolean(chunked.type):
        array = chunked.chunk(0)
        values = array.to_numpy(zero_copy_only=False)
        data = array.buffers()[1]
        if data is not None and data.is_mutable and values.nbytes >= WORTH_KEEPING:
            return np.frombuffer(data, values.dtype, len(array), array.offset * values.dtype.itemsize)
    return np.array(chunked.to_numpy(zero_copy_only=False))


def _decode_string(chunked: Any, spec: dict[str, Any]) -> Any:
    import numpy as np
    import pandas as pd

    if spec["storage"] == "pyarrow":
        dtype: Any = pd.StringDtype("pyarrow", **({} if spec["missing"] == "NA" else {"na_value": np.nan}))
        return dtype.__from_arrow__(chunked)
    objects = np.array(chunked.to_pylist(), dtype=object).reshape(len(chunked))
    if spec["missing"] == "NA":
        return pd.array(objects, dtype=pd.StringDtype(spec["storage"]))
    if spec["storage"].endswith("_numpy"):  # pandas 2.2's name of it
        return pd.array(objects, dtype=pd.StringDtype(spec["storage"]))
    return pd.array(objects, dtype=pd.StringDtype(spec["storage"], na_value=np.nan))


def _decode_categorical(chunked: Any, spec: dict[str, Any]) -> Any:
    import numpy as np
    import pandas as pd

    labels = index_of(decode(_from_ipc(spec["categories"]), spec["labels"]))
    codes = np.array(chunked.fill_null(-1).to_numpy(zero_copy_only=False))
    return pd.Categorical.from_codes(codes, categories=labels, ordered=spec["ordered"])


def _decode_objects(chunked: Any, spec: dict[str, Any]) -> Any:
    import numpy as np
    import pandas as pd

    texts = chunked.to_pylist()
    objects = np.empty(len(texts), dtype=object)
    if spec["kind"] == "json":
        objects[:] = [tagged.decode(json.loads(text)) for text in texts] if texts else []
        return objects
    missing = {"None": None, "nan": float("nan"), "NA": pd.NA}[spec["missing"]]
    objects[:] = [missing if text is None else text for text in texts]
    return objects


def index_of(array: Any, name: Any = None) -> Any:
    """Make an index of an array, of the array's own dtype.

    >>> index_of(__import__("numpy").array(["a"], dtype=object)).dtype
    dtype('O')
    """
    import pandas as pd

    return pd.Index(array, dtype=array.dtype, name=name, copy=False)
