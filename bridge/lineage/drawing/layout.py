"""Where boxes stand: in layers from left to right, in the order that keeps arrows short.

After Sugiyama, Tagawa and Toda, "Methods for visual understanding of hierarchical system structures" (1981), with two
simplifications that keep it linear: arrows over several layers are not cut into pieces, and boxes are moved to the mean
of their neighbours a fixed number of times.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

SWEEPS = 4
"""Times that each layer is sorted by where its neighbours stand; more change little."""

TALL = 150
"""Boxes of a layer above which it is folded into several columns."""

ACROSS, DOWN = 240, 66
"""Pixels from one column to the next, and from one box to that below it, as the page draws them."""

SHAPE = 1.8
"""Width of a page by its height."""

APART = 3.0
"""Boxes that would fit between two bands."""

FEWEST_BANDS = 4
"""Below which a drawing stays in one piece, however long."""

Ends = Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Layout:
    """Column and height of each box, in units of a box with the space around it."""

    columns: tuple[int, ...]
    heights: tuple[float, ...]


def layout(count: int, arrows: Ends) -> Layout:
    """Lay boxes out; a box stands to the right of all that lead to it, unless they lead round in a circle.

    Args:
        count: How many boxes there are.
        arrows: Positions of the boxes that each arrow joins.

    >>> layout(3, [(0, 1), (1, 2)])
    Layout(columns=(0, 1, 2), heights=(0.0, 0.0, 0.0))
    """
    before: list[list[int]] = [[] for _ in range(count)]
    after: list[list[int]] = [[] for _ in range(count)]
    for start, end in arrows:
        if start != end:
            after[start].append(end)
            before[end].append(start)
    layer = _layers(count, before, after)
    rows: list[list[int]] = [[] for _ in range(max(layer, default=-1) + 1)]
    for box, at in enumerate(layer):
        rows[at].append(box)
    heights = [0.0] * count
    for row in rows:
        _stand(row, heights, [float(i) for i in range(len(row))])
    for sweep in range(SWEEPS):
        forwards = sweep % 2 == 0
        near = before if forwards else after
        for row in rows if forwards else reversed(rows):
            means = [_mean(box, near[box], heights) for box in row]
            row[:] = [box for _, box in sorted(zip(means, row, strict=True))]
            _stand(row, heights, sorted(means))
    return _folded(rows, heights)


def _layers(count: int, before: list[list[int]], after: list[list[int]]) -> list[int]:
    """The longest way to each box; of a circle, the box with the fewest still to come before it goes first."""
    layer = [0] * count
    open_ = [len(boxes) for boxes in before]
    ready = [box for box in range(count) if open_[box] == 0]
    done = [False] * count
    rest = iter(sorted((box for box in range(count) if open_[box]), key=lambda box: (open_[box], box)))
    order: list[int] = []
    while len(order) < count:
        if not ready:
            ready.append(next(box for box in rest if not done[box]))
        for box in ready:
            if done[box]:
                continue
            done[box] = True
            order.append(box)
            for further in after[box]:
                if not done[further]:
                    layer[further] = max(layer[further], layer[box] + 1)
                    open_[further] -= 1
                    if open_[further] == 0:
                        ready.append(further)
        ready = []
    for box in reversed(order):  # a box stands beside what uses it first, so that a run's steps stand together
        if after[box]:
            layer[box] = max(layer[box], min(layer[further] for further in after[box]) - 1)
    return layer


def _mean(box: int, neighbours: list[int], heights: list[float]) -> float:
    return sum(heights[other] for other in neighbours) / len(neighbours) if neighbours else heights[box]


def _stand(row: list[int], heights: list[float], wanted: list[float]) -> None:
    """Give the boxes of a layer the heights they want, one apart at least, the layer's middle where it was wanted."""
    lowest, given = float("-inf"), []
    for height in wanted:
        lowest = max(height, lowest + 1.0)
        given.append(lowest)
    shift = (sum(wanted) - sum(given)) / len(row) if row else 0.0
    for box, height in zip(row, given, strict=True):
        heights[box] = height + shift


def _folded(rows: list[list[int]], heights: list[float]) -> Layout:
    """Layers as columns; one with very many boxes as a block of columns."""
    columns = [0] * len(heights)
    at = 0
    for row in rows:
        width = 1
        if len(row) > TALL:
            tall = max(TALL, round((3 * len(row)) ** 0.5))
            middle = sum(heights[box] for box in row) / len(row)
            width = -(-len(row) // tall)
            for number, box in enumerate(row):
                columns[box] = at + number % width
                heights[box] = middle + number // width - len(row) / width / 2
        else:
            for box in row:
                columns[box] = at
        at += width
    _in_bands(columns, heights)
    return Layout(tuple(columns), tuple(round(height, 2) for height in heights))


def _in_bands(columns: list[int], heights: list[float]) -> None:
    """Break what is very much longer than high into bands below each other, as text is broken into lines."""
    if not columns:
        return
    tops: dict[int, float] = {}
    bottoms: dict[int, float] = {}
    for column, height in zip(columns, heights, strict=True):
        tops[column] = min(tops.get(column, height), height)
        bottoms[column] = max(bottoms.get(column, height), height)
    middles = {column: (tops[column] + bottoms[column]) / 2 for column in tops}
    high = sum(bottoms[column] - tops[column] + APART for column in tops) / len(tops)
    bands = int((len(tops) * ACROSS / (SHAPE * high * DOWN)) ** 0.5)
    if bands < FEWEST_BANDS:
        return
    wide = -(-len(tops) // bands)
    halves = [0.0] * (max(columns) // wide + 1)
    for column in tops:
        halves[column // wide] = max(halves[column // wide], (bottoms[column] - tops[column]) / 2)
    centres, low = [], 0.0
    for half in halves:
        centres.append(low + half)
        low += 2 * half + APART
    for box, column in enumerate(columns):
        columns[box] = column % wide
        heights[box] += centres[column // wide] - middles[column]
