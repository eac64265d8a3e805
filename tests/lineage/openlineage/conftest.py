from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.lineage.openlineage.serving import Server, serving


@pytest.fixture()
def server() -> Iterator[Server]:
    with serving() as told:
        yield told
