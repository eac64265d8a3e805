"""A picture as one page that needs nothing else: it can be mailed, archived and opened without a network."""

from __future__ import annotations

import json
from functools import cache
from html import escape
from pathlib import Path

from bridge.lineage.drawing.layout import layout
from bridge.lineage.drawing.picture import Box, Picture

_KINDS = ("version", "step", "model")
_HERE = Path(__file__).parent


def html(picture: Picture) -> str:
    """The page; names are other people's text, and are shown as text.

    >>> page = html(Picture("Run", (Box("version", "</script>@1"),), ()))
    >>> page.count("</script>"), page.count("http")
    (2, 0)
    """
    at = layout(len(picture.boxes), [(arrow.start, arrow.end) for arrow in picture.arrows])
    names: dict[str, int] = {}
    labels: dict[str, int] = {}
    document = {
        "title": picture.title,
        "boxes": [_box(box, names) for box in picture.boxes],
        "columns": at.columns,
        "heights": at.heights,
        "arrows": [
            number
            for arrow in picture.arrows
            for number in (arrow.start, arrow.end, labels.setdefault(arrow.label, len(labels)))
        ],
    }
    document |= {"names": list(names), "labels": list(labels)}
    parts = {"title": escape(picture.title), "data": _embedded(document), "style": _part("css"), "script": _part("js")}
    page = _part("html")
    before, _, rest = page.partition("{title}")
    pieces = [before, parts["title"]]
    for name in ("style", "data", "script"):
        between, _, rest = rest.partition(f"{{{name}}}")
        pieces += [between, parts[name]]
    return "".join([*pieces, rest])


def _box(box: Box, names: dict[str, int]) -> list[object]:
    """Kind, title, flags and facts, whose names are numbered."""
    told: list[object] = []
    for name, value in box.facts:
        told += [names.setdefault(name, len(names)), value]
    return [_KINDS.index(box.kind), box.title, box.marked + 2 * box.bad, box.line, *told]


def _embedded(document: object) -> str:
    r"""JSON that neither ends a script nor begins a comment in HTML.

    >>> _embedded("</script><!--")
    '"\\u003c/script\\u003e\\u003c!--"'
    """
    text = json.dumps(document, ensure_ascii=True, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


@cache
def _part(suffix: str) -> str:
    return (_HERE / f"page.{suffix}").read_text(encoding="utf-8")
