"""Why a task ran, or was found; and what is kept of results that are found by content.

The names are loaded when they are first asked for: whoever only runs tasks does not pay for explanations.

>>> sorted(__all__)
['Change', 'Explanation', 'Kept', 'clear', 'explain', 'kept']
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bridge.domain.lazy import names_of

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

__getattr__ = names_of(__name__, _HOMES)
