"""Store, catalog and tracker joined: one way in, one way out."""

from bridge.workspace.bootstrap import available, current, open_workspace, reset
from bridge.workspace.guard import guarded, warn_once
from bridge.workspace.settings import Settings, read_settings
from bridge.workspace.switch import enabled
from bridge.workspace.workspace import Workspace

__all__ = [
    "Settings",
    "Workspace",
    "available",
    "current",
    "enabled",
    "guarded",
    "open_workspace",
    "read_settings",
    "reset",
    "warn_once",
]
