"""A plugin for pytest that has bridge active while tests run: `pytest -p bridge.flows.pytest_plugin`.

Tests that say `from prefect import flow, task` then test recorded flows and tasks. Prefect's own tests are run so
(`make conformance`), and yours can be, before you change an import.
"""

from __future__ import annotations

import pkgutil

import bridge
from bridge.flows.activation import activate
from bridge.tracking.loaded import load

# Prefect's tests forget the modules that a test was the first to import, and would load these for each test again.
load()
for module in pkgutil.walk_packages(bridge.__path__, "bridge."):
    if not module.name.startswith(("bridge.testing", "bridge.cli", "bridge.catalog.migrations", "bridge.__main__")):
        try:
            __import__(module.name)
        except ImportError as error:  # of an extra that is not installed, so that no test can need it
            if error.name is None or error.name.startswith("bridge"):
                raise
activate()


def pytest_report_header() -> str:
    """Say so."""
    return "bridge: active, flow and task of Prefect record"
