"""Differences in words: lines that a terminal can colour and a file can hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bridge.domain.content_difference import (
    ArrayDifference,
    Change,
    Content,
    FilesDifference,
    ModelDifference,
    NestedDifference,
    OwnDifference,
    TextDifference,
)
from bridge.domain.humane import size
from bridge.domain.table_difference import TableDifference
from bridge.domain.table_lines import MARKS, Line, counted, number, shown, table_lines
from bridge.domain.table_lines import change as told

__all__ = ["Line", "change_lines", "content_lines"]


def content_lines(content: Content) -> Iterator[Line]:
    """A difference in words, under headings.

    >>> for line in content_lines(NestedDifference(0, 0, 1, 2, (Change("f1", 0.5, 0.6),))):
    ...     print(line)
    <BLANKLINE>
    Values: 1 changed, 2 unchanged
      ~ f1  0.5 → 0.6  (+0.1, +20 %)
    """
    if isinstance(content, TableDifference):
        return table_lines(content)
    if isinstance(content, NestedDifference):
        return _nested(content, "Values")
    if isinstance(content, ArrayDifference):
        return _array(content)
    if isinstance(content, TextDifference):
        return _text(content)
    if isinstance(content, FilesDifference):
        return _files(content)
    return _model(content) if isinstance(content, ModelDifference) else _own(content)


def _change_line(change: Change, width: int) -> Line:
    name = f"{change.path or 'value':<{width}}"
    if change.what != "changed":
        value = change.new if change.what == "added" else change.old
        return Line(f"{name}  {shown(value)}", mark=MARKS[change.what], indent=1)
    return Line(f"{name}  {told(change.old, change.new)}{_delta(change)}", mark="~", indent=1)


def _delta(change: Change) -> str:
    if change.delta is None:
        return ""
    relative = "" if change.relative is None else f", {number(100 * change.relative, sign=True)} %"
    return f"  ({number(change.delta, sign=True)}{relative})"


def change_lines(changes: Iterable[Change]) -> Iterator[Line]:
    """Changes as lines, one below the other.

    >>> print(*change_lines([Change("f1", 0.5, 0.6), Change("loss", 2, 1)]), sep=chr(10))
      ~ f1    0.5 → 0.6  (+0.1, +20 %)
      ~ loss  2 → 1  (-1, -50 %)
    """
    listed = list(changes)
    width = min(max((len(each.path) for each in listed), default=0), 40)
    return (_change_line(each, width) for each in listed)


def _tally(content: NestedDifference | FilesDifference) -> str:
    counts = [(content.added, "added"), (content.removed, "removed"), (content.changed, "changed")]
    told = [f"{count:,} {what}" for count, what in [*counts, (content.unchanged, "unchanged")] if count]
    return ", ".join(told) or "none"


def _nested(content: NestedDifference, title: str) -> Iterator[Line]:
    yield Line(f"{title}: {_tally(content)}", heading=True, space=True)
    yield from change_lines(content.changes)
    left = content.added + content.removed + content.changed - len(content.changes) - len(content.members)
    if left > 0:
        yield Line(f"… and {left:,} more", note=True, indent=1)
    for member in content.members:
        yield Line(member.path, mark="~", indent=1, space=True)
        for line in content_lines(member.content):
            yield Line(line.text, mark=line.mark, indent=line.indent + 2, heading=False, note=line.note)


def _array(content: ArrayDifference) -> Iterator[Line]:
    yield Line("Elements", heading=True, space=True)
    old, new = content.shapes
    if old != new:
        yield Line(f"shape  {list(old)} → {list(new)}", mark="~", indent=1)
    if content.dtypes[0] != content.dtypes[1]:
        yield Line(f"dtype  {content.dtypes[0]} → {content.dtypes[1]}", mark="~", indent=1)
    if content.differing is None:
        return
    total = 1
    for length in new:
        total *= length
    yield Line(f"{content.differing:,} of {total:,} differ", mark="~" if content.differing else " ", indent=1)
    if content.differing and content.largest is not None and content.mean is not None:
        verdict = "equal within tolerance" if content.close else "not equal within tolerance"
        yield Line(f"by {number(content.largest)} at most, by {number(content.mean)} on average: {verdict}", indent=2)
    yield from change_lines(content.examples)


def _text(content: TextDifference) -> Iterator[Line]:
    yield Line(f"Lines: {content.added:,} added, {content.removed:,} removed", heading=True, space=True)
    for line in content.lines:
        if line.startswith("@@"):
            yield Line(line, note=True, indent=1)
        else:
            yield Line(line[1:], mark=line[:1], indent=1)
    if content.left_out:
        yield Line(f"… and {counted(content.left_out, 'line')} more", note=True, indent=1)


def _files(content: FilesDifference) -> Iterator[Line]:
    yield Line(f"Files: {_tally(content)}", heading=True, space=True)
    width = min(max((len(each.path) for each in content.changes), default=0), 60)
    for each in content.changes:
        sizes = [size(amount) for amount in (each.old, each.new) if isinstance(amount, int)]
        yield Line(f"{each.path:<{width}}  {' → '.join(sizes)}", mark=MARKS[each.what], indent=1)
    left = content.added + content.removed + content.changed - len(content.changes)
    if left > 0:
        yield Line(f"… and {left:,} more", note=True, indent=1)


def _model(content: ModelDifference) -> Iterator[Line]:
    yield from _nested(content.parameters, "Parameters")
    if content.files is not None:
        yield from _files(content.files)


def _own(content: OwnDifference) -> Iterator[Line]:
    yield Line("Difference", heading=True, space=True)
    for text in content.text.splitlines():
        yield Line(text, indent=1)
    for name, fact in content.facts.items():
        yield Line(f"{name}  {shown(fact)}", indent=1)
