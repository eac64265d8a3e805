"""Model versions that change: what is written on them, archived ones, and those that go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timezone
from typing import Any

from bridge.domain.errors import BridgeError, ModelInUseError
from bridge.domain.labels import checked_tags
from bridge.domain.model import ModelVersion
from bridge.models.finding import find
from bridge.models.promotion import demote
from bridge.tracking.registry import changing
from bridge.workspace import Workspace


def archive(selector: str) -> ModelVersion:
    """Put a model version aside: it is not the latest any more, and lists leave it out. It can still be loaded.

    Args:
        selector: Which one: `churn@3`.

    Raises:
        ModelNotFoundError: If there is none.
        ModelInUseError: If an alias is at it.
        TrackingError: If MLflow does not answer; then nothing is changed.
    """
    workspace, model = _found(selector)
    now = datetime.now(timezone.utc)
    archived = workspace.catalog.archive_model(model.name, model.number, now)
    _in_mlflow(workspace, model, tags={"bridge.archived": now.isoformat(timespec="seconds")})
    return archived


def unarchive(selector: str) -> ModelVersion:
    """Take a model version back from the archive.

    Raises:
        ModelNotFoundError: If there is none.
        TrackingError: If MLflow does not answer; then nothing is changed.
    """
    workspace, model = _found(selector)
    back = workspace.catalog.archive_model(model.name, model.number, None)
    _in_mlflow(workspace, model, tags={"bridge.archived": None})
    return back


def delete(selector: str, *, force: bool = False) -> ModelVersion:
    """Delete a model version, here and in MLflow; return what it was.

    The artifact version stays, with its lineage; nothing but the retention rules holds it any more. The number is not
    given again.

    Args:
        selector: Which one: `churn@3`.
        force: Delete it although aliases are at it; they are taken away first, which is in the log of decisions.

    Raises:
        ModelNotFoundError: If there is none.
        ModelInUseError: If an alias is at it.
        TrackingError: If MLflow does not answer; then nothing is changed.
    """
    workspace, model = _found(selector)
    if model.aliases and not force:
        way_out = "Promote another version first, or say force=True (--force): the aliases go with it."
        raise ModelInUseError(model.selector, model.aliases, doing="deleted", way_out=way_out)
    for alias in model.aliases:
        demote(model.name, alias, why="The version is deleted.", workspace=workspace)
    workspace.catalog.delete_model(model.name, model.number)
    try:
        changing.delete(workspace.tracker.uri, model)
    except BridgeError:
        workspace.catalog.put_model(model)
        raise
    return model


def tag(selector: str, tags: Mapping[str, str | None]) -> ModelVersion:
    """Set tags of a model version, here and in MLflow; None takes one away.

    Raises:
        ModelNotFoundError: If there is none.
        TagError: If one of them cannot be kept.
        TrackingError: If MLflow does not answer; then nothing is changed.
    """
    checked = checked_tags(tags)
    workspace, model = _found(selector)
    changed = workspace.catalog.amend_model(model.name, model.number, details={}, tags=checked)
    _in_mlflow(workspace, model, tags=checked)
    return changed


def set_description(selector: str, description: str | None) -> ModelVersion:
    """Say what a model version is, here and in MLflow.

    Raises:
        ModelNotFoundError: If there is none.
        TrackingError: If MLflow does not answer; then nothing is changed.
    """
    return _amended(selector, {"description": description}, description=description or "")


def set_owners(selector: str, owners: Sequence[str]) -> ModelVersion:
    """Say who answers for a model version, here and in MLflow.

    Raises:
        ModelNotFoundError: If there is none.
        TrackingError: If MLflow does not answer; then nothing is changed.
    """
    names = (owners,) if isinstance(owners, str) else tuple(owners)
    return _amended(selector, {"owners": names}, tags={"bridge.owners": ", ".join(names) or None})


def set_licence(selector: str, licence: str | None) -> ModelVersion:
    """Say under which licence a model version may be used, here and in MLflow.

    Raises:
        ModelNotFoundError: If there is none.
        TrackingError: If MLflow does not answer; then nothing is changed.
    """
    return _amended(selector, {"licence": licence}, tags={"bridge.licence": licence})


def set_intended_use(selector: str, intended_use: str | None) -> ModelVersion:
    """Say what a model version is for, here and in MLflow.

    Raises:
        ModelNotFoundError: If there is none.
        TrackingError: If MLflow does not answer; then nothing is changed.
    """
    return _amended(selector, {"intended_use": intended_use}, tags={"bridge.intended_use": intended_use})


def _found(selector: str) -> tuple[Workspace, ModelVersion]:
    from bridge.workspace import current

    workspace = current()
    return workspace, find(workspace.catalog, selector)


def _amended(selector: str, details: Mapping[str, Any], **there: Any) -> ModelVersion:
    workspace, model = _found(selector)
    changed = workspace.catalog.amend_model(model.name, model.number, details=details, tags={})
    _in_mlflow(workspace, model, **there)
    return changed


def _in_mlflow(workspace: Workspace, before: ModelVersion, **there: Any) -> None:
    """Write it in MLflow too, or else put back what there was here."""
    try:
        changing.change(workspace.tracker.uri, before, **there)
    except BridgeError:
        with suppress(BridgeError):
            workspace.catalog.put_model(before)
        raise
