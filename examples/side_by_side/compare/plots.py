"""Where the parts of the plots stand, in the units of their SVG."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

WIDTH, ROW = 560, 26
LEFT, RIGHT = 130, 70

LINES_WIDTH, LINES_HEIGHT = 620, 280
"""Of the plot of days."""


@dataclass(frozen=True)
class Bar:
    """One tool's bar: how wide, and what stands beside it."""

    key: str
    name: str
    y: int
    width: float
    text: str


@dataclass(frozen=True)
class Bars:
    """A small chart of one bar for each tool."""

    height: int
    bars: list[Bar]


def bars(values: Sequence[tuple[str, str, float | None, str]]) -> Bars:
    """Bars of tools (key, name, value, text), the longest as wide as there is room.

    >>> [round(bar.width) for bar in bars([("a", "A", 1.0, "1 s"), ("b", "B", 2.0, "2 s")]).bars]
    [180, 360]
    """
    most = max((value for _, _, value, _ in values if value is not None), default=1.0) or 1.0
    room = WIDTH - LEFT - RIGHT
    made = [
        Bar(key, name, number * ROW, 0.0 if value is None else room * value / most, text.split(" (")[0].split(",")[0])
        for number, (key, name, value, text) in enumerate(values)
    ]
    return Bars(len(values) * ROW, made)


@dataclass(frozen=True)
class Line:
    """One tool's line through the days: its points, and where its name stands."""

    key: str
    name: str
    points: str
    x: float
    y: float


@dataclass(frozen=True)
class Lines:
    """Bytes by day; `ticks` are heights with their labels, `days` places with theirs."""

    lines: list[Line]
    ticks: list[tuple[float, str]]
    days: list[tuple[float, str]]


def lines(series: Mapping[str, Sequence[int]], names: Mapping[str, str]) -> Lines:
    """Bytes that each tool had stored after each day.

    >>> made = lines({"a": [1_000_000, 2_000_000]}, {"a": "A"})
    >>> [label for _, label in made.ticks], len(made.days)
    (['0 MB', '0.5 MB', '1 MB', '1.5 MB', '2 MB'], 2)
    """
    most = max((each for sizes in series.values() for each in sizes), default=1) / 1e6
    step = _round_step(most)
    top = step * math.ceil(most / step - 1e-9)
    count = max((len(sizes) for sizes in series.values()), default=1)

    def x(day: int) -> float:
        return round(50 + (LINES_WIDTH - 190) * day / max(count - 1, 1), 1)

    def y(megabytes: float) -> float:
        return round(LINES_HEIGHT - 30 - (LINES_HEIGHT - 45) * megabytes / top, 1)

    made = []
    for key, sizes in series.items():
        points = " ".join(f"{x(day)},{y(size / 1e6)}" for day, size in enumerate(sizes))
        made.append(Line(key, names[key], points, x(len(sizes) - 1) + 8, y(sizes[-1] / 1e6) + 4))
    ticks = [(y(step * number), f"{step * number:g} MB") for number in range(round(top / step) + 1)]
    return Lines(_apart(made), ticks, [(x(day), str(day + 1)) for day in range(count)])


def _round_step(most: float) -> float:
    size = 10.0 ** math.floor(math.log10(most / 4)) if most > 0 else 1.0
    return next((size * factor for factor in (1, 2, 5, 10) if most / (size * factor) <= 5), size)


def _apart(made: list[Line]) -> list[Line]:
    """With names that do not lie on each other."""
    placed: list[Line] = []
    for line in sorted(made, key=lambda line: line.y):
        lowest = placed[-1].y + 15 if placed else line.y
        placed.append(Line(line.key, line.name, line.points, line.x, max(line.y, lowest)))
    return placed
