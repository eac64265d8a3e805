"""Running a recorded run again, and saying where it diverged.

The name is loaded when it is first asked for: the process that runs the flow needs none of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bridge.reproduce.repeating import again

__all__ = ["again"]


def __getattr__(name: str) -> Any:
    if name != "again":
        raise AttributeError(f"module 'bridge.reproduce' has no attribute {name!r}")
    from bridge.reproduce.repeating import again

    return again
