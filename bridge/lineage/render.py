"""A lineage graph as lines of text."""

from __future__ import annotations

from dataclasses import dataclass

from bridge.domain.run import Step
from bridge.domain.secret_urls import redacted
from bridge.domain.version import Version
from bridge.lineage.graph import Graph
from bridge.lineage.humane import duration, short_digest, short_type, size
from bridge.lineage.tree import Node, tree

SEPARATOR = " · "


@dataclass(frozen=True, slots=True)
class Line:
    """One line, in the pieces that are coloured differently.

    Args:
        branch: Box-drawing characters before the title.
        title: `name@number` of a version, the task's name of a step.
        tie: How the edge is known, with the parameters it stands for, in brackets; empty for the root.
        facts: Type, size and digest; run, state and duration.
        is_step: Whether it is a step.
        note: `(above)` if the rest of it is written above; what to run if it goes on deeper than is drawn.

    >>> str(Line("└─ ", "train", "[returned]", ("run wise-owl", "Completed"), is_step=True))
    '└─ train [returned] · run wise-owl · Completed'
    """

    branch: str
    title: str
    tie: str = ""
    facts: tuple[str, ...] = ()
    is_step: bool = False
    note: str = ""

    def __str__(self) -> str:
        head = " ".join(part for part in (self.title, self.tie) if part)
        return self.branch + SEPARATOR.join((head, *self.facts)) + (f" {self.note}" if self.note else "")


def render(graph: Graph, *, run_id: str | None = None) -> str:
    """Draw a graph as `tree` draws folders.

    >>> from bridge.domain.version import Edge, VersionRef
    >>> data, model = VersionRef("data", 2), VersionRef("churn", 3)
    >>> edges = (Edge("s1", model, "output", "", "returned"), Edge("s1", data, "input", "frame", "future"))
    >>> print(render(Graph(model, "up", edges)))
    churn@3 · not recorded, or forgotten
    └─ s1 [returned] · not recorded
       └─ data@2 [future: frame] · not recorded, or forgotten
    """
    return "\n".join(str(line) for line in lines(graph, run_id=run_id))


def lines(graph: Graph, *, run_id: str | None = None) -> list[Line]:
    """The lines of the drawing; `run_id` as for `tree`.

    >>> from bridge.domain.version import VersionRef
    >>> [line.title for line in lines(Graph(VersionRef("data", 2), "up"))]
    ['data@2']
    """
    return [_line(graph, node) for node in tree(graph, run_id=run_id)]


def _line(graph: Graph, node: Node) -> Line:
    step = graph.steps.get(node.step_id) if node.step_id is not None else None
    version = graph.versions.get(node.ref) if node.ref is not None else None
    title = str(node.ref) if node.ref is not None else (step.task if step is not None else node.step_id or "")
    facts: tuple[str, ...] = ("not recorded",)
    if node.repeated:
        facts = ()
    elif node.ref is not None:
        facts = version_facts(version)
    elif step is not None:
        facts = _step_facts(graph, step)
    if node.also and (node.depth == 0 or node.step_id is not None):
        others = f"{node.also} other step{'s' if node.also > 1 else ''}"
        facts = (*facts, f"the same in {others}" if node.step_id is not None else f"the same from {others}")
    return Line(_branch(node), title, _tie(node), facts, node.ref is None, _note(graph, node))


def _note(graph: Graph, node: Node) -> str:
    if node.cut:
        return f"(goes on: bridge lineage {node.ref}{' --down' if graph.heading == 'down' else ''})"
    return "(above)" if node.repeated else ""


def _branch(node: Node) -> str:
    if not node.last:
        return ""
    stems = "".join("   " if last else "│  " for last in node.last[:-1])
    return stems + ("└─ " if node.last[-1] else "├─ ")


def _tie(node: Node) -> str:
    if node.tie is None:
        return ""
    slots = ", ".join(node.slots)
    return f"[{node.tie}: {slots}]" if slots and node.ref is not None else f"[{node.tie}]"


FORGOTTEN = "not recorded, or forgotten"
"""What is said of a version of which there are no facts."""


def version_facts(version: Version | None) -> tuple[str, ...]:
    """What a line says of a version.

    >>> from datetime import datetime, timezone
    >>> from bridge.domain.version import VersionRef
    >>> now = datetime.now(timezone.utc)
    >>> version_facts(Version(VersionRef("a", 1), "blake3:ab12cd34ef", "npy", "numpy.ndarray", 2048, now))
    ('ndarray', '2.0 kB', 'ab12cd34')
    """
    if version is None:
        return (FORGOTTEN,)
    digest = short_digest(version.digest) if version.digest else "bytes not stored"
    elsewhere = (f"made elsewhere, came from {redacted(version.origin)}",) if version.origin else ()
    return short_type(version.type), size(version.size), digest, *elsewhere


def _step_facts(graph: Graph, step: Step) -> tuple[str, ...]:
    run = graph.run_of(step.id)
    where = run.name if run is not None else (step.run_id or "")[:8]
    took = duration((step.ended - step.started).total_seconds())
    return (*((f"run {where}",) if where else ("outside flows",)), step.state, took)
