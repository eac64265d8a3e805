"""How much of JSON a value needs, found without encoding it."""

from __future__ import annotations

from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import IntEnum
from fractions import Fraction
from math import isfinite
from typing import Any
from uuid import UUID

from bridge.materializers.classes import fields_of, kind_of


class Level(IntEnum):
    """What can hold a value: JSON as every reader knows it, JSON with tags, or neither.

    >>> survey([1, "a"]).name, survey((1, 2)).name, survey(object()).name
    ('PLAIN', 'TAGGED', 'OTHER')
    """

    PLAIN = 0
    TAGGED = 1
    OTHER = 2


PLAIN, TAGGED, OTHER = Level.PLAIN, Level.TAGGED, Level.OTHER

DEPTH = 100
"""Containers nested deeper go elsewhere: the JSON of most readers would overflow."""

INT_BITS = 10_000
"""Longer integers are tagged (hexadecimal): Python refuses to read decimal ones of over 4,300 digits."""

NUMPY_SCALARS = frozenset(
    [
        "bool",
        "bool_",
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
        "complex64",
        "complex128",
        "datetime64",
        "timedelta64",
        "str_",
    ]
)
"""Names of numpy's scalar types that tagged JSON holds."""

_TEXT = frozenset({str})
_SIMPLE = frozenset({type(None), bool})
_SCALARS = frozenset({type(None), bool, int, float, str})
_TAGGED_SCALARS = frozenset({bytes, bytearray, complex, date, timedelta, Decimal, UUID, Fraction, range})
_TAGGED_CONTAINERS = frozenset({tuple, set, frozenset, OrderedDict, Counter, deque, defaultdict})
FACTORIES = (None, list, dict, set, tuple, int, float, str, bool, OrderedDict)
"""What a `defaultdict` may make its values with to be stored as JSON."""


def survey(value: object) -> Level:
    """Say what can hold a value without loss.

    Types are compared exactly: an instance of a subclass of `dict` is not a dictionary here. Values of a list are
    looked at in C loops, type by type, so that a list of a million numbers costs milliseconds.
    """
    kind = type(value)
    if kind in _SCALARS:
        return _scalars((value,), {kind})
    return _Survey().of(value, 0)


class _Survey:
    """One walk over nested containers; refuses cycles, great depth and values shared too often for JSON."""

    def __init__(self) -> None:
        self.path: set[int] = set()
        self.seen: set[int] = set()
        self.visits = 0

    def of(self, value: Any, depth: int) -> Level:
        kind = type(value)
        if kind in _SCALARS:
            return _scalars((value,), {kind})
        if kind is list:
            return self.inside(value, (value,), PLAIN, depth)
        if kind is dict:
            keys = set(map(type, value))
            level = PLAIN if keys <= _TEXT and not any(key[:1] == "$" for key in value) else TAGGED
            return self.inside(value, (value, value.values()), level, depth)
        if kind in _TAGGED_SCALARS or is_numpy_scalar(kind):
            return TAGGED
        if kind in _TAGGED_CONTAINERS:
            return self.container(value, kind, depth)
        if kind is datetime or kind is time:
            return TAGGED if zone_is_known(value) else OTHER
        return self.instance(value, kind, depth)

    def container(self, value: Any, kind: type, depth: int) -> Level:
        if getattr(value, "__dict__", None):
            return OTHER
        if kind is defaultdict and value.default_factory not in FACTORIES:
            return OTHER
        mapping = issubclass(kind, dict)
        return self.inside(value, (value, value.values()) if mapping else (value,), TAGGED, depth)

    def instance(self, value: Any, kind: type, depth: int) -> Level:
        if kind_of(kind) is None:
            return OTHER
        fields = fields_of(value)
        return OTHER if fields is None else self.inside(value, (fields.values(),), TAGGED, depth)

    def inside(self, owner: object, groups: Iterable[Iterable[Any]], level: Level, depth: int) -> Level:
        me = id(owner)
        self.visits += 1
        if depth >= DEPTH or me in self.path or (self.visits > 10_000 and self.visits > 10 * len(self.seen)):
            return OTHER
        self.path.add(me)
        self.seen.add(me)
        for members in groups:
            kinds = set(map(type, members))
            if kinds <= _SCALARS:
                level = max(level, _scalars(members, kinds))
                continue
            for member in members:
                level = max(level, self.of(member, depth + 1))
                if level is OTHER:
                    return OTHER
        self.path.discard(me)
        return level


def _scalars(values: Iterable[Any], kinds: set[type]) -> Level:
    """Judge scalars of exact builtin types."""
    if kinds <= _SIMPLE:
        return PLAIN
    one = len(kinds) == 1
    if float in kinds and not all(map(isfinite, values if one else (v for v in values if type(v) is float))):
        return TAGGED
    if int in kinds:
        longest = map(int.bit_length, values if one else (v for v in values if type(v) is int))
        if max(longest) > INT_BITS:
            return TAGGED
    if str in kinds:
        texts = list(values) if one else [v for v in values if type(v) is str]
        if not all(map(str.isascii, texts)) and not all(map(is_encodable, texts)):
            return TAGGED
    return PLAIN


def is_encodable(text: str) -> bool:
    """Say whether UTF-8 can hold a text: it has no lone surrogates.

    >>> is_encodable("ä"), is_encodable(chr(0xD800))
    (True, False)
    """
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def is_numpy_scalar(kind: type) -> bool:
    """Say whether a type is one of numpy's scalar types that tagged JSON holds.

    >>> is_numpy_scalar(float)
    False
    """
    return kind.__module__ == "numpy" and kind.__name__ in NUMPY_SCALARS


def zone_is_known(value: datetime | time) -> bool:
    """Say whether a time's zone can be named: none, a fixed offset without a name, or a key of the zone database.

    >>> zone_is_known(datetime(2026, 1, 1))
    True
    """
    from datetime import timezone

    zone = value.tzinfo
    if zone is None:
        return True
    if type(zone) is timezone:
        return (zone == timezone.utc and zone is timezone.utc) or repr(zone) == repr(timezone(zone.utcoffset(None)))
    if type(zone).__module__ == "zoneinfo" and type(zone).__name__ == "ZoneInfo":
        return getattr(zone, "key", None) is not None
    return False
