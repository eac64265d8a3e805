"""Previews of long texts: their first lines."""

from __future__ import annotations

from typing import Any

from bridge.domain.preview import Preview

LINES = 20
WIDTH = 200
_LOOKED_AT = LINES * WIDTH * 2


def preview(value: Any, until: float) -> Preview | None:
    r"""Show the first lines, each cut where it is long.

    >>> preview("one\ntwo\n" + "x" * 5000, 9e9).text[:8]
    'one\ntwo\n'
    """
    lines = value[:_LOOKED_AT].splitlines()[:LINES]
    shown = "\n".join(line if len(line) <= WIDTH else f"{line[: WIDTH - 1]}…" for line in lines)
    return Preview.of_text(shown)
