"""`zenml` is the stand-in, for one test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture()
def zenml(bridge_home: Path) -> Iterator[None]:
    """`zenml` is the stand-in, for one test."""
    from bridge.migrate.zenml import standing_in

    standing_in.install()
    yield
    standing_in.uninstall()


@pytest.fixture()
def hosted(zenml: None, prefect_server: None) -> None:
    """And there is a server of Prefect's."""
