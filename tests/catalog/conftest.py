from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from bridge.catalog import open_catalog
from bridge.domain.ports import Catalog
from bridge.testing.servers import postgres_server


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


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a real server, whose database `template` has the tables."""
    # A unix socket's path has room for about 100 characters; pytest's folders are longer.
    folder = Path(tempfile.mkdtemp(prefix="pg", dir="/tmp"))
    try:
        with postgres_server(folder / "data") as uri:
            _execute(uri, "CREATE DATABASE template")
            catalog = open_catalog(_database(uri, "template"))
            catalog.check()
            catalog.close()
            yield uri
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def empty_postgres_url(postgres: str, request: pytest.FixtureRequest) -> str:
    name = f"empty_{abs(hash(request.node.nodeid))}"
    _execute(postgres, f"CREATE DATABASE {name}")
    return _database(postgres, name)


@pytest.fixture
def postgres_url(postgres: str, request: pytest.FixtureRequest) -> str:
    name = f"test_{abs(hash(request.node.nodeid))}"
    _execute(postgres, f"CREATE DATABASE {name} TEMPLATE template STRATEGY file_copy")
    return _database(postgres, name)


def _execute(uri: str, sql: str) -> None:
    import psycopg

    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute(sql)  # type: ignore[call-overload]


def _database(uri: str, name: str) -> str:
    head, _, query = uri.partition("?")
    return f"{head.rpartition('/')[0]}/{name}?{query}"
