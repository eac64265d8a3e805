"""The tracker's aliases follow the catalog's, which are the truth."""

from __future__ import annotations

from bridge.models.promotion.history import readable
from bridge.workspace import Workspace, current, guarded
from bridge.workspace.recorded import aliases_of


def follow(workspace: Workspace, model: str, alias: str) -> None:
    """Tell the tracker where an alias is now; what goes wrong there is a warning.

    It is read anew, so that of two processes that promote at once the later tells the later fact.
    """
    guarded(
        f"setting {model}@{alias} in MLflow",
        lambda: _tell(workspace, model, alias),
        on_error="warn",
        topic="aliases",
    )


def reconcile_aliases(workspace: Workspace | None = None) -> int:
    """Tell the tracker again where every alias is, and which are no more; what is right there stays as it is.

    For aliases that could not be told while MLflow did not answer. Aliases that were set in MLflow by hand, and that no
    decision was ever about, are left alone.

    Returns:
        How many aliases were told.

    Raises:
        CatalogError: If the catalog cannot be read.

    >>> reconcile_aliases()
    0
    """
    workspace = workspace or current()
    there = {(one.model, one.alias): one.number for one in workspace.catalog.model_aliases()}
    ever = {(one.model, one.alias) for one in readable(workspace.catalog.entries()) if one.is_moved}
    for model, alias in sorted(ever | set(there)):
        workspace.tracker.set_model_alias(model, alias, there.get((model, alias)))
    return len(ever | set(there))


def _tell(workspace: Workspace, model: str, alias: str) -> None:
    workspace.tracker.set_model_alias(model, alias, aliases_of(workspace.catalog, model).get(alias))
