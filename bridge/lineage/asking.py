"""The lineage graph of a version, asked of a catalog."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from bridge.domain.errors import RunNotFoundError, VersionNotFoundError
from bridge.domain.ports import Catalog
from bridge.domain.run import Run, Step
from bridge.domain.selector import Selector
from bridge.domain.version import Version, VersionRef
from bridge.lineage.graph import Graph, Heading

MANY = 8
"""Versions of one name above which all of the name's versions are read in one query."""


def ancestors(selector: str, *, depth: int | None = None) -> Graph:
    """What a version was made from, as the default workspace knows it.

    Args:
        selector: `name`, `name@3`, `name@champion`, `name@run:<flow run id>` or `name@blake3:<hex>`.
        depth: Steps to go back at most; None for all.

    Raises:
        SelectorError: If the selector cannot be read.
        VersionNotFoundError: If there is no such version.
        CatalogError: If the catalog cannot be read.

    >>> import bridge
    >>> _ = bridge.save([1, 2, 3], "numbers")
    >>> ancestors("numbers").root
    VersionRef(name='numbers', number=1)
    """
    return _ask(selector, "up", depth)


def descendants(selector: str, *, depth: int | None = None) -> Graph:
    """What was made from a version; as `ancestors`, the other way.

    >>> import bridge
    >>> _ = bridge.save([1, 2, 3], "numbers")
    >>> descendants("numbers").edges
    ()
    """
    return _ask(selector, "down", depth)


def _ask(selector: str, heading: Heading, depth: int | None) -> Graph:
    from bridge.workspace import current

    return read_graph(current().catalog, Selector.parse(selector), heading=heading, depth=depth)


def read_graph(catalog: Catalog, selector: Selector, *, heading: Heading, depth: int | None = None) -> Graph:
    """Read a version's graph from a catalog, with the facts of its versions, steps and runs.

    Raises:
        VersionNotFoundError: If there is no such version.
        CatalogError: If the catalog cannot be read.

    >>> import bridge
    >>> from bridge.workspace import current
    >>> ref = bridge.save([1, 2, 3], "numbers").ref
    >>> read_graph(current().catalog, Selector("numbers"), heading="up").root == ref
    True
    """
    root = catalog.resolve(selector)
    walk = catalog.ancestors if heading == "up" else catalog.descendants
    bare = Graph(root.ref, heading, tuple(walk(root.ref, depth=depth)))
    versions = {root.ref: root, **_versions(catalog, [ref for ref in bare.refs if ref != root.ref])}
    steps = _steps(catalog, bare.step_ids, {version.run_id for version in versions.values()} - {None})
    runs = _runs(catalog, {step.run_id for step in steps.values()} - {None})
    return Graph(root.ref, heading, bare.edges, versions, steps, runs)


def _versions(catalog: Catalog, refs: list[VersionRef]) -> dict[VersionRef, Version]:
    found: dict[VersionRef, Version] = {}
    wanted = set(refs)
    for name, count in Counter(ref.name for ref in refs).items():
        if count > MANY:
            found |= {version.ref: version for version in catalog.versions(name) if version.ref in wanted}
    for ref in refs:
        if ref not in found:
            try:
                found[ref] = catalog.resolve(Selector(ref.name, "number", str(ref.number)))
            except VersionNotFoundError:
                continue
    return found


def _steps(catalog: Catalog, ids: Iterable[str], run_ids: Iterable[str | None]) -> dict[str, Step]:
    wanted = dict.fromkeys(ids)
    found: dict[str, Step] = {}
    for run_id in run_ids:
        if run_id is not None and len(found) < len(wanted):
            found |= {step.id: step for step in catalog.steps(run_id) if step.id in wanted}
    for step_id in wanted:
        if step_id not in found and (step := catalog.step(step_id)) is not None:
            found[step_id] = step
    return found


def _runs(catalog: Catalog, ids: Iterable[str | None]) -> dict[str, Run]:
    found: dict[str, Run] = {}
    for run_id in ids:
        try:
            if run_id is not None:
                found[run_id] = catalog.run(run_id)
        except RunNotFoundError:
            continue
    return found
