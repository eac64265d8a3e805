"""Which versions go into an archive, and the facts about them."""

from __future__ import annotations

import socket
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from importlib.metadata import version as version_of

from bridge.domain.errors import BytesMissingError, RunNotFoundError, VersionNotFoundError
from bridge.domain.manifest import Manifest
from bridge.domain.ports import Catalog
from bridge.domain.run import Run, Step
from bridge.domain.selector import Selector
from bridge.domain.version import Edge, Version, VersionRef
from bridge.workspace.archives.document import LAYOUT, Content, Document, File

EVERY = "*@*"
"""The pattern of every version of every name."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What goes into an archive.

    Args:
        document: Everything but the bytes.
        manifests: Where the bytes are, by content digest.
        selected: Versions that were asked for.
        gone: Ancestors that were taken back or deleted: they are left out, with their edges.
    """

    document: Document
    manifests: dict[str, Manifest]
    selected: frozenset[VersionRef]
    gone: tuple[VersionRef, ...]


def select(
    catalog: Catalog, patterns: Sequence[str], *, lineage: bool, ancestors: bool, workspace: str = ""
) -> Selection:
    """Find the versions that are meant, and what is to be told of them.

    Args:
        catalog: Where the facts are.
        patterns: Selectors, and patterns of names with `*`: `training/*` is the latest version of each such name,
            `training/*@*` and `name@*` are all versions.
        lineage: Whether the ancestors, steps, runs and edges go with them.
        ancestors: Whether the ancestors' bytes do, too.
        workspace: Its name.

    Raises:
        SelectorError: If one cannot be read.
        VersionNotFoundError: If nothing matches one.

    >>> from bridge.catalog import open_catalog
    >>> select(open_catalog("sqlite://"), ["churn"], lineage=True, ancestors=False)
    Traceback (most recent call last):
    bridge.domain.errors.VersionNotFoundError: No version matches 'churn'. There is: nothing yet. `bridge artifacts`
    lists every name.
    """
    selected = {version.ref: version for pattern in patterns for version in _matching(catalog, pattern)}
    edges = _edges(catalog, selected) if lineage else []
    versions, gone = _with_ancestors(catalog, selected, edges)
    edges = [edge for edge in edges if edge.version in versions]
    steps = _steps(catalog, {edge.step_id for edge in edges}) if lineage else []
    run_ids = {step.run_id for step in steps} | {version.run_id for version in versions.values()}
    runs = _runs(catalog, [run_id for run_id in run_ids if run_id is not None]) if lineage else []
    with_bytes = versions if ancestors else selected
    manifests = _manifests(catalog, [versions[ref] for ref in sorted(with_bytes)])
    document = Document(
        layout=LAYOUT,
        bridge=version_of("prefect-bridge"),
        host=socket.gethostname(),
        workspace=workspace,
        contents=tuple(_content(manifest) for manifest in manifests.values()),
        versions=tuple(replace(versions[ref], origin=None) for ref in sorted(versions)),
        steps=tuple(steps),
        runs=tuple(runs),
        edges=tuple(edges),
    )
    return Selection(document, manifests, frozenset(selected), gone)


def _matching(catalog: Catalog, pattern: str) -> Iterable[Version]:
    name, _, which = pattern.partition("@")
    if "*" not in pattern:
        return [catalog.resolve(Selector.parse(pattern))]
    if which not in ("", "*", "latest"):
        raise VersionNotFoundError(pattern, ["a pattern takes @* (all versions), or nothing (the latest of each name)"])
    latest = [one for one in catalog.artifacts() if fnmatchcase(one.ref.name, name)]
    if not latest:
        raise VersionNotFoundError(pattern, [one.ref.name for one in catalog.artifacts(limit=20)])
    if which != "*":
        return latest
    return [version for one in latest for version in catalog.versions(one.ref.name)]


def _edges(catalog: Catalog, refs: Collection[VersionRef]) -> list[Edge]:
    """Every edge on the ways back from these versions, by step, then in the step's order."""
    found: set[Edge] = set()
    reached: set[VersionRef] = set()
    for ref in sorted(refs, reverse=True):  # the latest leads back through most of the others
        if ref not in reached:
            ways = catalog.ancestors(ref)
            found.update(ways)
            reached.update(edge.version for edge in ways if edge.direction == "output")
    ordered = []
    for step_id in sorted({edge.step_id for edge in found}):
        ordered += [edge for edge in catalog.edges_of_step(step_id) if edge in found]
    return ordered


def _with_ancestors(
    catalog: Catalog, selected: dict[VersionRef, Version], edges: Sequence[Edge]
) -> tuple[dict[VersionRef, Version], tuple[VersionRef, ...]]:
    versions, gone = dict(selected), []
    for ref in sorted({edge.version for edge in edges} - set(selected)):
        try:
            versions[ref] = catalog.resolve(Selector(ref.name, "number", str(ref.number)))
        except VersionNotFoundError:
            gone.append(ref)
    return versions, tuple(gone)


def _steps(catalog: Catalog, ids: Iterable[str]) -> list[Step]:
    """Steps as facts: edges are told besides, and where Prefect keeps a result means nothing elsewhere."""
    found = [step for one in sorted(ids) if (step := catalog.step(one)) is not None]
    return [replace(step, inputs=(), outputs=(), result_key=None) for step in found]


def _runs(catalog: Catalog, ids: Iterable[str]) -> list[Run]:
    found: dict[str, Run] = {}
    waiting = sorted(ids)
    while waiting:
        run_id = waiting.pop()
        try:
            run = catalog.run(run_id)
        except RunNotFoundError:
            continue
        if run.id == run_id and run_id not in found:
            found[run_id] = run
            waiting += [run.parent_id] if run.parent_id is not None else []
    return [found[run_id] for run_id in sorted(found)]


def _manifests(catalog: Catalog, versions: Iterable[Version]) -> dict[str, Manifest]:
    """Where the bytes of versions are, in the order of the versions; those without bytes have none."""
    found: dict[str, Manifest] = {}
    for version in versions:
        if version.digest is None or version.digest in found:
            continue
        try:
            found[version.digest] = catalog.manifest(version.digest)
        except BytesMissingError as error:
            raise BytesMissingError(str(version.ref), str(error)) from error
    return found


def _content(manifest: Manifest) -> Content:
    files = tuple(File(entry.path, entry.size, entry.digest) for entry in manifest.files)
    return Content(manifest.digest, manifest.format, files)
