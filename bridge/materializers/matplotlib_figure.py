"""Matplotlib's figures: a picture that any program opens, and a pickle to go on drawing."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from bridge.domain.ports import Sink
from bridge.materializers.pickled import Pickle

PICTURE = "figure.png"


class MatplotlibFigure(Pickle):
    """A `Figure`, as `figure.png` and `value.pickle`; the pickle is what is loaded.

    `unsafe` and not deterministic, as any pickle.

    >>> MatplotlibFigure.unsafe, MatplotlibFigure().handles({})
    (True, False)
    """

    format = "matplotlib"

    def handles(self, value: object) -> bool:
        """Say whether it is exactly a `Figure`."""
        module = sys.modules.get("matplotlib.figure")
        return module is not None and type(value) is module.Figure

    def save(self, value: Any, sink: Sink) -> Mapping[str, Any]:
        """Write the pickle, then the picture: drawing settles a layout, which the pickle is not to show."""
        facts = super().save(value, sink)
        with sink.open(PICTURE) as file:
            value.savefig(file, format="png", metadata={"Software": None})
        width, height = (round(float(inches) * value.dpi) for inches in value.get_size_inches())
        return {**facts, "width": width, "height": height, "axes": len(value.axes)}
