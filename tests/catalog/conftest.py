from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bridge.catalog import open_catalog
from bridge.domain.ports import Catalog


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("catalog") / "template.db"
    catalog = open_catalog(f"sqlite:///{file}")
    catalog.check()
    catalog.close()
    return file


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    file = tmp_path / "catalog.db"
    shutil.copy(sqlite_template, file)
    return f"sqlite:///{file}"


@pytest.fixture
def sqlite_catalog(sqlite_url: str) -> Iterator[Catalog]:
    catalog = open_catalog(sqlite_url)
    yield catalog
    catalog.close()
