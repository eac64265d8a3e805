"""Previews of containers: their first members."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Any

from bridge.domain.preview import Preview
from bridge.materializers.classes import fields_of
from bridge.materializers.names import type_name
from bridge.materializers.previews import text
from bridge.materializers.previews.shortened import cell, cut

MEMBERS = 20


def preview(value: Any, until: float) -> Preview | None:
    """Show the names, types and short texts of the first members; of a text its first lines.

    >>> preview([1.5, "x"], 9e9).facts["members"]
    [['0', 'float', '1.5'], ['1', 'str', 'x']]
    """
    if isinstance(value, str):
        return text.preview(value, until)
    items = _items(value)
    if items is None:
        return None
    listed = [[cut(str(cell(key))), type_name(member), _told(member)] for key, member in islice(items, MEMBERS)]
    return Preview.of("members", {"length": _length(value), "members": listed})


def _items(value: Any) -> Iterable[tuple[Any, Any]] | None:
    if isinstance(value, dict):
        return value.items()
    if type(value).__module__ == "numpy":
        return enumerate(value.flat)
    if isinstance(value, list | tuple | set | frozenset) and not hasattr(value, "_fields"):
        return enumerate(value)
    fields = fields_of(value)
    return None if fields is None else fields.items()


def _length(value: Any) -> int:
    if type(value).__module__ == "numpy":
        return int(value.size)
    return len(value) if hasattr(value, "__len__") else len(fields_of(value) or ())


def _told(member: Any) -> str:
    return cut(str(cell(member)))
