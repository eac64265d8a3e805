"""What both reports say: medians as text, who is ahead, where bridge is behind."""

from __future__ import annotations

import statistics
from dataclasses import dataclass

from examples.side_by_side.compare.record import Gathering, Subject
from examples.side_by_side.compare.rows import MEASURES, Measure

CLEAR = 1.05
"""A tool is behind if it takes more than so many times the least."""

TITLE = "Side by side: ZenML, Prefect with MLflow by hand, bridge"

INTRODUCTION = (
    "One pipeline on scikit-learn's breast-cancer data (load, preprocess, try six sets of parameters, train, evaluate, "
    "register the model, put it in use), written three times, each as users of the tool write it, and run in a home of "
    "its own. Everything below is what these runs printed, took or left; nothing is rated by hand."
)

CAVEATS = (
    "ZenML runs with its default local stack, without an experiment tracker or a server: what it keeps is what its own "
    "client answers. Its database is created by its first run, as MLflow's is by the others'.",
    "Prefect's part has its MLflow calls in the pipeline, written by hand; what they log is what can be asked for.",
    "bridge's part needs Prefect and MLflow as well; their versions are those of the second column.",
)


@dataclass(frozen=True)
class Cell:
    """What was measured of one tool.

    Args:
        text: With its unit; empty if it was not measured.
        value: The median.
        least: Whether no other tool took less.
    """

    text: str
    value: float | None
    least: bool = False


def cells(measure: Measure, gathering: Gathering) -> list[Cell]:
    """A row of the table of what was measured, in the order of the tools."""
    medians = [_median(subject, measure) for subject in gathering.subjects]
    known = [value for value in medians if value is not None]
    found = []
    for subject, value in zip(gathering.subjects, medians, strict=True):
        text = "" if value is None else _text(subject, measure, value)
        found.append(Cell(text, value, value is not None and value == min(known)))
    return found


def behind(gathering: Gathering) -> list[str]:
    """What another tool needs clearly less of than bridge, in sentences."""
    found = []
    for measure in MEASURES:
        row = dict(zip((subject.name for subject in gathering.subjects), cells(measure, gathering), strict=True))
        own = row.get("bridge")
        if own is None or own.value is None:
            continue
        ahead = [
            f"{name} {cell.text}"
            for name, cell in row.items()
            if cell.value is not None and cell.value * CLEAR < own.value
        ]
        if ahead:
            found.append(f"{measure.title}: bridge {own.text}, {', '.join(ahead)}.")
    return found


def machine(gathering: Gathering) -> str:
    """Where and when, in a sentence."""
    return (
        f"`{gathering.command}` on {gathering.date}: {gathering.machine}. "
        f"It took {gathering.seconds / 60:.0f} minutes. "
        f"The Prefect server beside it had {gathering.server_memory:.0f} MB, which ZenML does not need."
    )


def number(value: float, unit: str) -> str:
    """As people write it.

    >>> number(12.345, "s"), number(0.5, "MB"), number(83.0, "lines")
    ('12.3 s', '0.50 MB', '83')
    """
    if unit == "lines":
        return f"{value:.0f}"
    digits = 0 if value >= 100 else 1 if value >= 10 else 2
    return f"{value:.{digits}f} {unit}"


def _median(subject: Subject, measure: Measure) -> float | None:
    values = subject.measured.get(measure.key)
    return statistics.median(values) if values else None


def _text(subject: Subject, measure: Measure, value: float) -> str:
    text = number(value, measure.unit)
    values = subject.measured[measure.key]
    if len(values) > 1:
        text += f" ({number(min(values), measure.unit)} to {number(max(values), measure.unit)})"
    if measure.key == "again" and subject.found:
        text += f", {subject.found[0]} of {subject.found[1]} steps found"
    return text
