"""Running a recorded run again, and saying where it diverged.

The name is loaded when it is first asked for: the process that runs the flow needs none of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bridge.domain.lazy import names_of

if TYPE_CHECKING:
    from bridge.reproduce.repeating import again

__all__ = ["again"]

__getattr__ = names_of(__name__, {"again": "bridge.reproduce.repeating"})
