"""A lineage graph laid out as a tree: each node once, in the order in which it is read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace

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
        cut: Whether its own edges are left out because it is too deep; it can be asked for by itself.
        also: Further steps that are left out of the tree: that gave this version (up), or that did with it what this
            step did (down).

    >>> Node(ref=VersionRef("churn", 1)).depth
    0
    """

    ref: VersionRef | None = None
    step_id: str | None = None
    depth: int = 0
    last: tuple[bool, ...] = ()
    tie: str | None = None
    slots: tuple[str, ...] = ()
    repeated: bool = False
    cut: bool = False
    also: int = 0


Key = VersionRef | str

DEEPEST = 60
"""Levels that are laid out: a line says of each level above it whether that goes on, and no page is wide enough."""


def tree(graph: Graph, *, run_id: str | None = None) -> tuple[Node, ...]:
    """Lay a graph out as a tree, depth first; cycles end, and what was laid out once is only named again.

    Upwards, a version that several steps returned hangs on one of them: that of `run_id`, else the one that made it
    first; the others are counted in `also`. Downwards, steps of the same task that made the same versions are one.

    What is deeper than 60 levels is left out, which its last node says (`cut`).

    Args:
        graph: What to lay out.
        run_id: Run whose steps are preferred.

    >>> ref = VersionRef("churn", 1)
    >>> graph = Graph(ref, "up", (Edge("s1", ref, "output", "", "returned"),))
    >>> [(node.depth, node.ref or node.step_id) for node in tree(graph)]
    [(0, VersionRef(name='churn', number=1)), (1, 's1')]
    """
    onward, left_out = _onward(graph, run_id)
    laid: list[Node] = []
    seen: set[Key] = set()
    stack = [Node(ref=graph.root)]
    while stack:
        node = stack.pop()
        key: Key = node.ref if node.ref is not None else str(node.step_id)
        edges = onward.get(key, [])
        repeated = key in seen
        cut = not repeated and bool(edges) and node.depth >= DEEPEST and node.ref is not None
        also = 0 if repeated else left_out.get(key, 0)
        laid.append(replace(node, repeated=repeated and bool(edges), cut=cut, also=also))
        if not repeated and not cut:
            seen.add(key)
            stack.extend(reversed(_children(node, edges)))
    return tuple(laid)


def links_of(graph: Graph, *, run_id: str | None = None) -> dict[Key, list[Key]]:
    """For each version and step what it leads to, as in the tree but to any depth; in the order in which they are read.

    >>> ref = VersionRef("churn", 1)
    >>> links_of(Graph(ref, "up", (Edge("s1", ref, "output", "", "returned"),)))
    {VersionRef(name='churn', number=1): ['s1']}
    """
    onward, _ = _onward(graph, run_id)
    links: dict[Key, list[Key]] = {}
    stack: list[Key] = [graph.root]
    while stack:
        key = stack.pop()
        edges = onward.get(key, [])
        if edges and key not in links:
            links[key] = list(dict.fromkeys(edge.version if isinstance(key, str) else edge.step_id for edge in edges))
            stack.extend(reversed(links[key]))
    return links


def _onward(graph: Graph, run_id: str | None) -> tuple[Mapping[Key, list[Edge]], Mapping[Key, int]]:
    """The edges that lead on from each version and step, and how many steps each stands for beside itself."""
    near = "output" if graph.heading == "up" else "input"
    onward: dict[Key, list[Edge]] = defaultdict(list)
    of_version: dict[VersionRef, list[Edge]] = defaultdict(list)
    for edge in dict.fromkeys(graph.edges):
        if edge.direction == near:
            of_version[edge.version].append(edge)
        else:
            onward[edge.step_id].append(edge)
    left_out: dict[Key, int] = {}
    for ref, edges in of_version.items():
        if near == "output":
            onward[ref], left_out[ref] = _maker(graph, edges, run_id)
        else:
            groups = _alike(graph, edges, onward, run_id)
            onward[ref] = [edge for group in groups for edge in group if edge.step_id == group[0].step_id]
            left_out |= {group[0].step_id: len({edge.step_id for edge in group}) - 1 for group in groups}
    return onward, left_out


def _maker(graph: Graph, edges: list[Edge], run_id: str | None) -> tuple[list[Edge], int]:
    """The step that made a version, of several that gave it; a flow that hands a task's result on does not count."""
    makers = [edge for edge in edges if not _is_flow(graph, edge.step_id)] or edges
    version = graph.versions.get(edges[0].version)
    first = version.step_id if version is not None else None
    chosen = min(makers, key=lambda edge: _rank(graph, edge, run_id, first)).step_id
    others = {edge.step_id for edge in makers} - {chosen}
    return [edge for edge in makers if edge.step_id == chosen], len(others)


def _alike(graph: Graph, edges: list[Edge], onward: Mapping[Key, list[Edge]], run_id: str | None) -> list[list[Edge]]:
    """Users of a version, those that did the same with it together, the one to show first."""
    groups: dict[object, list[Edge]] = defaultdict(list)
    for edge in sorted(edges, key=lambda edge: _rank(graph, edge, run_id, None)):
        step = graph.steps.get(edge.step_id)
        made = frozenset(further.version for further in onward.get(edge.step_id, []))
        groups[(step.task, made) if step is not None and made else edge.step_id].append(edge)
    return list(groups.values())


def _rank(graph: Graph, edge: Edge, run_id: str | None, first: str | None) -> tuple[bool, bool, float]:
    """Less is shown rather: a step of the run asked for, the one that came first, the earliest."""
    step = graph.steps.get(edge.step_id)
    in_run = run_id is not None and step is not None and step.run_id == run_id
    return not in_run, edge.step_id != first, step.started.timestamp() if step is not None else float("inf")


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
