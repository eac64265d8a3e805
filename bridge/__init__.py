"""The ML layer for Prefect: change one import, and results are versioned, traced and tracked.

The names below are all that a user needs. Each is loaded when it is first asked for (PEP 562), so that `import bridge`
costs next to nothing.

>>> import bridge
>>> bridge.__version__
'0.1.0'
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bridge.domain.annotations import Artifact, Metrics, Model
    from bridge.domain.errors import BridgeError
    from bridge.flows import flow, task
    from bridge.flows.activation import activate, deactivate
    from bridge.flows.block import WorkspaceBlock
    from bridge.flows.values import load, log_metadata, save
    from bridge.materializers.decorator import materializer
    from bridge.workspace.keeping import prune
    from bridge.workspace.sweeping import sweep

__version__ = "0.1.0"

_HOMES = {
    "Artifact": "bridge.domain.annotations",
    "BridgeError": "bridge.domain.errors",
    "Metrics": "bridge.domain.annotations",
    "Model": "bridge.domain.annotations",
    "WorkspaceBlock": "bridge.flows.block",
    "activate": "bridge.flows.activation",
    "deactivate": "bridge.flows.activation",
    "flow": "bridge.flows",
    "load": "bridge.flows.values",
    "log_metadata": "bridge.flows.values",
    "materializer": "bridge.materializers.decorator",
    "prune": "bridge.workspace.keeping",
    "save": "bridge.flows.values",
    "sweep": "bridge.workspace.sweeping",
    "task": "bridge.flows",
}

__all__ = [
    "Artifact",
    "BridgeError",
    "Metrics",
    "Model",
    "WorkspaceBlock",
    "activate",
    "deactivate",
    "flow",
    "load",
    "log_metadata",
    "materializer",
    "prune",
    "save",
    "sweep",
    "task",
]


def __getattr__(name: str) -> Any:
    try:
        home = _HOMES[name]
    except KeyError:
        raise AttributeError(f"module 'bridge' has no attribute {name!r}") from None
    value = getattr(importlib.import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
