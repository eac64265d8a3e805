"""Looks whether a history is here: each fact counted, each content that came read back and hashed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bridge.domain.errors import BridgeError
from bridge.domain.version import VersionRef
from bridge.migrate.data.moving import Moving


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found.

    Args:
        versions: Versions of the history that are here.
        runs: Runs of it.
        steps: Steps of it.
        edges: Edges of it.
        contents: Contents that were read and hashed.
        size: Bytes of them.
        problems: What is not here, or differs, one sentence each.
    """

    versions: int
    runs: int
    steps: int
    edges: int
    contents: int
    size: int
    problems: tuple[str, ...] = ()


def verify(moving: Moving, advance: Callable[[int], None] = lambda _: None) -> Verified:
    """Compare what is here with the history, and read what came.

    Args:
        moving: After `move`.
        advance: Told of each content that was read.
    """
    problems: list[str] = []
    refs = moving.refs
    found = sum(_is_here(moving, past.id, refs.get(past.id), problems) for past in moving.history.versions)
    runs = _count("run", [run.id for run in moving.history.runs], moving.workspace.catalog.run, problems)
    steps = _count("step", [step.id for step in moving.history.steps], moving.workspace.catalog.step, problems)
    edges = _edges(moving, problems)
    contents, size = 0, 0
    for digest in sorted(set(_contents(moving))):
        manifest = moving.workspace.catalog.manifest(digest)
        problems += moving.workspace.store.verify(manifest)
        contents, size = contents + 1, size + manifest.size
        advance(1)
    return Verified(found, runs, steps, edges, contents, size, tuple(problems))


def contents_of(moving: Moving) -> int:
    """How many contents `verify` reads."""
    return len(set(_contents(moving)))


def _contents(moving: Moving) -> Iterator[str]:
    for one in moving.moved:
        if one.how != "missing" and one.now is not None:
            yield str(moving.workspace.resolve(str(one.now)).digest)


def _is_here(moving: Moving, id: str, ref: VersionRef | None, problems: list[str]) -> bool:
    if ref is not None and moving.workspace.has(ref):
        return True
    problems.append(f"the version {id} is not here")
    return False


def _count(what: str, ids: Sequence[str], find: Callable[[str], object], problems: list[str]) -> int:
    found = 0
    for id in ids:
        try:
            one = find(id)
        except BridgeError:
            one = None
        if getattr(one, "id", None) == id:
            found += 1
        else:
            problems.append(f"the {what} {id} is not here")
    return found


def _edges(moving: Moving, problems: list[str]) -> int:
    refs = moving.refs
    wanted = Counter(
        (edge.step_id, edge.direction, edge.slot, refs[edge.version])
        for edge in moving.history.edges
        if edge.version in refs
    )
    here: Counter[object] = Counter()
    for step_id in {edge.step_id for edge in moving.history.edges}:
        for edge in moving.workspace.catalog.edges_of_step(step_id):
            here[edge.step_id, edge.direction, edge.slot, edge.version] += 1
    missing = [edge for edge in wanted if not here[edge]]
    problems += [f"the step {edge[0]} is not tied to {edge[3]}" for edge in missing]
    return len(wanted) - len(missing)
