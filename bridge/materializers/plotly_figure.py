"""Plotly's figures, as their JSON; arrays in them as npy files."""

from __future__ import annotations

import sys
from typing import Any

from bridge.materializers.parts import InParts


class PlotlyFigure(InParts):
    """A `Figure` with its data, layout, template and frames.

    >>> from bridge.materializers import for_format
    >>> for_format("plotly").handles({})
    False
    """

    format = "plotly"

    def handles(self, value: Any) -> bool:
        """Say whether it is exactly a `Figure`."""
        module = sys.modules.get("plotly.graph_objs")
        return module is not None and type(value) is getattr(module, "Figure", None)

    def parts(self, value: Any) -> dict[str, Any]:
        """Give data, layout and frames, properties by their names' order: which was set first is no property."""
        return dict(_ordered(value.to_plotly_json()))

    def whole(self, parts: dict[str, Any]) -> Any:
        """Make the figure; plotly checks each property."""
        import plotly.graph_objects as go

        return go.Figure(parts)

    def facts(self, value: Any) -> dict[str, Any]:
        """Give the kinds of the traces and the title."""
        title = value.layout.title.text
        return {"traces": [trace.type for trace in value.data[:100]], **({"title": str(title)} if title else {})}


def _ordered(node: Any) -> Any:
    if isinstance(node, dict):
        return {name: _ordered(node[name]) for name in sorted(node)}
    return [_ordered(member) for member in node] if isinstance(node, list) else node
