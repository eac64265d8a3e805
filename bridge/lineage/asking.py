"""The lineage graph of a version, asked of a catalog."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bridge.domain.errors import VersionNotFoundError
from bridge.domain.ports import Catalog
from bridge.domain.run import Run, Step
from bridge.domain.selector import Selector
from bridge.domain.version import Version, VersionRef
from bridge.lineage.asked import Asked
from bridge.lineage.graph import Graph, Heading


def ancestors(selector: str, *, depth: int | None = None) -> Graph:
    """What a version was made from, as the default workspace knows it.

    The edges are read at once, the facts of versions, steps and runs when they are first looked at.

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
    """Read a version's graph from a catalog.

    The facts of its versions, steps and runs are read when they are looked at: they take longer than the edges.

    Raises:
        VersionNotFoundError: If there is no such version.
        CatalogError: If the catalog cannot be read.

    >>> import bridge
    >>> from bridge.workspace import current
    >>> ref = bridge.save([1, 2, 3], "numbers").ref
    >>> read_graph(current().catalog, Selector("numbers"), heading="up").root == ref
    True
    """
    root, known = meant(catalog, selector)
    walk = catalog.ancestors if heading == "up" else catalog.descendants
    bare = Graph(root, heading, tuple(walk(root, depth=depth)))
    versions = Asked(lambda: {**known, **catalog.versions_of(bare.refs)})
    steps = Asked(lambda: catalog.steps_of_ids(bare.step_ids))
    runs = Asked(lambda: _runs_of(catalog, steps))
    return Graph(root, heading, bare.edges, versions, steps, runs)


def meant(catalog: Catalog, selector: Selector) -> tuple[VersionRef, dict[VersionRef, Version]]:
    """The version that a selector means, with its facts; without, of a number that may be a forgotten version's.

    Raises:
        VersionNotFoundError: If there is no such version, and it is not one by number.

    >>> import bridge
    >>> from bridge.workspace import current
    >>> ref = bridge.save([1, 2, 3], "numbers").ref
    >>> meant(current().catalog, Selector("numbers"))[0] == ref
    True
    """
    try:
        found = catalog.resolve(selector)
    except VersionNotFoundError:
        if selector.kind != "number":
            raise
        return VersionRef(selector.name, int(selector.value)), {}
    return found.ref, {found.ref: found}


def facts_of(
    catalog: Catalog, refs: Iterable[VersionRef], step_ids: Iterable[str]
) -> tuple[dict[VersionRef, Version], dict[str, Step], dict[str, Run]]:
    """Facts of versions, of steps, and of the steps' runs; what is not recorded is left out.

    Raises:
        CatalogError: If the catalog cannot be read.

    >>> import bridge
    >>> from bridge.workspace import current
    >>> ref = bridge.save([1, 2, 3], "numbers").ref
    >>> versions, steps, runs = facts_of(current().catalog, [ref], ["nobody"])
    >>> list(versions), steps, runs
    ([VersionRef(name='numbers', number=1)], {}, {})
    """
    versions = catalog.versions_of(refs)
    steps = catalog.steps_of_ids(step_ids)
    return versions, steps, _runs_of(catalog, steps)


def _runs_of(catalog: Catalog, steps: Mapping[str, Step]) -> dict[str, Run]:
    return catalog.runs_of_ids(step.run_id for step in steps.values() if step.run_id is not None)
