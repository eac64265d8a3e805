"""Lineage as pictures: Mermaid, Graphviz and a page of its own."""

from __future__ import annotations

from bridge.lineage.drawing.dot import dot
from bridge.lineage.drawing.html import html
from bridge.lineage.drawing.mermaid import mermaid
from bridge.lineage.drawing.picture import Arrow, Box, Picture, picture

__all__ = ["Arrow", "Box", "Picture", "dot", "html", "mermaid", "picture"]
