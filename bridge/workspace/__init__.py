"""Store, catalog and tracker joined: one way in, one way out.

The names are loaded when they are first asked for: settings are read long before anything is kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bridge.domain.lazy import names_of

if TYPE_CHECKING:
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

__getattr__ = names_of(
    __name__,
    {
        "Settings": "bridge.workspace.settings",
        "Workspace": "bridge.workspace.workspace",
        "available": "bridge.workspace.bootstrap",
        "current": "bridge.workspace.bootstrap",
        "enabled": "bridge.workspace.switch",
        "guarded": "bridge.workspace.guard",
        "open_workspace": "bridge.workspace.bootstrap",
        "read_settings": "bridge.workspace.settings",
        "reset": "bridge.workspace.bootstrap",
        "warn_once": "bridge.workspace.guard",
    },
)
