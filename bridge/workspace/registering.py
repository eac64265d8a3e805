"""Registers a model now and in this process, for those who wait for it."""

from __future__ import annotations

from bridge.domain.errors import BridgeError, TrackingError
from bridge.domain.model import ModelVersion
from bridge.tracking.mlflow import Callbacks, MlflowTracker
from bridge.tracking.registry import Registration
from bridge.workspace.announcing import announce
from bridge.workspace.loading import get_value
from bridge.workspace.workspace import Workspace

PATIENCE = 600.0


def register_now(workspace: Workspace, registration: Registration) -> ModelVersion:
    """Register a model version and wait until that is done.

    Raises:
        BridgeError: If it cannot be read, kept or registered.
    """
    errors: list[BaseException] = []
    made: list[ModelVersion] = []

    def record(model: ModelVersion) -> None:
        workspace.catalog.put_model(model)
        made.append(model)

    settings = workspace.settings
    tracker = MlflowTracker(
        settings.tracking_url,
        settings.home / "mlartifacts",
        Callbacks(
            on_error=lambda error, _: errors.append(error),
            on_started=lambda *_: None,
            on_registered=record,
            resolver=lambda run_id: workspace.catalog.run(run_id).tracking_id,
            read=lambda version: get_value(workspace.store, workspace.catalog, version, settings=settings),
        ),
    )
    tracker.register(registration)
    tracker.flush(PATIENCE)
    if not made:
        error = errors[0] if errors else TimeoutError(f"nothing came back within {PATIENCE:g} s")
        if isinstance(error, BridgeError):
            raise error
        raise TrackingError(tracker.uri, str(error)) from error
    announce(made[0])
    return made[0]
