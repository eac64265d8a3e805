"""Previews of images and Matplotlib's figures: a thumbnail as PNG."""

from __future__ import annotations

import io
from typing import Any

from bridge.domain.preview import LIMIT, PNG, Preview

EDGE = 256
"""Pixels of a thumbnail's longer side."""

_EDGES = (EDGE, 192, 128, 96, 64)
_COARSE = 4 * EDGE
_PLAIN = frozenset({"1", "L", "LA", "RGB", "RGBA"})
_DEEP = frozenset({"I", "F", "I;16", "I;16L", "I;16B", "I;16N"})
_POINTS = 100_000
"""Points of a figure from which it is not drawn once more."""


def preview(value: Any, until: float) -> Preview | None:
    """Show an image or a figure in small.

    >>> from PIL import Image
    >>> preview(Image.new("RGB", (1000, 500)), 9e9).media_type
    'image/png'
    """
    if type(value).__module__.startswith("PIL."):
        return thumbnail(value, kind="image")
    return _of_figure(value)


def thumbnail(image: Any, *, kind: str) -> Preview | None:
    """Make a Pillow image small.

    Of a large one only every n-th pixel is looked at, then those are averaged.
    """
    from PIL import Image

    if not all(image.size):
        return None
    coarse = image.resize(_within(image.size, _COARSE), Image.Resampling.NEAREST)
    coarse = _plain(coarse)
    for edge in _EDGES:
        small = coarse.resize(_within(image.size, edge), Image.Resampling.BOX)
        small.info = {}
        file = io.BytesIO()
        small.save(file, "PNG")
        if file.tell() <= LIMIT:
            return Preview(kind, PNG, file.getvalue())
    return None


def _within(size: tuple[int, int], edge: int) -> tuple[int, int]:
    width, height = size
    scale = min(edge / max(width, height), 1.0)
    return max(round(width * scale), 1), max(round(height * scale), 1)


def _plain(image: Any) -> Any:
    """Give an image in a mode that PNG has and that can be averaged."""
    if image.mode in _DEEP:
        image = image.convert("F")
        least, most = image.getextrema()
        scale = 255.0 / (most - least) if most > least else 0.0
        return image.point(lambda level: level * scale - least * scale).convert("L")
    if image.mode == "1":
        return image.convert("L")
    if image.mode in _PLAIN:
        return image
    return image.convert("RGBA" if image.mode in {"PA", "RGBa", "La"} or "transparency" in image.info else "RGB")


def _of_figure(figure: Any) -> Preview | None:
    """Show what was drawn when the figure was saved; if that is gone, draw it once more, small."""
    from PIL import Image  # Matplotlib has loaded it

    renderer = getattr(figure.canvas, "renderer", None)
    drawn = getattr(renderer, "buffer_rgba", None)
    if drawn is not None:
        return thumbnail(Image.fromarray(_array(drawn())), kind="figure")
    if _points(figure) > _POINTS:
        return None
    file = io.BytesIO()
    dpi = 2 * EDGE / max(*figure.get_size_inches(), 1.0)
    figure.savefig(file, format="png", dpi=dpi, metadata={"Software": None})
    with Image.open(file, formats=["PNG"]) as image:
        return thumbnail(image, kind="figure")


def _array(buffer: Any) -> Any:
    import numpy as np

    return np.asarray(buffer)


def _points(figure: Any) -> int:
    points = 0
    for axes in figure.axes:
        points += sum(len(line.get_xdata(orig=True)) for line in axes.lines)
        points += sum(len(part.get_offsets()) + len(part.get_paths()) for part in axes.collections)
        points += sum(getattr(image.get_array(), "size", 0) for image in axes.images) + len(axes.patches)
    return points
