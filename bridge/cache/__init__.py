"""Why a task ran, or was found; and what is kept of results that are found by content.

The names are loaded when they are first asked for: whoever only runs tasks does not pay for explanations.

>>> sorted(__all__)
['Change', 'Explanation', 'Kept', 'clear', 'explain', 'kept']
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bridge.cache.comparing import Change
    from bridge.cache.explaining import Explanation, explain
    from bridge.cache.keeping import Kept, clear, kept

_HOMES = {
    "Change": "bridge.cache.comparing",
    "Explanation": "bridge.cache.explaining",
    "Kept": "bridge.cache.keeping",
    "clear": "bridge.cache.keeping",
    "explain": "bridge.cache.explaining",
    "kept": "bridge.cache.keeping",
}

__all__ = ["Change", "Explanation", "Kept", "clear", "explain", "kept"]


def __getattr__(name: str) -> Any:
    try:
        home = _HOMES[name]
    except KeyError:
        raise AttributeError(f"module 'bridge.cache' has no attribute {name!r}") from None
    value = getattr(importlib.import_module(home), name)
    globals()[name] = value
    return value
