"""Why a task ran, or was found; and what is kept of results that are found by content.

>>> sorted(__all__)
['Change', 'Explanation', 'Kept', 'clear', 'explain', 'kept']
"""

from __future__ import annotations

from bridge.cache.comparing import Change
from bridge.cache.explaining import Explanation, explain
from bridge.cache.keeping import Kept, clear, kept

__all__ = ["Change", "Explanation", "Kept", "clear", "explain", "kept"]
