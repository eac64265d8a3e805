"""Charts as they are drawn: marks at places, nothing of studies."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from bridge.tuning.page.scales import Tick

LEFT, RIGHT, TOP, BOTTOM = 58, 14, 10, 38
_LETTERS = 14

Kind = Literal["plain", "best", "pruned", "rank0", "rank1", "rank2", "rank3"]


class Axis(Protocol):
    """Where values stand between 0 and 1; `Scale` and `Words` are such."""

    def at(self, value: float) -> float:
        """Where a value stands."""

    def ticks(self) -> list[Tick]:
        """What the axis says."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A tick, in the picture's units.

    Args:
        at: Along the axis.
        label: What it says, shortened.
    """

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Dot:
    """A trial.

    Args:
        x: From the left.
        y: From above.
        kind: How it looks.
        tip: What it says when one points at it.
    """

    x: float
    y: float
    kind: Kind
    tip: str


@dataclass(frozen=True, slots=True)
class Line:
    """Several places in a row.

    Args:
        points: As SVG writes them: `1,2 3,4`.
        kind: How it looks.
        tip: What it says when one points at it.
    """

    points: str
    kind: Kind
    tip: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture.

    Args:
        across: Below it.
        up: Beside it.
        columns: Ticks along the lower edge.
        rows: Ticks along the left edge.
        dots: The later above the earlier.
        lines: Below the dots.
        width: Of everything.
        height: Of everything.
    """

    across: str
    up: str
    columns: tuple[Mark, ...]
    rows: tuple[Mark, ...]
    dots: tuple[Dot, ...] = ()
    lines: tuple[Line, ...] = ()
    width: int = 720
    height: int = 280

    @property
    def left(self) -> int:
        """Where the plane begins."""
        return LEFT

    @property
    def right(self) -> int:
        """Where the plane ends."""
        return self.width - RIGHT

    @property
    def top(self) -> int:
        """Where the plane begins, from above."""
        return TOP

    @property
    def bottom(self) -> int:
        """Where the plane ends, from above."""
        return self.height - BOTTOM


@dataclass(frozen=True, slots=True)
class Frame:
    """A chart without marks yet, which places them.

    Args:
        across: Axis along the lower edge.
        up: Axis along the left edge.
        width: Of the chart.
        height: Of the chart.

    >>> from bridge.tuning.page.scales import Scale
    >>> frame = Frame(Scale(0, 1), Scale(0, 1), width=172, height=148)
    >>> frame.dot(0.5, 0.0, "plain", "one")
    Dot(x=108.0, y=110.0, kind='plain', tip='one')
    """

    across: Axis
    up: Axis
    width: int = 720
    height: int = 280

    def place(self, x: float, y: float) -> tuple[float, float]:
        """A place in the picture's units."""
        wide, high = self.width - LEFT - RIGHT, self.height - TOP - BOTTOM
        return round(LEFT + wide * self.across.at(x), 1), round(TOP + high * (1 - self.up.at(y)), 1)

    def dot(self, x: float, y: float, kind: Kind, tip: str) -> Dot:
        """A dot at values."""
        return Dot(*self.place(x, y), kind, tip)

    def line(self, points: Iterable[tuple[float, float]], kind: Kind, tip: str) -> Line:
        """A line through values."""
        return Line(" ".join("{},{}".format(*self.place(x, y)) for x, y in points), kind, tip)

    def chart(self, across: str, up: str, *, dots: Sequence[Dot] = (), lines: Sequence[Line] = ()) -> Chart:
        """The chart."""
        wide, high = self.width - LEFT - RIGHT, self.height - TOP - BOTTOM
        columns = tuple(Mark(round(LEFT + wide * tick.at, 1), _short(tick.label)) for tick in self.across.ticks())
        rows = tuple(Mark(round(TOP + high * (1 - tick.at), 1), _short(tick.label, 9)) for tick in self.up.ticks())
        return Chart(across, up, columns, rows, tuple(dots), tuple(lines), self.width, self.height)


def _short(label: str, letters: int = _LETTERS) -> str:
    return label if len(label) <= letters else f"{label[: letters - 1]}…"
