"""Numbers in what a task returns, as metrics with their steps."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from numbers import Number
from typing import Any

MOST_POINTS = 100_000
"""Points of one value that become metrics: more is data, not measures."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One value of a metric.

    Args:
        name: Dotted name.
        value: The number; not NaN.
        step: Which epoch, batch or round it belongs to.

    >>> Measure("loss", 0.5, step=3).step
    3
    """

    name: str
    value: float
    step: int = 0


def numbers(value: Any, *, prefix: str = "") -> dict[str, float]:
    """The numbers of a (nested) mapping that are not NaN, by dotted name.

    >>> numbers({"accuracy": 0.9, "by class": {"a": 1}, "note": "fine"})
    {'accuracy': 0.9, 'by class.a': 1.0}
    """
    if not isinstance(value, Mapping):
        return {}
    return {one.name: one.value for one in _of_mapping(value, prefix, 0, series=False)}


def measures(value: Any, *, name: str, prefix: str = "", step: int = 0) -> list[Measure]:
    """The metrics that a value is, each with its step.

    A mapping gives its numbers by dotted name; a list of numbers in it one point for each, counted from `step`, as the
    history of a training does. A list of mappings gives those of each, a step further each time; where all of them have
    a whole number called `step`, that is the step. A number by itself is a metric of the given name.

    Args:
        value: What a task returned.
        name: For a number that comes without one.
        prefix: Before every name.
        step: Of the first.

    >>> measures({"loss": [0.5, 0.25], "accuracy": 0.9}, name="")
    [Measure(name='loss', value=0.5, step=0), Measure(name='loss', value=0.25, step=1), \
Measure(name='accuracy', value=0.9, step=0)]
    >>> [(p.name, p.step) for p in measures([{"loss": 0.5}, {"loss": 0.25}], name="")]
    [('loss', 0), ('loss', 1)]
    >>> measures(0.9, name="accuracy", prefix="test_")
    [Measure(name='test_accuracy', value=0.9, step=0)]
    """
    if isinstance(value, Mapping):
        found = _of_mapping(value, prefix, step, series=True)
    elif isinstance(value, (list, tuple)) and value and all(isinstance(one, Mapping) for one in value[:MOST_POINTS]):
        found = _of_rows(value[:MOST_POINTS], prefix, step)
    else:
        found = _of_item(f"{prefix}{name}", value, step, series=True)
    return [one for one, _ in zip(found, range(MOST_POINTS), strict=False)]


def _of_rows(rows: Any, prefix: str, first: int) -> Iterator[Measure]:
    own = [row.get("step") for row in rows]
    has_own = all(isinstance(step, int) and not isinstance(step, bool) for step in own)
    for position, row in enumerate(rows):
        rest = {key: item for key, item in row.items() if not has_own or key != "step"}
        yield from _of_mapping(rest, prefix, own[position] if has_own else first + position, series=False)


def _of_mapping(value: Mapping[Any, Any], prefix: str, step: int, *, series: bool) -> Iterator[Measure]:
    for key, item in value.items():
        if isinstance(item, Mapping):
            yield from _of_mapping(item, f"{prefix}{key}.", step, series=series)
        else:
            yield from _of_item(f"{prefix}{key}", item, step, series=series)


def _of_item(name: str, item: Any, step: int, *, series: bool) -> Iterator[Measure]:
    number = _number(item)
    if number is not None:
        values = [number]
    elif series and (isinstance(item, (list, tuple)) or _dimensions(item) == 1) and len(item) <= MOST_POINTS:
        found = [_number(one) for one in item]
        values = [] if None in found else [one for one in found if one is not None]
    else:
        values = []
    yield from (Measure(name, one, step + n) for n, one in enumerate(values) if not math.isnan(one))


def _number(item: Any) -> float | None:
    """A number of Python's, numpy's or of a tensor without dimensions; None for anything else."""
    if not isinstance(item, Number) and _dimensions(item) != 0:
        return None
    try:
        return float(item)
    except (TypeError, ValueError, OverflowError):
        return None


def _dimensions(item: Any) -> int | None:
    shape = getattr(item, "shape", None)
    return len(shape) if isinstance(shape, tuple) else None
