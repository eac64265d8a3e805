"""Previews of Plotly's figures: what they are, since drawing them needs a browser."""

from __future__ import annotations

from typing import Any

from bridge.domain.preview import Preview
from bridge.materializers.previews.shortened import cut

_LISTED = 20


def preview(value: Any, until: float) -> Preview | None:
    """Show the title and the traces: kind and name."""
    title = value.layout.title.text
    traces = [[str(trace.type), cut(str(trace.name or ""))] for trace in value.data[:_LISTED]]
    return Preview.of("figure", {"title": cut(str(title or "")), "traces": traces, "of": len(value.data)})
