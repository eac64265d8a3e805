"""What a card consists of, before anybody decides how it looks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from bridge.lineage.graph import Graph

LONGEST = 200
"""Characters of a cell; the rest is counted."""

BOUND = 600
"""Characters of a cell that is not shortened otherwise: names of versions are no longer than that."""

LONGEST_TEXT = 4000
"""Characters of what a person wrote."""

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Code:
    """Text that is copied rather than read: a selector, a digest, a command."""

    text: str


Cell = str | Code


@dataclass(frozen=True, slots=True)
class Words:
    """What a person wrote, in that person's words."""

    text: str


@dataclass(frozen=True, slots=True)
class Note:
    """What bridge says about what is there, or is not."""

    text: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Named facts."""

    rows: tuple[tuple[str, Cell], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under headings.

    Args:
        columns: Headings.
        rows: Cells.
        right: Columns that hold numbers, by position.
        more: Rows that were left out.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    right: frozenset[int] = frozenset()
    more: int = 0


@dataclass(frozen=True, slots=True)
class Bars:
    """Numbers with bars, all of which go from 0 to 1.

    Args:
        rows: Name, number as text, and the number if it is from 0 to 1; a bar of another would compare what cannot be
            compared.
        more: Rows that were left out.
    """

    rows: tuple[tuple[str, str, float | None], ...]
    more: int = 0


@dataclass(frozen=True, slots=True)
class Histogram:
    """How the values of a column are spread.

    Args:
        name: Of the column.
        counts: Values in each of equal stretches from least to most.
        least: As text.
        most: As text.
    """

    name: str
    counts: tuple[int, ...]
    least: str
    most: str


@dataclass(frozen=True, slots=True)
class Histograms:
    """Columns side by side."""

    columns: tuple[Histogram, ...]
    of: str
    more: int = 0


@dataclass(frozen=True, slots=True)
class Lines:
    """Text with fixed columns."""

    text: str
    more: int = 0


@dataclass(frozen=True, slots=True)
class Picture:
    """A small picture.

    Args:
        caption: What it is.
        selector: Version that it is a preview of.
        png: The bytes.
        width: Pixels.
        height: Pixels.
    """

    caption: str
    selector: str
    png: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Lineage:
    """How the model came to be."""

    graph: Graph
    run_id: str | None = None


Block = Words | Note | Facts | Table | Bars | Histograms | Lines | Picture | Lineage


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the card under a heading of its own."""

    title: str
    blocks: tuple[Block, ...]


def cut(text: str, longest: int = LONGEST) -> str:
    """A text, shortened with a count of what is left out.

    >>> cut("abcdef", 4)
    'abcd… (2 more characters)'
    """
    rest = len(text) - longest
    return text if rest <= 0 else f"{text[:longest]}… ({rest:,} more character{'' if rest == 1 else 's'})"


def first(items: Iterable[_T], count: int) -> tuple[Sequence[_T], int]:
    """The first so many, and how many are left out.

    >>> first("abc", 2)
    (['a', 'b'], 1)
    """
    listed = list(items)
    return listed[:count], max(len(listed) - count, 0)
