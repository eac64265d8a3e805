"""Differences of tables in words, and what a line of a difference is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bridge.domain.table_difference import Cell, Row, TableDifference

MARKS = {"added": "+", "removed": "-", "changed": "~"}
MOST = 20
"""Columns of one kind that are listed."""

_SEEN = 60


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a difference.

    Args:
        text: Without mark and indent.
        mark: `+`, `-`, `~`, or a space.
        indent: Levels of two spaces.
        heading: Whether it is one.
        note: Whether it is an aside.
        space: Whether an empty line goes before it.

    >>> str(Line("5 added", mark="+", indent=1))
    '  + 5 added'
    """

    text: str
    mark: str = ""
    indent: int = 0
    heading: bool = False
    note: bool = False
    space: bool = False

    @property
    def body(self) -> str:
        """The line without the empty one before it; names are other people's text, so controls become spaces."""
        text = "".join(c if c.isprintable() else " " for c in self.text)
        return f"{'  ' * self.indent}{self.mark}{' ' if self.mark else ''}{text}".rstrip()

    def __str__(self) -> str:
        return f"\n{self.body}" if self.space else self.body


def number(value: float, *, sign: bool = False) -> str:
    """A number with about four digits.

    >>> number(0.1 + 0.2), number(1234567.0, sign=True), number(-0.00001234)
    ('0.3', '+1,234,567', '-1.234e-05')
    """
    if value == int(value) if value - value == 0 else False:
        return f"{int(value):+,}" if sign else f"{int(value):,}"
    return f"{value:+.4g}" if sign else f"{value:.4g}"


def shown(value: object) -> str:
    """A value as a line shows it: text in quotes, long ones cut.

    >>> shown("a"), shown(1 / 3), shown(None), shown("x" * 100)[-3:]
    ("'a'", '0.333333', '-', 'xx…')
    """
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:.6g}"
    text = repr(value) if isinstance(value, str) else str(value)
    return f"{text[: _SEEN - 1]}…" if len(text) > _SEEN else text


def change(old: object, new: object) -> str:
    """A value before and now, with as many digits as tell them apart.

    >>> change(0.5, 1 / 3), change(0.1, 0.1 + 1e-9)
    ('0.5 → 0.333333', '0.1 → 0.100000001')
    """
    told = shown(old), shown(new)
    if told[0] == told[1]:
        told = repr(old), repr(new)
    return f"{told[0]} → {told[1]}"


def counted(count: int, noun: str) -> str:
    """A count with its noun.

    >>> counted(1, "row"), counted(2000, "row")
    ('1 row', '2,000 rows')
    """
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def table_lines(table: TableDifference) -> Iterator[Line]:
    """A difference of tables in words: columns, rows, cells by column, examples.

    >>> table = TableDifference(rows=(2, 3), columns=(1, 1), matched_by="key", key=("id",), why="asked for", added=1)
    >>> for line in table_lines(table):
    ...     print(line)
    <BLANKLINE>
    Rows: 2 → 3, matched by id (asked for)
      + 1 added
    """
    yield from _columns(table)
    yield from _rows(table)
    yield from _cells(table)
    if table.examples:
        yield Line("Examples", heading=True, space=True)
        yield from map(_example, table.examples)


def _columns(table: TableDifference) -> Iterator[Line]:
    old, new = table.columns
    if not (table.columns_added or table.columns_removed or table.retyped or table.columns_moved):
        return
    yield Line(f"Columns: {old:,} → {new:,}", heading=True, space=True)
    names = [each.name for each in (*table.columns_added, *table.columns_removed)] + [
        each.name for each in table.retyped
    ]
    width = min(max(map(len, names), default=0), 40)
    for column in table.columns_added[:MOST]:
        yield Line(f"{column.name:<{width}}  {column.type}", mark="+", indent=1)
    yield from _more(len(table.columns_added))
    for column in table.columns_removed[:MOST]:
        yield Line(f"{column.name:<{width}}  {column.type}", mark="-", indent=1)
    yield from _more(len(table.columns_removed))
    for each in table.retyped[:MOST]:
        aside = "" if each.comparable else "  (values do not compare: all count as changed)"
        yield Line(f"{each.name:<{width}}  {each.old} → {each.new}{aside}", mark="~", indent=1)
    yield from _more(len(table.retyped))
    if table.columns_moved:
        yield Line("in another order", mark="~", indent=1)


def _rows(table: TableDifference) -> Iterator[Line]:
    old, new = table.rows
    how = {"position": "by position", "content": "as a whole", "nothing": "by nothing"}.get(table.matched_by)
    how = how or "by " + ", ".join(table.key)
    count = f"{old:,}" if old == new else f"{old:,} → {new:,}"
    yield Line(f"Rows: {count}, matched {how} ({table.why})", heading=True, space=True)
    for what in ("added", "removed", "changed"):
        amount = getattr(table, what)
        if amount:
            yield Line(f"{amount:,} {what}", mark=MARKS[what], indent=1)
    if table.rows_moved:
        yield Line("in another order", mark="~", indent=1)
    if table.unchanged:
        yield Line(f"{table.unchanged:,} unchanged", mark=" ", indent=1)


def _cells(table: TableDifference) -> Iterator[Line]:
    if not table.cells:
        return
    yield Line("Changed cells", heading=True, space=True)
    listed = sorted(table.cells, key=lambda each: -each.cells)[:MOST]
    width = min(max(len(each.name) for each in listed), 40)
    digits = max(len(f"{each.cells:,}") for each in listed)
    for each in listed:
        facts = []
        if each.mean is not None and each.largest is not None:
            facts.append(f"by {number(each.mean, sign=True)} on average, {number(each.largest)} at most")
        if each.filled:
            facts.append(f"{each.filled:,} were missing")
        if each.emptied:
            facts.append(f"{each.emptied:,} are missing now")
        yield Line(f"{each.name:<{width}}  {each.cells:>{digits},}  {', '.join(facts)}", mark="~", indent=1)
    yield from _more(len(table.cells))


def _more(count: int) -> Iterator[Line]:
    if count > MOST:
        yield Line(f"… and {counted(count - MOST, 'column')} more", note=True, indent=1)


def _example(row: Row) -> Line:
    key = " ".join(f"{name}={shown(value)}" for name, value in row.key)
    cells = ", ".join(_cell(cell, row.what) for cell in row.cells)
    more = f", and {counted(row.left_out, 'cell')} more" if row.left_out else ""
    return Line(f"{key}  {cells}{more}", mark=MARKS[row.what], indent=1)


def _cell(cell: Cell, what: str) -> str:
    if what == "changed":
        return f"{cell.column}: {change(cell.old, cell.new)}"
    return f"{cell.column}={shown(cell.new if what == 'added' else cell.old)}"
