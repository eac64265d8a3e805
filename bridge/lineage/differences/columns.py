"""Two Arrow columns made comparable, cell by cell or as codes of their values."""

from __future__ import annotations

from typing import Any

_UNITS = {"s": 0, "ms": 1, "us": 2, "ns": 3}
_DENSE = 1 << 62


def plain(array: Any) -> Any:
    """An Arrow array in one piece, of a type whose values can be hashed and compared.

    Dictionaries become their values, nested types the text of each value, all texts `large_string`; zones go, since
    instants are compared.

    >>> import pyarrow as pa
    >>> plain(pa.array(["a", "b"]).dictionary_encode()).type, plain(pa.array([[1]])).to_pylist()
    (DataType(large_string), ['[1]'])
    """
    import pyarrow as pa

    if isinstance(array, pa.ChunkedArray):
        array = pa.concat_arrays(array.chunks) if array.num_chunks else pa.array([], array.type)
    kinds = pa.types
    if isinstance(array.type, pa.BaseExtensionType):
        return plain(array.storage)
    if kinds.is_dictionary(array.type):
        return plain(array.dictionary_decode())
    if kinds.is_nested(array.type) or kinds.is_interval(array.type) or kinds.is_run_end_encoded(array.type):
        texts = [None if each is None else repr(each) for each in array.to_pylist()]
        return pa.array(texts, pa.large_string())
    if array.type in (pa.string(), pa.string_view()):
        return array.cast(pa.large_string())
    if kinds.is_binary(array.type) or kinds.is_fixed_size_binary(array.type) or array.type == pa.binary_view():
        return array.cast(pa.large_binary())
    if kinds.is_float16(array.type):
        return array.cast(pa.float32())
    if kinds.is_timestamp(array.type) and array.type.tz:
        return array.cast(pa.timestamp(array.type.unit, "UTC"))
    return array


def comparable(old: Any, new: Any, *, nan_is_null: bool = False) -> tuple[Any, Any] | None:
    """Both columns in one type, floats without -0.0 and with one NaN; None if their values do not compare.

    Numbers compare by value, whatever their types; a float32 and a float64 as float32, instants and spans in the finer
    unit.

    >>> import pyarrow as pa
    >>> comparable(pa.array([1]), pa.array([1.5]))[0].type, comparable(pa.array([1]), pa.array(["1"]))
    (DataType(double), None)
    """
    import pyarrow as pa

    old, new = plain(old), plain(new)
    kind = _common(old.type, new.type)
    if kind is None:
        return None
    try:
        both = [each.cast(kind, safe=not pa.types.is_floating(kind)) for each in (old, new)]
    except pa.ArrowException:
        return None
    if pa.types.is_floating(kind):
        both = [_normal(each, nan_is_null) for each in both]
    return both[0], both[1]


def _common(old: Any, new: Any) -> Any:
    import pyarrow as pa

    kinds = pa.types
    if old == new:
        return old
    for one, other in ((old, new), (new, old)):
        if kinds.is_null(one):
            return other
    for alike in (kinds.is_timestamp, kinds.is_duration, kinds.is_time):
        if alike(old) and alike(new):
            same_zone = not kinds.is_timestamp(old) or old.tz == new.tz
            return max(old, new, key=lambda kind: _UNITS[kind.unit]) if same_zone else None
    for one, other in ((old, new), (new, old)):
        if kinds.is_date(one) and (kinds.is_date(other) or (kinds.is_timestamp(other) and not other.tz)):
            return other if kinds.is_timestamp(other) else pa.date64()
    if kinds.is_decimal(old) and kinds.is_decimal(new):
        return pa.decimal256(76, max(old.scale, new.scale))
    if all(kinds.is_integer(kind) or kinds.is_floating(kind) or kinds.is_decimal(kind) for kind in (old, new)):
        return _number(old, new)
    return None


def _number(old: Any, new: Any) -> Any:
    import pyarrow as pa

    if pa.types.is_integer(old) and pa.types.is_integer(new):
        unsigned = pa.uint64() in (old, new)
        return pa.decimal128(20, 0) if unsigned and not _is_unsigned(old, new) else _widest(old, new)
    return pa.float32() if pa.types.is_floating(old) and pa.types.is_floating(new) else pa.float64()


def _is_unsigned(old: Any, new: Any) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_unsigned_integer(old) and pa.types.is_unsigned_integer(new))


def _widest(old: Any, new: Any) -> Any:
    import pyarrow as pa

    return pa.uint64() if _is_unsigned(old, new) else pa.int64()


def _normal(array: Any, nan_is_null: bool) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    nan = pa.scalar(None if nan_is_null else float("nan"), array.type)
    return pc.if_else(pc.is_nan(array), nan, pc.add(array, pa.scalar(0.0, array.type)))


def differs(old: Any, new: Any) -> Any:
    """Say for each place whether two columns of one type and length differ, as a NumPy array.

    Missing equals missing, NaN equals NaN.

    >>> import pyarrow as pa
    >>> nan = float("nan")
    >>> differs(pa.array([1.0, nan, None, 2.0]), pa.array([1.0, nan, 3.0, 2.5])).tolist()
    [False, False, True, True]
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    gone_old, gone_new = (np.asarray(pc.is_null(each)) for each in (old, new))
    if pa.types.is_null(old.type) or old.equals(new):
        return gone_old != gone_new
    unequal = np.asarray(pc.fill_null(pc.not_equal(old, new), False))
    if pa.types.is_floating(old.type):
        nan_old, nan_new = (np.asarray(pc.fill_null(pc.is_nan(each), False)) for each in (old, new))
        unequal &= ~(nan_old & nan_new)
    return unequal | (gone_old != gone_new)


def codes(columns: list[tuple[Any, Any]]) -> tuple[Any, Any, int]:
    """Give each row of both sides a number, equal for equal rows, counted from 0; and how many there are.

    Args:
        columns: Pairs of columns as `comparable` gives them; at least one.

    >>> import pyarrow as pa
    >>> old, new, count = codes([(pa.array(["a", "b"]), pa.array(["b", "c"]))])
    >>> old.tolist(), new.tolist(), count
    ([0, 1], [1, 2], 3)
    """
    import numpy as np
    import pyarrow as pa

    rows = len(columns[0][0])
    found: Any = None
    count = 1
    for old, new in columns:
        both = pa.concat_arrays([old, new])
        if pa.types.is_null(both.type):
            place, values = np.zeros(len(both), np.int64), 1
        else:
            encoded = both.dictionary_encode(null_encoding="encode")
            place, values = encoded.indices.to_numpy().astype(np.int64), len(encoded.dictionary)
        if found is None:
            found, count = place, values
        else:
            joint = pa.array(found * max(values, 1) + place).dictionary_encode()
            found, count = joint.indices.to_numpy().astype(np.int64), len(joint.dictionary)
    return found[:rows], found[rows:], count
