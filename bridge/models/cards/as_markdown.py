"""A card as Markdown, which reads well as it is and on any page that renders tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import singledispatch

from bridge.lineage.render import lines as lineage_lines
from bridge.models.cards import escaping
from bridge.models.cards.blocks import (
    BOUND,
    LONGEST_TEXT,
    Bars,
    Block,
    Cell,
    Code,
    Facts,
    Histograms,
    Lineage,
    Lines,
    Note,
    Picture,
    Section,
    Table,
    Words,
    cut,
)
from bridge.models.cards.facts import Card
from bridge.models.cards.sections import sections

TREE_LINES = 60
"""Lines of the lineage's tree; the rest is counted."""

_BARS = "▁▂▃▄▅▆▇█"
_WIDTH = 20


def markdown(card: Card) -> str:
    """Write a card as Markdown. The same facts give the same text.

    >>> import bridge
    >>> from bridge.domain.model import ModelVersion
    >>> from bridge.models.cards.reading import card
    >>> from bridge.workspace import current
    >>> version = bridge.save({"weights": [1, 2]}, "slope")
    >>> current().catalog.put_model(ModelVersion("slope", 1, version.ref, version.created, "sklearn"))
    >>> markdown(card("slope")).splitlines()[0]
    '# slope@1'
    """
    parts = [f"# {escaping.text(cut(card.model.selector))}"]
    if card.model.aliases:
        parts.append("Aliases: " + ", ".join(escaping.code(cut(alias)) for alias in card.model.aliases))
    if card.model.details.description:
        parts.append(_block(Words(card.model.details.description)))
    parts += [_section(section) for section in sections(card)]
    return "\n\n".join(parts) + "\n"


def _section(section: Section) -> str:
    return "\n\n".join([f"## {section.title}", *(_block(block) for block in section.blocks)])


@singledispatch
def _block(block: Block) -> str:
    raise TypeError(f"a card has no blocks of type {type(block).__name__}")


@_block.register
def _words(block: Words) -> str:
    """Each line a line, in a quotation: it is somebody's text, and not the card's."""
    return "\n".join(
        f"> {escaping.text(line)}  ".rstrip(" ") + "  " for line in escaping.lines(_shortened(block))
    ).rstrip()


@_block.register
def _note(block: Note) -> str:
    return escaping.text(cut(block.text, BOUND))


@_block.register
def _facts(block: Facts) -> str:
    told = [(escaping.text(cut(name)), _cell(cell, in_table=False)) for name, cell in block.rows]
    return "\n".join(f"- {name}: {cell}" for name, cell in told)


@_block.register
def _rows(block: Table) -> str:
    return _with_rest(_table(block.columns, block.rows, block.right), block.more, "row")


@_block.register
def _bars(block: Bars) -> str:
    rows = [(name, told, "" if share is None else _bar(share)) for name, told, share in block.rows]
    if not any(row[2] for row in rows):
        return _with_rest(_table(("metric", "value"), [row[:2] for row in rows], frozenset({1})), block.more, "metric")
    return _with_rest(_table(("metric", "value", "0 to 1"), rows, frozenset({1})), block.more, "metric")


@_block.register
def _histograms(block: Histograms) -> str:
    rows: list[tuple[Cell, ...]] = [(Code(one.name), one.least, _spark(one.counts), one.most) for one in block.columns]
    head = f"How the numbers of {escaping.code(cut(block.of))} are spread, in a sample:"
    table = _table(("column", "least", "histogram", "most"), rows, frozenset({1}))
    return _with_rest(f"{head}\n\n{table}", block.more, "column")


@_block.register
def _lines(block: Lines) -> str:
    text = "\n".join(escaping.lines(block.text))
    fence = escaping.fence(text)
    return _with_rest(f"{fence}text\n{text}\n{fence}", block.more, "line")


@_block.register
def _picture(block: Picture) -> str:
    """How to get it: pages that render Markdown show no pictures that are written into it."""
    how = cut(f"bridge artifacts preview {block.selector} --out FILE.png", BOUND)
    what = escaping.text(cut(block.caption, BOUND))
    return f"- {what} ({block.width} x {block.height}): {escaping.code(how)}"


@_block.register
def _lineage(block: Lineage) -> str:
    drawn = lineage_lines(block.graph, run_id=block.run_id)
    shown = [line.branch + cut(escaping.one_line(str(replace(line, branch="")))) for line in drawn[:TREE_LINES]]
    return _block(Lines("\n".join(shown), more=len(drawn) - len(shown)))


def _table(columns: Sequence[str], rows: Sequence[Sequence[Cell]], right: frozenset[int]) -> str:
    """A table of GitHub's Markdown."""
    head = [escaping.text(column) for column in columns]
    line = ["--:" if i in right else "---" for i in range(len(columns))]
    body = [[_cell(cell) for cell in row] for row in rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in (head, line, *body))


def _cell(cell: Cell, *, in_table: bool = True) -> str:
    if isinstance(cell, Code):
        return escaping.code(cut(cell.text, BOUND), in_table=in_table)
    return escaping.text(cut(cell, BOUND))


def _with_rest(rendered: str, more: int, thing: str) -> str:
    return rendered if not more else f"{rendered}\n\n… {more:,} more {thing}{'' if more == 1 else 's'}."


def _shortened(block: Words) -> str:
    return cut(block.text.strip(), LONGEST_TEXT)


def _bar(share: float) -> str:
    full = round(share * _WIDTH)
    return "█" * full + "░" * (_WIDTH - full)


def _spark(counts: Sequence[int]) -> str:
    most = max(counts, default=0)
    top = len(_BARS) - 1
    return "" if not most else "".join(_BARS[max(round(c / most * top), 1 if c else 0)] for c in counts)
