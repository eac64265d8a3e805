"""The one door to Prefect: decorators, capture, lineage of inputs.

The names are loaded when they are first asked for: a Prefect worker that loads bridge's plugin pays for nothing else.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from bridge.domain.lazy import names_of

if TYPE_CHECKING:
    from bridge.flows.decorators import flow, task
    from bridge.flows.marked import BridgeFlow, BridgeTask

__all__ = ["BridgeFlow", "BridgeTask", "flow", "task"]

_find = names_of(
    __name__,
    {
        "BridgeFlow": "bridge.flows.marked",
        "BridgeTask": "bridge.flows.marked",
        "flow": "bridge.flows.decorators",
        "task": "bridge.flows.decorators",
    },
)


def __getattr__(name: str) -> Any:
    if name in ("flow", "task"):
        importlib.import_module("bridge.flows.beforehand").begin()
    return _find(name)
