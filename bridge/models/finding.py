"""Which model version a selector means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bridge.domain.errors import ModelNotFoundError
from bridge.domain.model import ModelVersion
from bridge.domain.ports import Catalog
from bridge.domain.selector import Selector
from bridge.domain.version import VersionRef

if TYPE_CHECKING:
    from bridge.workspace import Workspace


def get(selector: str) -> ModelVersion:
    """The model version that a selector means, in the default workspace.

    Args:
        selector: `churn` (the latest that is not archived), `churn@3`, `churn@champion`, or one of its artifact.

    Raises:
        ModelNotFoundError: If there is none; names those that there are.
        SelectorError: If the selector cannot be read.
        CatalogError: If the catalog cannot be read.
    """
    from bridge.workspace import current

    workspace = current()
    wait_for_registered(workspace)
    return find(workspace.catalog, selector)


def load(selector: str) -> Any:
    """The model itself, as its step returned it; its bytes are checked against their digest on the way.

    Within a task or flow, say `bridge.load("churn@3")` of the artifact version instead: that is one of its inputs.

    Args:
        selector: As for `get`.

    Raises:
        ModelNotFoundError: If there is none.
        BytesMissingError: If its bytes are gone.
        DigestMismatchError: If they are not what was saved.
    """
    from bridge.workspace import current

    workspace = current()
    wait_for_registered(workspace)
    return workspace.load_version(workspace.resolve(str(find(workspace.catalog, selector).version)))


def wait_for_registered(workspace: Workspace) -> None:
    """Wait for what a flow of this process has registered and is still on its way, no longer than a flow's end does."""
    if workspace.tracker.is_watched:
        workspace.tracker.flush(workspace.settings.flush_timeout)


def versions(name: str | None = None) -> list[ModelVersion]:
    """Registered versions of a model, or of all, the latest first; archived ones too.

    Raises:
        CatalogError: If the catalog cannot be read.

    >>> versions("churn")
    []
    """
    from bridge.workspace import current

    return current().catalog.models(name)


def find(catalog: Catalog, text: str) -> ModelVersion:
    """The model version that is meant, as `get`, in any catalog.

    Raises:
        ModelNotFoundError: If there is none; names those that there are.
        SelectorError: If the text cannot be read.
    """
    wanted = Selector.parse(text)
    found = catalog.models(wanted.name)
    for model in found:
        if _is_meant(model, wanted):
            return model
    if found and wanted.kind not in {"latest", "number"}:
        version = catalog.resolve(Selector(found[0].version.name, wanted.kind, wanted.value))
        for model in found:
            if model.version == version.ref:
                return model
    known = found or catalog.models()
    raise ModelNotFoundError(text, [model.selector for model in known])


def _is_meant(model: ModelVersion, wanted: Selector) -> bool:
    if wanted.kind == "latest":
        return model.archived is None
    if wanted.kind == "number":
        return str(model.number) == wanted.value
    return wanted.kind == "alias" and wanted.value in model.aliases


def data_of(catalog: Catalog, model: ModelVersion) -> tuple[VersionRef, ...]:
    """Versions that the step which trained a model used."""
    if model.details.data:
        return model.details.data
    step = catalog.step(model.step_id) if model.step_id else None
    return tuple(dict.fromkeys(one.version for one in step.inputs)) if step is not None else ()
