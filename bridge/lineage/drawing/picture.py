"""Lineage as boxes and arrows, before it is written in some format."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from bridge.domain.model import ModelVersion
from bridge.domain.run import Run, Step
from bridge.domain.secret_urls import redacted
from bridge.domain.version import Edge, Version, VersionRef
from bridge.lineage.graph import Graph
from bridge.lineage.humane import duration, short_digest, short_type, size
from bridge.lineage.paths import Path
from bridge.lineage.reaching import Affected
from bridge.lineage.render import FORGOTTEN
from bridge.lineage.running import RunGraph

Kind = Literal["version", "step", "model"]
BAD = frozenset({"Failed", "Crashed", "TimedOut"})


@dataclass(frozen=True, slots=True)
class Box:
    """A version, a step or a registered model version.

    Args:
        kind: Which of them.
        title: `name@number`, or the task's name.
        facts: What else is known, by name, in the order in which it is shown.
        marked: Whether it is what was asked about.
        bad: Whether it is a step that failed.

    >>> Box("version", "churn@3").line
    ''
    """

    kind: Kind
    title: str
    facts: tuple[tuple[str, str], ...] = ()
    marked: bool = False
    bad: bool = False

    @property
    def line(self) -> str:
        """The facts that fit under the title."""
        return " · ".join(value for name, value in self.facts if name in _UNDER)


_UNDER = ("type", "size", "digest", "run", "state", "took", "aliases")


@dataclass(frozen=True, slots=True)
class Arrow:
    """Data went from one box to another; their positions, and through which parameter."""

    start: int
    end: int
    label: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """Boxes, and arrows in the direction in which data went."""

    title: str
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]


def picture(what: Graph | RunGraph | Path | Affected, models: Sequence[ModelVersion] = ()) -> Picture:
    """Boxes and arrows of a graph, a run, a path or what is affected.

    Args:
        what: It.
        models: Registered model versions, each hung on its version if that is in the graph.

    >>> ref = VersionRef("churn", 1)
    >>> drawn = picture(Graph(ref, "up", (Edge("s1", ref, "output", "", "returned"),)))
    >>> [box.title for box in drawn.boxes], drawn.arrows
    (['churn@1', 's1'], (Arrow(start=1, end=0, label=''),))
    """
    if isinstance(what, Affected):
        return picture(what.graph, [one.model for one in what.models])
    marked: set[VersionRef] = set()
    if isinstance(what, RunGraph):
        title = f"Run {what.run.name} of {what.run.flow}"
        refs: Iterable[VersionRef] = (edge.version for edge in what.edges)
    elif isinstance(what, Path):
        title, marked = f"From {what.start} to {what.end}", {what.start, what.end}
        refs = (what.start, what.end, *(edge.version for edge in what.edges))
    else:
        way = "came to be" if what.heading == "up" else "is used"
        title, marked, refs = f"How {what.root} {way}", {what.root}, what.refs
    shown = [*dict.fromkeys(refs)]
    step_ids = [*dict.fromkeys([*(edge.step_id for edge in what.edges), *_alone(what)])]
    drawn: list[VersionRef | str] = [*shown, *step_ids]
    at = {one: number for number, one in enumerate(drawn)}
    boxes = [_version(ref, what.versions.get(ref), ref in marked) for ref in shown]
    boxes += [_step(id, what.steps.get(id), what.runs) for id in step_ids]
    arrows = list(_arrows(what.edges, at))
    for model in models:
        if model.version in at:
            arrows.append(Arrow(at[model.version], len(boxes), "registered"))
            boxes.append(_model(model))
    return Picture(title, tuple(boxes), tuple(arrows))


def _alone(what: Graph | RunGraph | Path) -> Iterable[str]:
    """Steps of a run that neither used nor made anything that is kept."""
    return what.steps if isinstance(what, RunGraph) else ()


def _arrows(edges: Iterable[Edge], at: Mapping[VersionRef | str, int]) -> Iterable[Arrow]:
    labels: dict[tuple[int, int], dict[str, None]] = {}
    for edge in edges:
        ends = at[edge.version], at[edge.step_id]
        ways = labels.setdefault(ends if edge.direction == "input" else (ends[1], ends[0]), {})
        if edge.direction == "input":  # positions in a result would only be numbers on every arrow
            ways[edge.slot] = None
    for (start, end), slots in labels.items():
        yield Arrow(start, end, ", ".join(slot for slot in slots if slot))


def _version(ref: VersionRef, version: Version | None, marked: bool) -> Box:
    if version is None:
        return Box("version", str(ref), (("state", FORGOTTEN),), marked)
    facts = {
        "type": short_type(version.type),
        "size": size(version.size),
        "digest": short_digest(version.digest) if version.digest else "bytes not stored",
        "aliases": ", ".join(version.aliases),
        "created": _moment(version.created),
        "made elsewhere, came from": redacted(version.origin) if version.origin else "",
        "tags": ", ".join(f"{key}={value}" for key, value in version.tags.items()),
    }
    return Box("version", str(ref), _told(facts), marked)


def _step(id: str, step: Step | None, runs: Mapping[str, Run]) -> Box:
    if step is None:
        return Box("step", id, (("state", "not recorded"),))
    run = runs.get(step.run_id or "")
    facts = {
        "run": run.name if run is not None else (step.run_id or "outside flows")[:13],
        "state": step.state,
        "took": duration((step.ended - step.started).total_seconds()),
        "flow": run.flow if run is not None else "",
        "started": _moment(step.started),
        "error": redacted(step.error or ""),
        "id": step.id,
    }
    return Box("step", step.task, _told(facts), bad=step.state in BAD)


def _model(model: ModelVersion) -> Box:
    facts = {"aliases": ", ".join(model.aliases), "registered": _moment(model.created), "kind": "registered model"}
    return Box("model", model.selector, _told(facts), marked=bool(model.aliases))


def _told(facts: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in facts.items() if value)


def _moment(moment: object) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
