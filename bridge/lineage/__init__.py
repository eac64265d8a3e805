"""How a version came to be, what was made from it, and what it differs in from another."""

from bridge.lineage.asking import ancestors, descendants
from bridge.lineage.differences import diff
from bridge.lineage.graph import Graph, Heading
from bridge.lineage.paths import Path, why
from bridge.lineage.reaching import Affected, Reached, affected, models_from
from bridge.lineage.render import render
from bridge.lineage.running import RunGraph, graph_of_run
from bridge.lineage.runs import diff_runs
from bridge.lineage.tree import Node, tree

__all__ = [
    "Affected",
    "Graph",
    "Heading",
    "Node",
    "Path",
    "Reached",
    "RunGraph",
    "affected",
    "ancestors",
    "descendants",
    "diff",
    "diff_runs",
    "graph_of_run",
    "models_from",
    "render",
    "tree",
    "why",
]
