"""What two tables differ in: their columns, and their rows by key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Literal

Matched = Literal["key", "index", "position", "content", "nothing"]
"""How rows were matched: by *key* columns, by the frame's *index*, by *position* (as many rows, none moved), by the
whole row's *content* (a row is then added or removed, never changed), or not at all."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column that one of the tables has.

    Args:
        name: Its label.
        type: Its dtype, as the table's library says it.
    """

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class Retyped:
    """A column of another type than before.

    Args:
        name: Its label.
        old: Its type before.
        new: Its type now.
        comparable: Whether values of both types can be compared; if not, every value counts as changed.
    """

    name: str
    old: str
    new: str
    comparable: bool = True


@dataclass(frozen=True, slots=True)
class ColumnChange:
    """The cells of a column that changed, among the rows that are in both tables.

    Args:
        name: The column.
        cells: How many changed.
        filled: How many of them were missing before.
        emptied: How many of them are missing now.
        mean: Mean of new minus old over those that have both; None for what is no number.
        largest: The largest absolute one.
    """

    name: str
    cells: int
    filled: int = 0
    emptied: int = 0
    mean: float | None = None
    largest: float | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell before and now."""

    column: str
    old: Any = None
    new: Any = None


@dataclass(frozen=True, slots=True)
class Row:
    """One row as an example.

    Args:
        what: Whether it was added, removed or changed.
        key: Columns and values that it was matched by; the row's number, from 0, under `row` if there are none.
        cells: Cells that changed; of a row that was added or removed its first ones.
        left_out: Cells that are not among them.
    """

    what: Literal["added", "removed", "changed"]
    key: tuple[tuple[str, Any], ...]
    cells: tuple[Cell, ...]
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class TableDifference:
    """Two tables, of any library.

    Args:
        rows: How many, old and new.
        columns: How many, old and new; an index is among them only if it was matched with a column.
        columns_added: Columns that only the new table has.
        columns_removed: Columns that only the old table has.
        retyped: Columns of another type.
        columns_moved: Whether the columns of both stand in another order.
        matched_by: How rows were matched.
        key: Columns that they were matched by.
        why: Why these, in words.
        added: Rows that only the new table has.
        removed: Rows that only the old table has.
        changed: Rows of both with a cell that differs, in columns of both.
        unchanged: Rows of both without one.
        rows_moved: Whether rows of both stand in another order.
        cells: What changed in each column.
        examples: The first rows that changed, were added and were removed.

    >>> TableDifference(rows=(2, 2), columns=(1, 1), matched_by="position", why="", unchanged=2).equal
    True
    """

    kind: ClassVar[str] = "table"
    derived: ClassVar[tuple[str, ...]] = ("kind", "equal")

    rows: tuple[int, int]
    columns: tuple[int, int]
    matched_by: Matched
    why: str
    key: tuple[str, ...] = ()
    columns_added: tuple[Column, ...] = ()
    columns_removed: tuple[Column, ...] = ()
    retyped: tuple[Retyped, ...] = ()
    columns_moved: bool = False
    added: int = 0
    removed: int = 0
    changed: int = 0
    unchanged: int = 0
    rows_moved: bool = False
    cells: tuple[ColumnChange, ...] = ()
    examples: tuple[Row, ...] = ()

    @property
    def equal(self) -> bool:
        """Whether nothing differs, the order of rows and columns included."""
        columns = self.columns_added or self.columns_removed or self.retyped or self.columns_moved
        return not (columns or self.added or self.removed or self.changed or self.rows_moved)
