"""The one door to Prefect: decorators, capture, lineage of inputs.

The names are loaded when they are first asked for: a Prefect worker that loads bridge's plugin pays for nothing else.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bridge.flows.decorators import flow, task
    from bridge.flows.marked import BridgeFlow, BridgeTask

_HOMES = {
    "BridgeFlow": "bridge.flows.marked",
    "BridgeTask": "bridge.flows.marked",
    "flow": "bridge.flows.decorators",
    "task": "bridge.flows.decorators",
}

__all__ = ["BridgeFlow", "BridgeTask", "flow", "task"]


def __getattr__(name: str) -> Any:
    try:
        home = _HOMES[name]
    except KeyError:
        raise AttributeError(f"module 'bridge.flows' has no attribute {name!r}") from None
    value = getattr(importlib.import_module(home), name)
    globals()[name] = value
    return value
