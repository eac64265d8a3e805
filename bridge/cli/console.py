"""How commands speak: tables and lines for people, one JSON document for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")]

UNBOUNDED = 10_000
"""Columns of a pipe: nothing that a program may read is cut or wrapped."""

ROOMY = 100
"""Columns from which tables show everything they have."""

GAP = 2
"""Spaces between columns."""

NARROWEST = 8
"""Columns below which nothing is shortened; a terminal that has less room than that wraps."""

LONGEST = 200
"""Characters of a fact that a terminal shows."""

STATES = {
    "Completed": "green",
    "Cached": "cyan",
    "Running": "blue",
    "Pending": "blue",
    "Failed": "red",
    "Crashed": "red",
    "TimedOut": "red",
    "Cancelled": "yellow",
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Args:
        title: Its heading.
        right: Whether it holds numbers.
        roomy: Whether it is left out of a narrow terminal.
        keep: Whether its cells are never shortened.
        wrap: Whether its cells go on in further lines instead of being shortened.
    """

    title: str
    right: bool = False
    roomy: bool = False
    keep: bool = True
    wrap: bool = False


def out() -> Console:
    """The console of what was asked for."""
    return _console(stderr=False)


def err() -> Console:
    """The console of everything else."""
    return _console(stderr=True)


def _console(*, stderr: bool) -> Console:
    console = Console(stderr=stderr, highlight=False, emoji=False)
    if not console.is_terminal:
        console.width = UNBOUNDED
    return console


LONGEST_INDENTED = 1 << 20
"""Characters of a JSON document up to which it is indented."""


def say_error(message: str) -> None:
    """Print an error as one line."""
    line = Text("Error: ", style="bold red") + Text(" ".join(message.split()), style="red")
    err().print(line, soft_wrap=True)


def print_json(document: object) -> None:
    """Print one JSON document."""
    sys.stdout.write(json_text(document) + "\n")


def json_text(document: object) -> str:
    """A document as JSON: indented, or on one line if it is large, since only programs read that.

    Python takes ten times as long to indent.
    """
    text = json.dumps(document, ensure_ascii=False, allow_nan=False)
    if len(text) > LONGEST_INDENTED:
        return text
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False)


def print_table(columns: Sequence[Column], rows: Iterable[Sequence[str | Text]], *, console: Console) -> None:
    """Print rows under headings; a narrow terminal shows fewer columns, a pipe everything."""
    cells = [[_cell(value) for value in row] for row in rows]
    drawn = [i for i, column in enumerate(columns) if _is_shown(column, i, cells, console)]
    table = Table(box=None, pad_edge=False, padding=(0, GAP, 0, 0), header_style="bold dim")
    natural = [max([len(columns[i].title), *(row[i].cell_len for row in cells)]) for i in drawn]
    room = console.width - GAP * (len(drawn) - 1)
    for i, width in zip(drawn, fitted(natural, [columns[i].keep for i in drawn], room), strict=True):
        table.add_column(
            Text(columns[i].title),
            justify="right" if columns[i].right else "left",
            no_wrap=not columns[i].wrap,
            overflow="fold" if columns[i].wrap else "ellipsis",
            width=width,
        )
    for row in cells:
        table.add_row(*(row[i] for i in drawn))
    console.print(table)


def fitted(natural: Sequence[int], kept: Sequence[bool], room: int) -> list[int]:
    """Widths that fit: the widest of the columns that may be shortened gives way first.

    >>> fitted([40, 9, 30], [False, True, False], 60)
    [25, 9, 26]
    """
    widths = list(natural)
    flexible = [i for i, keep in enumerate(kept) if not keep and widths[i] > NARROWEST]
    while sum(widths) > room and flexible:
        widest = max(flexible, key=lambda i: widths[i])
        if widths[widest] <= NARROWEST:
            break
        widths[widest] -= 1
    return widths


def _is_shown(column: Column, i: int, cells: list[list[Text]], console: Console) -> bool:
    if column.roomy and console.width < ROOMY:
        return False
    return not console.is_terminal or any(row[i].plain for row in cells)


def print_facts(facts: Iterable[tuple[str, str | Text]], *, console: Console) -> None:
    """Print named facts, one a line; empty ones are left out."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=False)
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in facts:
        if str(value):
            table.add_row(Text(name), _cell(value))
    console.print(table)


def print_heading(title: str, *, console: Console) -> None:
    """Print the heading of a section, after an empty line."""
    console.print()
    console.print(Text(title, style="bold"))


def print_empty(lines: Sequence[str], *, console: Console) -> None:
    """Print what there is to do where nothing is yet; the first line says what is missing."""
    console.print(Text(lines[0]))
    for line in lines[1:]:
        console.print(Text(f"  {line}", style="dim"))


def state_text(state: str) -> Text:
    """A state in its colour.

    >>> state_text("Failed").style
    'red'
    """
    return Text(state, style=STATES.get(state, ""))


def _cell(value: str | Text) -> Text:
    """A cell never holds markup: names of runs and artifacts are other people's text."""
    return value if isinstance(value, Text) else Text(_one_line(value))


def _one_line(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text)


def shown(value: object, *, console: Console) -> str:
    """A fact's value as text; on a terminal a long one is cut.

    >>> shown({"a": True}, console=Console(width=80))
    '{"a": true}'
    """
    text = value if isinstance(value, str) else json.dumps(plain(value), ensure_ascii=False)
    if console.is_terminal and len(text) > LONGEST:
        return f"{text[:LONGEST]}… (all of it: --json)"
    return text


def plain(value: Any) -> Any:
    """A value as JSON has it: other types as text, and no NaN, which JSON lacks.

    >>> plain({"loss": float("nan"), 1: (2, "x")})
    {'loss': 'nan', '1': [2, 'x']}
    """
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return str(value)
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, dict) or hasattr(value, "items"):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(item) for item in value]
    return str(value)
