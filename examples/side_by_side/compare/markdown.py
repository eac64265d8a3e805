"""The report as Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from examples.side_by_side.compare import telling
from examples.side_by_side.compare.record import Gathering, Subject
from examples.side_by_side.compare.rows import BEYOND, MEASURES, PROMISES, ROWS, Row

MOST = 24
"""Lines of evidence that are shown of one answer."""


def markdown(gathering: Gathering) -> str:
    """The whole report. The same gathering gives the same text."""
    return "\n".join(_lines(gathering)).rstrip() + "\n"


def _lines(gathering: Gathering) -> Iterator[str]:
    names = [subject.name for subject in gathering.subjects]
    yield from (f"# {telling.TITLE}", "", telling.INTRODUCTION, "", telling.machine(gathering), "")
    yield "The programs are in [examples/side_by_side](../examples/side_by_side); this page is written by the command."
    yield from ("", *_table(["", *names], [["versions", *map(_versions, gathering.subjects)]]), "")
    yield from (f"- {caveat}" for caveat in telling.CAVEATS)
    for subject in gathering.subjects:
        yield from _shortcomings(subject)
    yield from ("", "## What was measured", "")
    rows = [[measure.title, *_marked(gathering, measure.key)] for measure in MEASURES]
    yield from _table(["", *names], rows)
    yield from ("", "Bold is the least; medians, with what was measured least and most. How:", "")
    yield from (f"- {measure.title}: {measure.note}." for measure in MEASURES)
    yield from ("", "## Ten rows and four promises", "")
    yield from _table(["", *names], [_said(row, gathering) for row in (*ROWS, *PROMISES, BEYOND)])
    yield from ("", "## Where bridge is behind", "")
    yield from (f"- {sentence}" for sentence in telling.behind(gathering))
    yield f"- {BEYOND.name} and cloud integration: see the rows above; bridge has no component of its own for either."
    yield from ("", "## The evidence", "", "What each tool was asked, as it ran, and what it printed.")
    for row in (*ROWS, *PROMISES, BEYOND):
        yield from _evidence(row, gathering)


def _versions(subject: Subject) -> str:
    return ", ".join(f"{name} {version}" for name, version in subject.versions.items()) or "left out"


def _shortcomings(subject: Subject) -> Iterator[str]:
    if subject.missing:
        yield f"- **{subject.name} is left out.** {subject.missing}"
    for what, error in subject.errors.items():
        yield f"- **{subject.name}: {what} failed**: `{' '.join(error.split())[-300:]}`"


def _marked(gathering: Gathering, key: str) -> list[str]:
    measure = next(each for each in MEASURES if each.key == key)
    return [f"**{cell.text}**" if cell.least else cell.text for cell in telling.cells(measure, gathering)]


def _said(row: Row, gathering: Gathering) -> list[str]:
    return [row.name, *(answer.said if (answer := s.answers.get(row.name)) else "" for s in gathering.subjects)]


def _evidence(row: Row, gathering: Gathering) -> Iterator[str]:
    yield from ("", f"### {row.name}", "", row.asked)
    for subject in gathering.subjects:
        answer = subject.answers.get(row.name)
        if answer is None:
            continue
        yield from ("", f"**{subject.name}**: {answer.said}", "", "```py", *answer.query.splitlines(), "```", "")
        lines = [line.rstrip() for line in answer.evidence.splitlines()]
        cut = [f"… {len(lines) - MOST} lines more"] if len(lines) > MOST else []
        yield from ("```text", *(line.replace("```", "'''") for line in lines[:MOST]), *cut, "```")


def _table(head: list[str], rows: list[list[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', '/').replace(chr(10), ' ') for cell in row)} |"
