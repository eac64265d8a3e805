"""A run's parameters as facts that JSON and a tracker can keep."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from enum import Enum
from typing import Any

LONGEST = 2000
"""Characters of a parameter's text that are recorded."""

DEEPEST = 4
MOST_ITEMS = 50
MOST_KEYS = 1000


def readable(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters as facts: plain values as they are, dataclasses and models by field, anything else by type and shape.

    >>> from enum import Enum
    >>> Loss = Enum("Loss", ["SQUARED", "LOG"])
    >>> readable({"lr": 0.1, "layers": [64, 64], "loss": Loss.LOG})
    {'lr': 0.1, 'layers': [64, 64], 'loss': 'LOG'}
    """
    return {name: _safely(value) for name, value in parameters.items()}


def _safely(value: Any) -> Any:
    try:
        return _readable(value, 0)
    except Exception:  # noqa: BLE001 - a user's own class may do anything when it is looked at
        return f"<{type(value).__qualname__}>"


def _readable(value: Any, depth: int) -> Any:
    plain = _plain(value)
    if plain is not value or value is None or isinstance(value, (bool, int, float)):
        return plain
    if isinstance(value, str):
        return value if len(value) <= LONGEST else f"{value[:LONGEST]}… ({len(value)} characters)"
    if depth < DEEPEST:
        fields = fields_of(value)
        if fields is not None and len(fields) <= MOST_KEYS:
            return {str(key): _readable(item, depth + 1) for key, item in fields.items()}
        if isinstance(value, (list, tuple, set, frozenset)) and len(value) <= MOST_ITEMS:
            return [_readable(item, depth + 1) for item in _in_order(value)]
    return _kind(value)


def _plain(value: Any) -> Any:
    """What an enumeration's member, a number of numpy's, a path or a time is in plain words; else the value itself."""
    if isinstance(value, Enum):
        return str(value.value) if isinstance(value.value, str) else value.name
    if type(value).__module__ == "numpy" and getattr(value, "shape", None) == () and hasattr(value, "item"):
        return value.item() if isinstance(value.item(), (bool, int, float)) else str(value)
    if isinstance(value, (os.PathLike, datetime, date, time, timedelta)):
        return str(value)
    return str(value) if type(value).__module__ in {"uuid", "decimal", "fractions"} else value


def fields_of(value: Any) -> Mapping[Any, Any] | None:
    """The parts of a value that has them by name: mappings, dataclasses, pydantic models, attrs, named tuples."""
    if isinstance(value, Mapping):
        return value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name, None) for field in dataclasses.fields(value) if field.repr}
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return dict(zip(value._fields, value, strict=False))
    for names in ("model_fields", "__attrs_attrs__"):
        known = getattr(type(value), names, None)
        if isinstance(known, dict):
            return {name: getattr(value, name, None) for name, field in known.items() if field.repr}
        if isinstance(known, tuple):
            return {field.name: getattr(value, field.name, None) for field in known if field.repr}
    return None


def _in_order(value: Any) -> Any:
    return sorted(value, key=repr) if isinstance(value, (set, frozenset)) else value


def _kind(value: Any) -> str:
    shape = getattr(value, "shape", None)
    kind = type(value).__qualname__
    if isinstance(shape, tuple):
        return f"<{kind} {'x'.join(str(n) for n in shape)}>"
    if isinstance(value, type) or callable(value):
        return getattr(value, "__qualname__", f"<{kind}>")
    return f"<{kind}>"
