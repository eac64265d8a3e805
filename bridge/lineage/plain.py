"""Values of lineage as what JSON has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime, timezone
from typing import Any

from bridge.domain.secret_urls import redacted
from bridge.domain.version import VersionRef

_URLS = frozenset({"tracking_uri", "origin"})


def plain(value: Any) -> Any:
    """A value as JSON has it: versions by selector, moments in ISO 8601, secrets of URLs left out.

    >>> plain({VersionRef("churn", 3): (datetime(2026, 5, 3, 12, tzinfo=timezone.utc), float("nan"))})
    {'churn@3': ['2026-05-03T12:00:00.000000Z', 'nan']}
    """
    if isinstance(value, VersionRef):
        return str(value)
    if is_dataclass(value) and not isinstance(value, type):
        told = {field.name: getattr(value, field.name) for field in fields(value)}
        return {name: _url(one) if name in _URLS else plain(one) for name, one in told.items()}
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(one) for one in value]
    if isinstance(value, datetime):
        return value.astimezone(timezone.utc).isoformat(timespec="microseconds").replace("+00:00", "Z")
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return str(value)
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)


def _url(value: Any) -> Any:
    return redacted(value) if isinstance(value, str) else value
