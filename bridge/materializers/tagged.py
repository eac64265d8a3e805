"""JSON that says of each value what type it is, where JSON itself cannot.

A tagged value is an object with one key that begins with `$`:

| Python | JSON |
|---|---|
| `(1, 2)` | `{"$tuple": [1, 2]}` |
| `{1: 2}`, or a key that begins with `$` | `{"$dict": [[1, 2]]}` |
| `{1, 2}`, `frozenset` | `{"$set": [1, 2]}`, `{"$frozenset": …}`, ordered by their JSON |
| `nan`, `inf` · an integer of over 10,000 bits | `{"$float": "nan"}` · `{"$int": "0x…"}` |
| a text with lone surrogates | `{"$str": "<hex of UTF-8, surrogates passed>"}` |
| `bytes`, `bytearray` | `{"$bytes": "<base64>"}`, `{"$bytearray": …}` |
| `datetime`, `date`, `time` | `{"$datetime": ["<ISO 8601>", zone or null, fold]}` … |
| `timedelta` · `complex` | `{"$timedelta": [days, seconds, µs]}` · `{"$complex": [re, im]}` |
| `range` | `{"$range": […]}` |
| `Decimal`, `Fraction`, `UUID` | `{"$decimal": "1.0"}` … |
| `OrderedDict`, `Counter`, `defaultdict`, `deque` | `{"$ordereddict": [[k, v], …]}` … |
| `np.float64(0.5)` | `{"$numpy": ["float64", 0.5]}` |
| dataclass, pydantic model, named tuple, enum member | `{"$dataclass": ["module:qualname", {…}]}` … |
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from math import isfinite
from typing import Any
from uuid import UUID

from bridge.materializers.classes import class_at as _class_at
from bridge.materializers.classes import fields_of, kind_of, make, path_of
from bridge.materializers.survey import FACTORIES, INT_BITS, NUMPY_SCALARS, is_encodable, is_numpy_scalar

_AT_ONCE = 4096


def encode(value: Any) -> Any:
    """Turn a value that `survey` finds TAGGED or PLAIN into what `json.dumps` takes.

    >>> encode({"shape": (2, 3)})
    {'shape': {'$tuple': [2, 3]}}
    """
    kind = type(value)
    if kind in _ENCODERS:
        return _ENCODERS[kind](value)
    if is_numpy_scalar(kind):
        return {"$numpy": [kind.__name__, *_numpy_payload(value)]}
    kind_name, fields = kind_of(kind), fields_of(value)
    if kind_name is None or fields is None:
        raise TypeError(f"{kind.__qualname__} has no place in tagged JSON")
    return {f"${kind_name}": [path_of(kind), {name: encode(field) for name, field in fields.items()}]}


def decode(value: Any) -> Any:
    """Turn what `json.loads` gave back into the value.

    Raises:
        UnreadableError: If a class that it names is not there any more.
        ValueError: If a tag is unknown.

    >>> decode({"shape": {"$tuple": [2, 3]}})
    {'shape': (2, 3)}
    """
    if type(value) is list:
        return [decode(member) for member in value]
    if type(value) is not dict:
        return value
    if len(value) == 1:
        ((tag, content),) = value.items()
        if tag[:1] == "$":
            if tag not in _DECODERS:
                raise ValueError(f"the tag {tag!r} is unknown; a later version may have written it")
            return _DECODERS[tag](content)
    return {key: decode(member) for key, member in value.items()}


def dumps(value: Any) -> str:
    """Write what `encode` gave, or plain JSON, the one way that bridge writes it.

    >>> dumps({"b": 1, "a": "é"})
    '{"b":1,"a":"é"}'
    """
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def pieces(value: Any) -> Iterator[bytes]:
    """The bytes of `dumps`, in pieces: a long list is never there as one text besides.

    >>> b"".join(pieces([1, "é"])).decode(), len(list(pieces([0] * 100_000)))
    ('[1,"é"]', 26)
    """
    if type(value) is not list or len(value) <= _AT_ONCE:
        yield dumps(value).encode()
        return
    for start in range(0, len(value), _AT_ONCE):
        yield (b"," if start else b"[") + dumps(value[start : start + _AT_ONCE])[1:-1].encode()
    yield b"]"


def _text(value: str) -> Any:
    return value if is_encodable(value) else {"$str": value.encode("utf-8", "surrogatepass").hex()}


def _int(value: int) -> Any:
    return value if value.bit_length() <= INT_BITS else {"$int": hex(value)}


def _float(value: float) -> Any:
    return value if isfinite(value) else {"$float": repr(value)}


def _dict(value: dict[Any, Any]) -> Any:
    if all(type(key) is str and key[:1] != "$" and is_encodable(key) for key in value):
        return {key: encode(member) for key, member in value.items()}
    return {"$dict": _pairs(value)}


def _pairs(value: dict[Any, Any]) -> list[Any]:
    return [[encode(key), encode(member)] for key, member in value.items()]


def _list(value: Any) -> list[Any]:
    return [encode(member) for member in value]


def _ordered(value: Any) -> list[Any]:
    return sorted(_list(value), key=dumps)


def _moment(value: datetime | time) -> list[Any]:
    key = getattr(value.tzinfo, "key", None)
    iso = (value if key is None else value.replace(tzinfo=None)).isoformat()
    return [iso, key, value.fold]


def _read_moment(kind: Callable[[str], Any], content: list[Any]) -> Any:
    iso, key, fold = content
    moment = kind(iso).replace(fold=fold)
    if key is not None:
        from zoneinfo import ZoneInfo

        moment = moment.replace(tzinfo=ZoneInfo(key))
    return moment


def _numpy_payload(value: Any) -> list[Any]:
    name = type(value).__name__
    if name in {"datetime64", "timedelta64"}:
        return [int(value.view("int64")), value.dtype.str]
    if name.startswith("complex"):
        return [value.tobytes().hex()]
    return [encode(value.item())]


def _read_numpy(content: list[Any]) -> Any:
    import numpy as np

    name, payload, *rest = content
    if name not in NUMPY_SCALARS:
        raise ValueError(f"numpy has no scalar type {name!r} here")
    if rest:
        return np.int64(payload).view(rest[0])
    kind = getattr(np, name, None) or getattr(np, name.rstrip("_"))
    if name.startswith("complex"):
        return np.frombuffer(bytes.fromhex(payload), kind)[0]
    return kind(decode(payload))


def _defaultdict(value: defaultdict[Any, Any]) -> Any:
    factory = value.default_factory
    return {"$defaultdict": [factory and factory.__name__, _pairs(value)]}


_FACTORY_NAMES: dict[Any, Any] = {factory and factory.__name__: factory for factory in FACTORIES}


def _instance(kind: Any) -> Callable[[list[Any]], Any]:
    def read(content: list[Any]) -> Any:
        path, fields = content
        cls = _class_at(path, kind)
        return make(cls, kind, {name: decode(field) for name, field in fields.items()})

    return read


def _read_pairs(content: list[Any]) -> list[tuple[Any, Any]]:
    return [(decode(key), decode(member)) for key, member in content]


def _members(content: list[Any]) -> list[Any]:
    return [decode(member) for member in content]


_ENCODERS: dict[type, Callable[[Any], Any]] = {
    type(None): lambda value: value,
    bool: lambda value: value,
    int: _int,
    float: _float,
    str: _text,
    list: _list,
    dict: _dict,
    tuple: lambda value: {"$tuple": _list(value)},
    set: lambda value: {"$set": _ordered(value)},
    frozenset: lambda value: {"$frozenset": _ordered(value)},
    deque: lambda value: {"$deque": [value.maxlen, _list(value)]},
    OrderedDict: lambda value: {"$ordereddict": _pairs(value)},
    Counter: lambda value: {"$counter": _pairs(value)},
    defaultdict: _defaultdict,
    bytes: lambda value: {"$bytes": b64encode(value).decode()},
    bytearray: lambda value: {"$bytearray": b64encode(value).decode()},
    complex: lambda value: {"$complex": [_float(value.real), _float(value.imag)]},
    range: lambda value: {"$range": [_int(value.start), _int(value.stop), _int(value.step)]},
    datetime: lambda value: {"$datetime": _moment(value)},
    time: lambda value: {"$time": _moment(value)},
    date: lambda value: {"$date": value.isoformat()},
    timedelta: lambda value: {"$timedelta": [value.days, value.seconds, value.microseconds]},
    Decimal: lambda value: {"$decimal": str(value)},
    Fraction: lambda value: {"$fraction": [_int(value.numerator), _int(value.denominator)]},
    UUID: lambda value: {"$uuid": str(value)},
}

_DECODERS: dict[str, Callable[[Any], Any]] = {
    "$int": lambda content: int(content, 16),
    "$float": float,
    "$str": lambda content: bytes.fromhex(content).decode("utf-8", "surrogatepass"),
    "$dict": lambda content: dict(_read_pairs(content)),
    "$tuple": lambda content: tuple(_members(content)),
    "$set": lambda content: set(_members(content)),
    "$frozenset": lambda content: frozenset(_members(content)),
    "$deque": lambda content: deque(_members(content[1]), maxlen=content[0]),
    "$ordereddict": lambda content: OrderedDict(_read_pairs(content)),
    "$counter": lambda content: Counter(dict(_read_pairs(content))),
    "$defaultdict": lambda content: defaultdict(_FACTORY_NAMES[content[0]], _read_pairs(content[1])),
    "$bytes": lambda content: b64decode(content, validate=True),
    "$bytearray": lambda content: bytearray(b64decode(content, validate=True)),
    "$complex": lambda content: complex(decode(content[0]), decode(content[1])),
    "$range": lambda content: range(*_members(content)),
    "$datetime": lambda content: _read_moment(datetime.fromisoformat, content),
    "$time": lambda content: _read_moment(time.fromisoformat, content),
    "$date": date.fromisoformat,
    "$timedelta": lambda content: timedelta(*content),
    "$decimal": Decimal,
    "$fraction": lambda content: Fraction(*_members(content)),
    "$uuid": UUID,
    "$numpy": _read_numpy,
    "$dataclass": _instance("dataclass"),
    "$pydantic": _instance("pydantic"),
    "$namedtuple": _instance("namedtuple"),
    "$enum": _instance("enum"),
}
