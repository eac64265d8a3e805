"""A workspace beside a real Prefect server, as the flows' tests have."""

from __future__ import annotations

from tests.flows.conftest import script, workspace

__all__ = ["script", "workspace"]
