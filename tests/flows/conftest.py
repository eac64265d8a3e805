from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bridge.workspace import Workspace, current


@pytest.fixture()
def workspace(prefect_server: None, bridge_home: Path) -> Iterator[Workspace]:
    """The workspace of a test, beside a real Prefect server."""
    yield current()
