"""What every test here needs: a way in and out, in memory."""

from __future__ import annotations

import importlib
import logging
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import bridge.materializers
from bridge.domain.preview import Preview
from bridge.materializers.previews import _FAMILIES
from bridge.testing.materializer import MemorySink, load_files


def store(value: object) -> tuple[str, dict[str, bytes], Mapping[str, Any]]:
    """Save a value as a store would; give format, files and metadata."""

    def write(format: str, save: Any) -> tuple[str, dict[str, bytes], Mapping[str, Any]]:
        sink = MemorySink()
        metadata = save(sink)
        if format in _FAMILIES:
            assert_shown(value, format)
        return format, sink.files, metadata

    return bridge.materializers.save(value, write)


def assert_shown(value: object, format: str) -> None:
    """Make a preview, if the family has some, as nothing else in bridge does: with its errors."""
    family = importlib.import_module(f"bridge.materializers.previews.{_FAMILIES[format]}")
    log = logging.getLogger("bridge.materializers")
    level, watch = log.level, _NothingLeftOut()
    log.addHandler(watch)
    log.setLevel(logging.DEBUG)
    try:
        assert isinstance(family.preview(value, float("inf")), Preview | None)
    finally:
        log.setLevel(level)
        log.removeHandler(watch)


class _NothingLeftOut(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        raise AssertionError(record.getMessage())


def trip(value: object) -> Any:
    """Save a value and load it back."""
    format, files, _ = store(value)
    return load_files(bridge.materializers.for_format(format), files)


def format_of(value: object) -> str:
    return store(value)[0]


def exactly(left: Any, right: Any) -> bool:
    """Compare types and values all the way down; NaN equals NaN, -0.0 is not 0.0."""
    if type(left) is not type(right):
        return False
    if isinstance(left, dict):
        return len(left) == len(right) and all(
            exactly(a, c) and exactly(b, d) for (a, b), (c, d) in zip(left.items(), right.items(), strict=True)
        )
    if isinstance(left, (list, tuple)):
        return len(left) == len(right) and all(map(exactly, left, right))
    if isinstance(left, (set, frozenset)):
        return sorted(map(repr, left)) == sorted(map(repr, right))  # a NaN in it is not even equal to itself
    if isinstance(left, (float, complex, Decimal)):
        return repr(left) == repr(right)
    return bool(left == right)
