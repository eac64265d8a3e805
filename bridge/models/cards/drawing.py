"""A lineage graph laid out to be drawn: sources above, the model below."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bridge.lineage.graph import Graph
from bridge.lineage.humane import duration, short_type, size
from bridge.lineage.tree import Key, links_of

LAYERS = 12
"""Layers of versions and steps, from the model back."""

ACROSS = 4
"""Boxes of one layer; where there is more, the last one counts the rest."""

WIDTH, VERSION_HEIGHT, STEP_HEIGHT, GAP, BESIDE = 176, 46, 28, 24, 18
_LETTERS, _DETAIL_LETTERS = 22, 27


@dataclass(frozen=True, slots=True)
class Box:
    """A version, a step, or a number of those that are not drawn.

    Args:
        kind: `root`, `version`, `step` or `rest`.
        title: Shortened to the box.
        detail: Second line; empty if there is none.
        whole: Title and facts in full.
        x: Left edge.
        y: Upper edge.
        height: Of the box; all are equally wide.
    """

    kind: str
    title: str
    detail: str
    whole: str
    x: int
    y: int
    height: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """Boxes, and the curves between them as SVG writes paths.

    Args:
        boxes: From the sources to the model.
        curves: Each from something to what was made from it, or with it.
        width: Of everything.
        height: Of everything.
        left_out: Versions and steps that have no box of their own.
    """

    boxes: tuple[Box, ...]
    curves: tuple[str, ...]
    width: int
    height: int
    left_out: int


def drawing(graph: Graph, *, run_id: str | None = None) -> Drawing:
    """Lay a graph out; `run_id` as for `bridge.lineage.tree`.

    >>> from bridge.domain.version import Edge, VersionRef
    >>> ref = VersionRef("churn", 1)
    >>> drawn = drawing(Graph(ref, "up", (Edge("s1", ref, "output", "", "returned"),)))
    >>> [(box.kind, box.title) for box in drawn.boxes], len(drawn.curves)
    ([('step', 's1'), ('root', 'churn@1')], 1)
    """
    links = links_of(graph, run_id=run_id)
    layer_of = _layers(graph.root, links)
    layers: dict[int, list[Key]] = defaultdict(list)
    for key, layer in layer_of.items():
        layers[layer].append(key)
    place = {source: (i, j) for i, sources in enumerate(links.values()) for j, source in enumerate(sources)}
    shown = {
        layer: sorted(keys, key=lambda key: place.get(key, (-1, -1)))  # as the layers below use them
        for layer, keys in layers.items()
        if layer < LAYERS
    }
    shown = {layer: keys[: ACROSS - (len(keys) > ACROSS)] for layer, keys in shown.items()}
    across = min(max(len(layers[layer]) for layer in shown), ACROSS)
    width = across * (WIDTH + BESIDE) + BESIDE
    boxes: dict[Key, Box] = {}
    rest: list[Box] = []
    y = GAP
    if len(layers) > len(shown):
        count = sum(len(keys) for layer, keys in layers.items() if layer >= LAYERS)
        rest.append(_rest(f"{count:,} further back", (width - WIDTH) // 2, y))
        y += STEP_HEIGHT + GAP
    for layer in sorted(shown, reverse=True):
        keys, more = shown[layer], len(layers[layer]) - len(shown[layer])
        height = max(_height(key) for key in keys)
        x = (width - (len(keys) + (more > 0)) * (WIDTH + BESIDE) + BESIDE) // 2
        for key in keys:
            boxes[key] = _box(graph, key, x, y)
            x += WIDTH + BESIDE
        if more:
            rest.append(_rest(f"{more:,} more", x, y))
        y += height + GAP
    curves = [
        _curve(boxes[source], boxes[target], far=layer_of[source] - layer_of[target] > 1)
        for target, sources in links.items()
        for source in sources
        if source in boxes and target in boxes
    ]
    drawn = (*boxes.values(), *rest)
    return Drawing(drawn, tuple(curves), width, y, len(layer_of) - len(boxes))


def _layers(root: Key, links: Mapping[Key, Sequence[Key]]) -> dict[Key, int]:
    """How many steps and versions lie between each and the root, on the longest way; cycles end."""
    layer_of: dict[Key, int] = {root: 0}
    for key in _topological(root, links):
        for source in links.get(key, ()):
            layer_of[source] = max(layer_of.get(source, 0), layer_of[key] + 1)
    return layer_of


def _topological(root: Key, links: Mapping[Key, Sequence[Key]]) -> list[Key]:
    """Everything after what was made from it, without recursion: lineages are deep."""
    done: dict[Key, None] = {}
    seen = {root}
    stack: list[tuple[Key, int]] = [(root, 0)]
    while stack:
        key, place = stack.pop()
        sources = links.get(key, ())
        if place < len(sources):
            stack.append((key, place + 1))
            if sources[place] not in seen:
                seen.add(sources[place])
                stack.append((sources[place], 0))
        else:
            done[key] = None
    return list(reversed(done))


def _height(key: Key) -> int:
    return STEP_HEIGHT if isinstance(key, str) else VERSION_HEIGHT


def _box(graph: Graph, key: Key, x: int, y: int) -> Box:
    if isinstance(key, str):
        step = graph.steps.get(key)
        title = step.task if step is not None else key
        took = duration((step.ended - step.started).total_seconds()) if step is not None else "not recorded"
        return Box("step", _shortened(title), "", f"{title}: {took}", x, y, STEP_HEIGHT)
    version = graph.versions.get(key)
    detail = "not recorded" if version is None else f"{short_type(version.type)}, {size(version.size)}"
    kind = "root" if key == graph.root else "version"
    whole = f"{key}: {detail}" + (f", {version.digest}" if version is not None and version.digest else "")
    return Box(
        kind,
        _shortened(key.name, f"@{key.number}"),
        _shortened(detail, room=_DETAIL_LETTERS),
        whole,
        x,
        y,
        VERSION_HEIGHT,
    )


def _rest(title: str, x: int, y: int) -> Box:
    return Box("rest", title, "", title, x, y, STEP_HEIGHT)


def _shortened(title: str, ending: str = "", *, room: int = _LETTERS) -> str:
    room -= len(ending)
    return (title if len(title) <= room else f"{title[: room - 1]}…") + ending


def _curve(source: Box, target: Box, *, far: bool) -> str:
    """From the lower edge of one box to the upper edge of another; past the boxes between, if there are some."""
    x, y, to_x, to_y = source.x + WIDTH // 2, source.y + source.height, target.x + WIDTH // 2, target.y
    if not far:
        bend = (to_y - y) // 2
        return f"M{x} {y}C{x} {y + bend} {to_x} {to_y - bend} {to_x} {to_y}"
    side = max(x, to_x) + WIDTH // 2 + BESIDE // 2
    out = f"M{x} {y}C{x} {y + GAP} {side} {y} {side} {y + GAP}"
    return f"{out}L{side} {to_y - GAP}C{side} {to_y} {to_x} {to_y - GAP} {to_x} {to_y}"
