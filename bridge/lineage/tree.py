"""A lineage graph laid out as a tree: each node once, in the order in which it is read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from bridge.domain.version import Edge, VersionRef
from bridge.lineage.graph import Graph


@dataclass(frozen=True, slots=True)
class Node:
    """One line of the tree: a version or a step.

    Args:
        ref: The version; None for a step.
        step_id: The step; None for a version.
        depth: 0 for the root.
        last: For each level from 1 to `depth`, whether the node there is its parent's last.
        tie: How the edge that leads here is known; None for the root.
        slots: Parameters or positions that the edge stands for.
        repeated: Whether this node's own edges were laid out above.
        also: Further steps that gave the same version and are left out of the tree.
    """

    ref: VersionRef | None = None
    step_id: str | None = None
    depth: int = 0
    last: tuple[bool, ...] = ()
    tie: str | None = None
    slots: tuple[str, ...] = ()
    repeated: bool = False
    also: int = 0


Key = VersionRef | str


def tree(graph: Graph, *, run_id: str | None = None) -> tuple[Node, ...]:
    """Lay a graph out as a tree, depth first; cycles end, and what was laid out once is only named again.

    Upwards, a version that several steps returned hangs on one of them: that of `run_id`, else the one that made it
    first; the others are counted in `also`.

    Args:
        graph: What to lay out.
        run_id: Run whose steps are preferred.

    >>> ref = VersionRef("churn", 1)
    >>> graph = Graph(ref, "up", (Edge("s1", ref, "output", "", "returned"),))
    >>> [(node.depth, node.ref or node.step_id) for node in tree(graph)]
    [(0, VersionRef(name='churn', number=1)), (1, 's1')]
    """
    onward = _onward(graph, run_id)
    laid: list[Node] = []
    seen: set[Key] = set()
    stack = [Node(ref=graph.root)]
    while stack:
        node = stack.pop()
        key: Key = node.ref if node.ref is not None else str(node.step_id)
        edges, also = onward.get(key, ([], 0))
        laid.append(_with(node, repeated=key in seen and bool(edges), also=0 if key in seen else also))
        if key not in seen:
            seen.add(key)
            stack.extend(reversed(_children(node, edges)))
    return tuple(laid)


def _with(node: Node, *, repeated: bool, also: int) -> Node:
    return Node(node.ref, node.step_id, node.depth, node.last, node.tie, node.slots, repeated, also)


def _onward(graph: Graph, run_id: str | None) -> Mapping[Key, tuple[list[Edge], int]]:
    """The edges that lead on from each version and step, with how many others are left out."""
    near = "output" if graph.heading == "up" else "input"
    of_version: dict[Key, list[Edge]] = defaultdict(list)
    of_step: dict[Key, list[Edge]] = defaultdict(list)
    for edge in dict.fromkeys(graph.edges):
        if edge.direction == near:
            of_version[edge.version].append(edge)
        else:
            of_step[edge.step_id].append(edge)
    onward: dict[Key, tuple[list[Edge], int]] = {key: (edges, 0) for key, edges in of_step.items()}
    for key, edges in of_version.items():
        onward[key] = _chosen(graph, edges, run_id) if near == "output" else (edges, 0)
    return onward


def _chosen(graph: Graph, edges: list[Edge], run_id: str | None) -> tuple[list[Edge], int]:
    """The step that made a version, of several that gave it; a flow that hands a task's result on does not count."""
    makers = [edge for edge in edges if not _is_flow(graph, edge.step_id)] or edges
    version = graph.versions.get(edges[0].version)

    def rank(edge: Edge) -> tuple[bool, bool, float]:
        step = graph.steps.get(edge.step_id)
        in_run = run_id is not None and step is not None and step.run_id == run_id
        first = version is not None and edge.step_id == version.step_id
        return not in_run, not first, step.started.timestamp() if step is not None else float("inf")

    chosen = min(makers, key=rank).step_id
    others = {edge.step_id for edge in makers} - {chosen}
    return [edge for edge in makers if edge.step_id == chosen], len(others)


def _is_flow(graph: Graph, step_id: str) -> bool:
    step = graph.steps.get(step_id)
    return step is not None and step.run_id == step_id


def _children(parent: Node, edges: list[Edge]) -> list[Node]:
    """One node for each version or step that edges lead to; several edges to the same one are one node."""
    grouped: dict[Key, list[Edge]] = defaultdict(list)
    for edge in edges:
        grouped[edge.step_id if parent.ref is not None else edge.version].append(edge)
    children = []
    for number, (key, group) in enumerate(grouped.items(), start=1):
        children.append(
            Node(
                ref=key if isinstance(key, VersionRef) else None,
                step_id=key if isinstance(key, str) else None,
                depth=parent.depth + 1,
                last=(*parent.last, number == len(grouped)),
                tie=", ".join(dict.fromkeys(edge.tie for edge in group)),
                slots=tuple(dict.fromkeys(edge.slot for edge in group if edge.slot)),
            )
        )
    return children
