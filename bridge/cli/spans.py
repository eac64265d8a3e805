"""Spans of time as people write them on a command line."""

from __future__ import annotations

import re
from datetime import timedelta

from bridge.domain.errors import SettingsError

_UNITS = {"s": 1, "min": 60, "h": 3600, "d": 86_400, "w": 7 * 86_400}
_SPAN = re.compile(r"(\d+(?:\.\d+)?) ?(s|min|h|d|w)")


def span(option: str, text: str) -> timedelta:
    """Read a span of time; `option` is named if it is none.

    Raises:
        SettingsError: If it is no number with a unit.

    >>> span("--grace", "24h"), span("--older-than", "30d")
    (datetime.timedelta(days=1), datetime.timedelta(days=30))
    >>> span("--grace", "soon")
    Traceback (most recent call last):
    bridge.domain.errors.SettingsError: --grace='soon' cannot be used: write a number with its unit: 90s, 30min, ...
    """
    found = _SPAN.fullmatch(text.strip() if text.strip() != "0" else "0s")
    if found is None:
        raise SettingsError(option, text, "write a number with its unit: 90s, 30min, 24h, 30d or 2w")
    try:
        return timedelta(seconds=float(found[1]) * _UNITS[found[2]])
    except OverflowError as error:
        raise SettingsError(option, text, "it is longer than time itself; write it shorter") from error
