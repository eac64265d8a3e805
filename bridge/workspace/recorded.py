"""Facts that others refer to and that may be gone by now."""

from __future__ import annotations

from bridge.domain.errors import RunNotFoundError, VersionNotFoundError
from bridge.domain.ports import Catalog
from bridge.domain.run import Run
from bridge.domain.selector import Selector
from bridge.domain.version import Version, VersionRef


def version_at(catalog: Catalog, ref: VersionRef) -> Version | None:
    """The facts of a version; None if it was forgotten."""
    try:
        return catalog.resolve(Selector(ref.name, "number", str(ref.number)))
    except VersionNotFoundError:
        return None


def run_at(catalog: Catalog, run_id: str | None) -> Run | None:
    """The facts of a run; None if it is not recorded."""
    try:
        return None if run_id is None else catalog.run(run_id)
    except RunNotFoundError:
        return None


def aliases_of(catalog: Catalog, model: str) -> dict[str, int]:
    """At which version each alias of a registered model is."""
    return {one.alias: one.number for one in catalog.model_aliases(model)}
