"""How a version came to be, what was made from it, and what it differs in from another."""

from bridge.lineage.asking import ancestors, descendants
from bridge.lineage.differences import diff
from bridge.lineage.graph import Graph, Heading
from bridge.lineage.render import render
from bridge.lineage.runs import diff_runs
from bridge.lineage.tree import Node, tree

__all__ = ["Graph", "Heading", "Node", "ancestors", "descendants", "diff", "diff_runs", "render", "tree"]
