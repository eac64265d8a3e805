"""How text, times and JSON-able facts become columns, such that recording never fails because of a value."""

from __future__ import annotations

import json
import math
import numbers
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta, timezone
from hashlib import blake2b
from typing import Any

NAME_LIMIT = 500
"""Characters of a name that is looked up by; PostgreSQL refuses index entries above 2.7 kB."""

BRIEF = 1000
"""Bytes of a tag's key and of its value, which stand in one index entry."""

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_MICROSECOND = timedelta(microseconds=1)
_DEPTH = 40
_BITS = 1024  # Python refuses to print or read integers of over 4,300 digits


def plain(text: str) -> str:
    r"""Text that both databases take: lone surrogates and NUL are written as escapes.

    >>> plain("année"), plain("a\x00b"), plain("\udcff")
    ('année', 'a\\x00b', '\\udcff')
    """
    if "\0" in text:
        text = text.replace("\0", "\\x00")
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode("utf-8")


def key(text: str) -> str:
    """Text to look things up by: `plain`, and a very long one is cut and ends in its hash.

    >>> key("churn"), len(key("x" * 10_000))
    ('churn', 500)
    """
    text = plain(text)
    if len(text) <= NAME_LIMIT:
        return text
    return f"{text[: NAME_LIMIT - 33]}~{blake2b(text.encode(), digest_size=16).hexdigest()}"


def brief(text: str) -> str:
    """Text that an index holds: `plain`, and what has over 1,000 bytes is cut and ends in its hash.

    >>> brief("growth"), len(brief("Ω" * 10_000).encode())
    ('growth', 999)
    """
    text = plain(text)
    data = text.encode()
    if len(data) <= BRIEF:
        return text
    start = data[: BRIEF - 33].decode("utf-8", "ignore")
    return f"{start}~{blake2b(data, digest_size=16).hexdigest()}"


def stamp(moment: datetime) -> int:
    """Microseconds since 1970; a time without a zone is taken for UTC.

    >>> stamp(datetime(1970, 1, 1, 0, 0, 1))
    1000000
    """
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    return (moment - _EPOCH) // _MICROSECOND


def moment(stamp: int) -> datetime:
    """The time, in UTC, that `stamp` wrote.

    >>> moment(1000000).isoformat()
    '1970-01-01T00:00:01+00:00'
    """
    return _EPOCH + timedelta(microseconds=stamp)


def encode(facts: Mapping[str, Any]) -> str:
    """Facts as JSON; what JSON does not know is written as text, NaN and infinities included.

    >>> encode({"rows": 3, "auc": float("nan"), "tags": {"a"}})
    '{"rows": 3, "auc": "nan", "tags": ["a"]}'
    """
    if not facts:
        return "{}"
    try:
        return json.dumps(facts, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        return json.dumps(_jsonable(facts, ()), allow_nan=False)


def decode(text: str) -> dict[str, Any]:
    """The facts that `encode` wrote.

    >>> decode('{"rows": 3}')
    {'rows': 3}
    """
    facts: dict[str, Any] = {} if text == "{}" else json.loads(text)
    return facts


def _jsonable(value: object, inside: tuple[int, ...]) -> object:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, numbers.Integral):
        whole = int(value)
        return whole if whole.bit_length() <= _BITS else hex(whole)
    if isinstance(value, numbers.Real):
        real = float(value)
        return real if math.isfinite(real) else str(real)
    if id(value) in inside or len(inside) == _DEPTH:
        return _text(value)
    inside = (*inside, id(value))
    if isinstance(value, Mapping):
        return {_text(name): _jsonable(item, inside) for name, item in value.items()}
    if isinstance(value, AbstractSet):
        return sorted((_jsonable(item, inside) for item in value), key=_text)
    if isinstance(value, list | tuple):
        return [_jsonable(item, inside) for item in value]
    return _text(value)


def _text(value: object) -> str:
    try:
        return str(value)
    except Exception:  # noqa: BLE001 - the user's own __str__; recording goes on
        return f"<{type(value).__name__}>"
