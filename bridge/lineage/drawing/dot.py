"""A picture in Graphviz's language."""

from __future__ import annotations

from bridge.lineage.drawing.picture import Box, Picture

_STYLES = {
    "version": 'shape=box, fillcolor="#e8f1fb", color="#2f6db3"',
    "step": 'shape=box, style="rounded,filled", fillcolor="#f4f4f2", color="#8a8a85"',
    "model": 'shape=box3d, fillcolor="#e7f5ec", color="#2f8f57"',
}
_BAD = ', fillcolor="#fdeaea", color="#c0392b"'


def dot(picture: Picture) -> str:
    r"""The text of a directed graph from left to right: `dot -Tsvg` draws it.

    >>> from bridge.lineage.drawing.picture import Arrow
    >>> print(dot(Picture("Run", (Box("version", 'a"\\@1'),), (Arrow(0, 0),))))
    digraph lineage {
      graph [rankdir=LR, label="Run", labelloc=t, fontname="sans-serif"];
      node [style=filled, fontname="sans-serif", fontsize=11];
      edge [color="#77777a", fontname="sans-serif", fontsize=9];
      n0 [label="a\"\\@1", shape=box, fillcolor="#e8f1fb", color="#2f6db3"];
      n0 -> n0;
    }
    """
    lines = [
        "digraph lineage {",
        f'  graph [rankdir=LR, label="{_escaped(picture.title)}", labelloc=t, fontname="sans-serif"];',
        '  node [style=filled, fontname="sans-serif", fontsize=11];',
        '  edge [color="#77777a", fontname="sans-serif", fontsize=9];',
    ]
    for number, box in enumerate(picture.boxes):
        style = _STYLES[box.kind] + (_BAD if box.bad else "") + (", penwidth=2.5" if box.marked else "")
        lines.append(f'  n{number} [label="{_label(box)}", {style}];')
    for arrow in picture.arrows:
        label = f' [label="{_escaped(arrow.label)}"]' if arrow.label else ""
        lines.append(f"  n{arrow.start} -> n{arrow.end}{label};")
    return "\n".join([*lines, "}"])


def _label(box: Box) -> str:
    return _escaped(box.title) + (rf"\n{_escaped(box.line)}" if box.line else "")


def _escaped(text: str) -> str:
    """What stands between quotes; Graphviz reads backslashes as escapes and `&…;` as HTML's entities."""
    text = "".join(c if c.isprintable() else " " for c in text)
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("&", "&amp;")
