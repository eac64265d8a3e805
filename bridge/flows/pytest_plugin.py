"""A plugin for pytest that has bridge active while tests run: `pytest -p bridge.flows.pytest_plugin`.

Tests that say `from prefect import flow, task` then test recorded flows and tasks. Prefect's own tests are run so
(`make conformance`), and yours can be, before you change an import.
"""

from __future__ import annotations

from bridge.flows.activation import activate
from bridge.tracking.mlflow import load

load()  # once: Prefect's tests forget the modules that a test was the first to import
activate()


def pytest_report_header() -> str:
    """Say so."""
    return "bridge: active, flow and task of Prefect record"
