"""Two texts compared line by line."""

from __future__ import annotations

import difflib
from collections import Counter

from bridge.domain.content_difference import TextDifference

LINES = 8
"""Lines of a unified diff for each example that was asked for."""

MOST = 4000
"""Lines between the first and the last that differ, above which lines are counted and no diff is drawn."""

_LONGEST = 500


def compare_texts(old: str, new: str, *, limit: int = 10) -> TextDifference:
    r"""Compare two texts; the diff is drawn as `diff -u` does.

    >>> compare_texts("a\nb\n", "a\nc\n").lines
    ('@@ -1,2 +1,2 @@', ' a', '-b', '+c')
    """
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    begin = _common(before, after, 0)
    end = _common(before[begin:][::-1], after[begin:][::-1], 0)
    middle = before[begin : len(before) - end], after[begin : len(after) - end]
    if max(map(len, middle)) > MOST:
        counts = Counter(middle[0]), Counter(middle[1])
        added, removed = (counts[1] - counts[0]).total(), (counts[0] - counts[1]).total()
        return TextDifference(added, removed, (), max(map(len, middle)))
    start = max(begin - 3, 0)
    window = before[start : len(before) - max(end - 3, 0)], after[start : len(after) - max(end - 3, 0)]
    drawn = [_shifted(line, start) for line in difflib.unified_diff(*window, n=3)][2:]
    added, removed = (sum(line.startswith(sign) for line in drawn) for sign in "+-")
    shown = tuple(_line(line) for line in drawn[: limit * LINES])
    return TextDifference(added, removed, shown, len(drawn) - len(shown))


def _common(old: list[str], new: list[str], place: int) -> int:
    for one, other in zip(old, new, strict=False):
        if one != other:
            break
        place += 1
    return place


def _shifted(line: str, start: int) -> str:
    """A hunk's heading with the numbers of the whole text's lines."""
    if not start or not line.startswith("@@"):
        return line
    words = line.split()
    return " ".join(_moved(word, start) if word[0] in "+-" else word for word in words)


def _moved(word: str, start: int) -> str:
    first, comma, count = word[1:].partition(",")
    return f"{word[0]}{int(first) + start}{comma}{count}"


def _line(line: str) -> str:
    line = line.rstrip("\r\n")
    return f"{line[: _LONGEST - 1]}…" if len(line) > _LONGEST else line
