"""A ZenML store whose values lie in a bucket, and one whose database is MySQL's: they move as the local one does."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import fsspec
import pytest
from sqlalchemy import Column, MetaData, Table, create_engine, insert, select, types
from sqlalchemy.dialects.mysql import DATETIME, LONGTEXT

import bridge
from bridge.domain.errors import LocationError
from bridge.domain.migration_errors import MigrationError
from bridge.migrate.data.moving import Moving
from bridge.migrate.data.places import look
from bridge.migrate.data.verifying import verify
from bridge.migrate.data.zenml.reading import read_zenml
from bridge.testing.servers import S3, free_port, running
from bridge.workspace import current
from tests.migrate.data.stores import database_of, expected, zenml_store
from tests.migrate.data.told import told

VERSIONS = 37


@pytest.fixture
def store(bridge_home: Path, tmp_path: Path) -> Path:
    return zenml_store(tmp_path / "zenml")


def moved(place: str, artifact_store: str | None = None) -> Moving:
    moving = Moving(read_zenml(place, artifact_store=artifact_store, allow_pickle=True), current())
    moving.move()
    return moving


def is_whole(moving: Moving) -> None:
    found = verify(moving)
    assert (found.versions, found.runs, found.steps, found.edges, found.problems) == (VERSIONS, 7, 25, 75, ())
    for id, ref in moving.refs.items():
        if expected()[id] is not None:
            assert json.loads(json.dumps(told(bridge.load(str(ref))))) == expected()[id], ref


@pytest.fixture
def bucket(store: Path, s3: S3, tmp_path: Path) -> str:
    """The values of the store, in a bucket and no longer beside the database, which names the bucket."""
    (root,) = (path for path in (store / "local_stores").iterdir() if path.name != "default_zen_store")
    place = f"s3://{s3.bucket}/{tmp_path.name}"
    fs = fsspec.filesystem("s3", **s3.options)
    for path in root.rglob("*"):
        if path.is_file():
            fs.pipe_file(f"{place}/{path.relative_to(root)}", path.read_bytes())
    shutil.rmtree(root)
    database = sqlite3.connect(database_of(store))
    database.execute("UPDATE artifact_version SET uri = ? || substr(uri, instr(uri, ?) + ?)", (place, root.name, 36))
    database.commit()
    database.close()
    return place


def test_values_in_a_bucket_come(store: Path, bucket: str) -> None:
    moving = moved(str(store))
    is_whole(moving)
    assert (
        moving.workspace.resolve("measurements").metadata["zenml"]["place"].startswith(f"{bucket}/load/measurements/")
    )


@pytest.mark.usefixtures("bucket")
@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("AWS_ACCESS_KEY_ID", "nobody", "PermissionError"),
        ("AWS_ENDPOINT_URL", "http://127.0.0.1:1", "Could not connect"),
    ],
)
def test_a_bucket_that_does_not_answer_ends_it_before_anything_came(
    store: Path, s3: S3, monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    fsspec.get_filesystem_class("s3").clear_instance_cache()
    monkeypatch.setenv(name, value)
    with pytest.raises(
        MigrationError, match=rf"What lies in s3://{s3.bucket} is not migrated: .*{said}.*AWS_ENDPOINT_URL"
    ):
        moved(str(store))
    assert current().catalog.artifacts() == []
    monkeypatch.undo()
    fsspec.get_filesystem_class("s3").clear_instance_cache()
    is_whole(moved(str(store)))


def test_one_value_that_is_refused_does_not_hold_up_the_others(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refusing(place: str, *args: object) -> object:
        if "/split/x/" in place:
            raise LocationError(place, "PermissionError: Forbidden") from PermissionError("Forbidden")
        return look(place, *args)  # type: ignore[arg-type]

    monkeypatch.setattr("bridge.migrate.data.moving.look", refusing)
    moving = moved(str(store))
    assert {one.past.name for one in moving.moved if one.how == "missing"} == {"x"}


@contextmanager
def mysql(folder: Path) -> Iterator[str]:
    """Run MariaDB, which speaks as MySQL does; gives the URL of an empty database."""
    pymysql = pytest.importorskip("pymysql", reason="pip install pymysql")
    server = shutil.which("mariadbd", path=f"{os.environ['PATH']}:/usr/sbin")
    if server is None:
        pytest.skip("MariaDB is not installed: apt-get install mariadb-server")
    data, socket, port = folder / "data", str(folder / "s"), free_port()
    words = [f"--datadir={data}", "--auth-root-authentication-method=normal", "--user=root"]
    subprocess.run(["mariadb-install-db", *words], check=True, capture_output=True, timeout=120)
    words = [server, "--user=root", f"--datadir={data}", f"--socket={socket}", f"--port={port}"]
    with running("MariaDB", [*words, "--bind-address=127.0.0.1"], folder / "log"):
        until = time.monotonic() + 60
        while True:
            try:
                root = pymysql.connect(user="root", unix_socket=socket)
                break
            except pymysql.OperationalError:
                assert time.monotonic() < until, (folder / "log").read_text()
                time.sleep(0.1)
        with root, root.cursor() as cursor:
            cursor.execute("CREATE DATABASE zenml")
            cursor.execute("CREATE USER zen@'127.0.0.1' IDENTIFIED BY 'p@ss/w'")
            cursor.execute("GRANT ALL ON zenml.* TO zen@'127.0.0.1'")
        yield f"mysql://zen:p%40ss%2Fw@127.0.0.1:{port}/zenml"


def copy(file: Path, url: str) -> None:
    """Copy the tables of a SQLite file into MySQL, with long texts and exact times."""
    source, target = create_engine(f"sqlite:///{file}"), create_engine(url.replace("mysql:", "mysql+pymysql:"))
    tables = MetaData()
    tables.reflect(source, resolve_fks=False)
    with source.connect() as there, target.begin() as here:
        for table in tables.tables.values():
            rows = [dict(row._mapping) for row in there.execute(select(table))]
            flat = Table(table.name, MetaData(), *(Column(one.name, _type(one)) for one in table.columns))
            flat.create(here)
            if rows:
                here.execute(insert(flat), rows)
    source.dispose()
    target.dispose()


def _type(column: Column[Any]) -> types.TypeEngine[Any]:
    if isinstance(column.type, types.DateTime):
        return DATETIME(fsp=6)
    if isinstance(column.type, (types.Integer, types.Boolean, types.Float, types.LargeBinary)):
        return column.type
    return LONGTEXT()


@pytest.mark.slow
def test_a_servers_database_moves(store: Path, tmp_path: Path) -> None:
    folder = Path(tempfile.mkdtemp(prefix="my"))  # a socket's path is short
    try:
        with mysql(folder) as url:
            copy(database_of(store), url)
            moving = moved(url, next(str(p) for p in (store / "local_stores").iterdir() if len(p.name) == 36))
            is_whole(moving)
            assert "***" in moving.history.place
            assert "p@ss" not in moving.history.place
            assert [done.fate for done in moved(url).moved] == []
    finally:
        shutil.rmtree(folder, ignore_errors=True)
