from __future__ import annotations

from tests.flows.conftest import workspace

__all__ = ["workspace"]
