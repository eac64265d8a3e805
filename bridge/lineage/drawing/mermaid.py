"""A picture as Mermaid's flowchart, which Markdown viewers draw."""

from __future__ import annotations

from bridge.lineage.drawing.picture import Box, Picture

_SHAPES = {"version": ("[", "]"), "step": ("([", "])"), "model": ("[[", "]]")}
_PLAIN = frozenset(" _-.,/@:·")


def mermaid(picture: Picture) -> str:
    """The text of a flowchart from left to right.

    >>> from bridge.lineage.drawing.picture import Arrow
    >>> boxes = Box("version", "data@2"), Box("step", 'tr"ain')
    >>> print(mermaid(Picture("", boxes, (Arrow(0, 1, "frame"),))))
    flowchart LR
      n0["data@2"]:::version
      n1(["tr#34;ain"]):::step
      n0 -- "frame" --> n1
      classDef version fill:#e8f1fb,stroke:#2f6db3,color:#12263a
      classDef step fill:#f4f4f2,stroke:#8a8a85,color:#222
      classDef model fill:#e7f5ec,stroke:#2f8f57,color:#12301f
      classDef bad fill:#fdeaea,stroke:#c0392b,color:#4a1410
      classDef marked stroke-width:3px
    """
    lines = ["flowchart LR"]
    for number, box in enumerate(picture.boxes):
        left, right = _SHAPES[box.kind]
        lines.append(f'  n{number}{left}"{_label(box)}"{right}:::{"bad" if box.bad else box.kind}')
    for arrow in picture.arrows:
        way = f'-- "{_escaped(arrow.label)}" -->' if arrow.label else "-->"
        lines.append(f"  n{arrow.start} {way} n{arrow.end}")
    marked = [f"n{number}" for number, box in enumerate(picture.boxes) if box.marked]
    lines += [f"  class {','.join(marked)} marked"] if marked else []
    lines += [
        "  classDef version fill:#e8f1fb,stroke:#2f6db3,color:#12263a",
        "  classDef step fill:#f4f4f2,stroke:#8a8a85,color:#222",
        "  classDef model fill:#e7f5ec,stroke:#2f8f57,color:#12301f",
        "  classDef bad fill:#fdeaea,stroke:#c0392b,color:#4a1410",
        "  classDef marked stroke-width:3px",
    ]
    return "\n".join(lines)


def _label(box: Box) -> str:
    return _escaped(box.title) + (f"<br/><small>{_escaped(box.line)}</small>" if box.line else "")


def _escaped(text: str) -> str:
    """Every character that could mean something to Mermaid, to Markdown or to HTML, by its number.

    >>> _escaped('a["b"]')
    'a#91;#34;b#34;#93;'
    """
    return "".join(c if c.isalnum() or c in _PLAIN else f"#{ord(c)};" if c.isprintable() else " " for c in text)
