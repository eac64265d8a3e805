"""The report as one HTML page with plots: no scripts, nothing asked of any server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bridge.pages import environment, render
from examples.side_by_side.compare import telling
from examples.side_by_side.compare.plots import Bars, Lines, bars, lines
from examples.side_by_side.compare.record import Gathering
from examples.side_by_side.compare.rows import BEYOND, MEASURES, PROMISES, ROWS, Measure


@dataclass(frozen=True)
class Shown:
    """A measure as the page has it."""

    measure: Measure
    cells: list[telling.Cell]
    plot: Bars


def html(gathering: Gathering) -> str:
    """The whole page. The same gathering gives the same text."""
    return render(
        environment("examples.side_by_side.compare", "templates"),
        "comparison.html",
        styles=("comparison.css",),
        title=telling.TITLE,
        kind="Comparison",
        gathering=gathering,
        telling=telling,
        machine=telling.machine(gathering).replace("`", ""),
        behind=telling.behind(gathering),
        measures=[_shown(measure, gathering) for measure in MEASURES],
        days=_days(gathering),
        rows=ROWS,
        promises=PROMISES,
        beyond=BEYOND,
    )


def _shown(measure: Measure, gathering: Gathering) -> Shown:
    cells = telling.cells(measure, gathering)
    values: list[tuple[str, str, float | None, str]] = [
        (subject.key, subject.name, cell.value, cell.text)
        for subject, cell in zip(gathering.subjects, cells, strict=True)
    ]
    return Shown(measure, cells, bars(values))


def _days(gathering: Gathering) -> Lines:
    series: dict[str, Any] = {subject.key: subject.days for subject in gathering.subjects if subject.days}
    return lines(series, {subject.key: subject.name for subject in gathering.subjects})
