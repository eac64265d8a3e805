"""How a version came to be, and what was made from it."""

from bridge.lineage.asking import ancestors, descendants
from bridge.lineage.graph import Graph, Heading
from bridge.lineage.render import render
from bridge.lineage.tree import Node, tree

__all__ = ["Graph", "Heading", "Node", "ancestors", "descendants", "render", "tree"]
