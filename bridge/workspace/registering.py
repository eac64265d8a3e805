"""Registers a model now and in this process, for those who wait for it."""

from __future__ import annotations

from bridge.domain.errors import BridgeError, TrackingError
from bridge.domain.model import ModelVersion
from bridge.tracking.mlflow import MlflowTracker
from bridge.tracking.registry import Registration
from bridge.workspace.announcing import announce
from bridge.workspace.bootstrap import UNSENT, tracker_callbacks
from bridge.workspace.workspace import Workspace

PATIENCE = 600.0


def register_now(workspace: Workspace, registration: Registration) -> ModelVersion:
    """Register a model version and wait until that is done.

    Raises:
        BridgeError: If it cannot be read, kept or registered.
    """
    errors: list[BaseException] = []
    made: list[ModelVersion] = []
    settings = workspace.settings
    callbacks = tracker_callbacks(
        settings,
        workspace.store,
        workspace.catalog,
        on_error=lambda error, _: errors.append(error),
        on_registered=made.append,
    )
    tracker = MlflowTracker(settings.tracking_url, settings.home / "mlartifacts", callbacks, settings.home / UNSENT)
    tracker.register(registration)
    tracker.close(PATIENCE)
    if not made:
        error = errors[0] if errors else TimeoutError(f"nothing came back within {PATIENCE:g} s")
        if isinstance(error, BridgeError):
            raise error
        raise TrackingError(tracker.uri, str(error)) from error
    announce(made[0])
    return made[0]
