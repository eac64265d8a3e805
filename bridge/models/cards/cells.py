"""Numbers, times and versions in a card's cells."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any

from bridge.domain.version import Version
from bridge.models.cards.blocks import cut


def number(value: Any) -> str:
    """A number with up to six digits; anything else as text.

    >>> number(0.123456789), number(1_250_000), number(0.5), number("high")
    ('0.123457', '1,250,000', '0.5', 'high')
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    if isinstance(value, int) or (value.is_integer() and abs(value) < 1e12):
        return f"{int(value):,}"
    return f"{value:.6g}"


def time(moment: datetime) -> str:
    """A time, always in UTC: the same card has the same text everywhere.

    >>> time(datetime(2026, 5, 3, 12, 0, tzinfo=timezone.utc))
    '2026-05-03 12:00:00 UTC'
    """
    return f"{moment.astimezone(timezone.utc):%Y-%m-%d %H:%M:%S} UTC"


def value(fact: Any) -> str:
    """A parameter or another JSON-able fact, shortened.

    >>> value({"trees": 100}), value("adam")
    ('{"trees": 100}', 'adam')
    """
    return cut(fact if isinstance(fact, str) else json.dumps(fact, ensure_ascii=False, default=str))


def rows_and_columns(version: Version) -> tuple[str, str]:
    """How large a table or an array is, as far as its metadata tell; else empty.

    >>> from bridge.domain.version import VersionRef
    >>> moment = datetime(2026, 5, 3, tzinfo=timezone.utc)
    >>> rows_and_columns(Version(VersionRef("a", 1), None, "npy", "ndarray", 0, moment, metadata={"shape": [3, 4]}))
    ('3', '4')
    """
    facts = version.metadata
    shape = facts.get("shape")
    lengths = [length for length in shape if isinstance(length, int)] if isinstance(shape, list) else []
    rows = facts.get("rows", lengths[0] if lengths else None)
    columns = lengths[1] if len(lengths) == 2 else None
    return ("" if rows is None else number(rows)), ("" if columns is None else number(columns))
