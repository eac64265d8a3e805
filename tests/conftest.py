"""Real servers that tests of several rooms need: one of each for the session.

A room that started its own would leave drivers with the address of another: fsspec keeps its file systems by their
options, and an endpoint from the environment is not one of them.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import fsspec
import pytest

from bridge.catalog import open_catalog
from bridge.testing.servers import S3, postgres_server, s3_server


@pytest.fixture(scope="session")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3]:
    """A real S3 server; its keys are in the environment, as a user has them."""
    with s3_server(tmp_path_factory.mktemp("s3")) as server, pytest.MonkeyPatch.context() as patch:
        for name, value in server.environment.items():
            patch.setenv(name, value)
        fsspec.get_filesystem_class("s3").clear_instance_cache()
        yield server


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
