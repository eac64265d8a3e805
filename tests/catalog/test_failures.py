from __future__ import annotations

import pickle
import socket
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import make_url

from bridge.catalog import engine as engine_module
from bridge.catalog import open_catalog
from bridge.catalog.sql import SqlCatalog
from bridge.domain.errors import CatalogError, VersionNotFoundError
from bridge.domain.manifest import FileEntry, Manifest
from bridge.domain.run import Saved
from bridge.domain.selector import Selector
from bridge.domain.version import VersionRef
from bridge.testing.catalog import make_run, make_saved, make_step


def test_nothing_is_touched_before_the_first_use(tmp_path: Path) -> None:
    open_catalog(f"sqlite:///{tmp_path}/home/catalog.db").close()
    assert list(tmp_path.iterdir()) == []


def test_the_folder_is_made_at_the_first_use(tmp_path: Path) -> None:
    catalog = open_catalog(f"sqlite:///{tmp_path}/a%20b/ü/catalog.db")
    catalog.check()
    catalog.close()
    assert list(tmp_path.rglob("catalog.db"))


@pytest.mark.parametrize("content", [b"not a database at all, but some text" * 100, b"\x00" * 5000])
def test_a_file_that_is_not_a_database_is_named_with_the_way_out(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "catalog.db"
    file.write_bytes(content)
    catalog = open_catalog(f"sqlite:///{file}")
    with pytest.raises(CatalogError, match=r"catalog\.db.*not a SQLite database.*BRIDGE_CATALOG"):
        catalog.put_run(make_run("r1"))
    catalog.close()
    assert file.read_bytes() == content


def test_an_empty_file_becomes_a_catalog(tmp_path: Path) -> None:
    (tmp_path / "catalog.db").touch()
    catalog = open_catalog(f"sqlite:///{tmp_path}/catalog.db")
    catalog.check()
    catalog.close()


def test_a_folder_in_place_of_the_file_is_a_catalog_error(tmp_path: Path) -> None:
    catalog = open_catalog(f"sqlite:///{tmp_path}")
    with pytest.raises(CatalogError, match="cannot be opened"):
        catalog.runs()
    catalog.close()


def test_a_folder_that_cannot_be_made_is_a_catalog_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    catalog = open_catalog(f"sqlite:///{tmp_path}/file/catalog.db")
    with pytest.raises(CatalogError, match="cannot be made"):
        catalog.runs()


def test_a_read_only_catalog_can_be_read_but_not_written(sqlite_url: str) -> None:
    writable = open_catalog(sqlite_url)
    writable.put_run(make_run("r1"))
    writable.close()
    catalog = open_catalog(sqlite_url.replace("sqlite:///", "sqlite:///file:") + "?mode=ro&uri=true")
    assert [run.id for run in catalog.runs()] == ["r1"]
    with pytest.raises(CatalogError, match="cannot be written"):
        catalog.check()
    catalog.close()


def test_a_full_disk_is_a_catalog_error_and_leaves_no_gap(sqlite_catalog: SqlCatalog) -> None:
    sqlite_catalog.put_step(make_step("s1", make_saved("x", "1")))
    with sqlite_catalog._database.read() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")  # of the one connection in the pool
    big = Manifest("blake3:ff", "text", (FileEntry("f", 10**6, "ff", inline=b"x" * 10**6),))
    with pytest.raises(CatalogError, match="no room left"):
        sqlite_catalog.put_step(make_step("s2", Saved("x", "str", big)))
    assert sqlite_catalog.step("s2") is None
    sqlite_catalog.close()
    (version,) = sqlite_catalog.put_step(make_step("s3", make_saved("x", "3")))
    assert version.ref == VersionRef("x", 2)


def test_a_catalog_that_stays_locked_is_a_catalog_error(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_module, "LOCK_WAIT", 0.01)
    other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    catalog = open_catalog(sqlite_url)
    with pytest.raises(CatalogError, match="locked"):
        catalog.put_run(make_run("r1"))
    assert catalog.runs() == []
    other.execute("ROLLBACK")
    other.close()
    catalog.put_run(make_run("r1"))
    catalog.close()


@pytest.mark.parametrize("url", ["", "nonsense", "mysql://h/d", "nosuch://h/d", "sqlite:///a?b=c&timeout=x"])
def test_a_url_that_is_no_catalog_is_a_catalog_error(url: str) -> None:
    with pytest.raises(CatalogError):
        open_catalog(url).runs()


def test_a_password_is_not_shown() -> None:
    catalog = open_catalog("postgresql://me:hunter2@127.0.0.1:1/bridge")
    with pytest.raises(CatalogError) as caught:
        catalog.runs()
    catalog.close()
    assert "hunter2" not in str(caught.value) + repr(catalog)
    with pytest.raises(CatalogError) as caught:
        open_catalog("oops://me:hunter2@host:port/x")
    assert "hunter2" not in str(caught.value)


def test_a_catalog_is_pickled_as_its_url(sqlite_catalog: SqlCatalog) -> None:
    sqlite_catalog.put_run(make_run("r1"))
    other = pickle.loads(pickle.dumps(sqlite_catalog))
    assert [run.id for run in other.runs()] == ["r1"]
    other.close()


def test_another_programs_database_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "mlflow.db"
    theirs = sqlite3.connect(file)
    theirs.executescript("CREATE TABLE alembic_version(version_num); INSERT INTO alembic_version VALUES ('ab12')")
    theirs.close()
    catalog = open_catalog(f"sqlite:///{file}")
    with pytest.raises(CatalogError, match=r"another program's.*BRIDGE_CATALOG"):
        catalog.runs()
    catalog.close()


def test_a_deleted_version_is_not_found_and_its_content_is_not_live(sqlite_catalog: SqlCatalog) -> None:
    for i in range(2):
        sqlite_catalog.put_step(make_step(f"s{i}", make_saved("x", str(i))))
    with sqlite_catalog._database.write() as connection:
        connection.exec_driver_sql("UPDATE versions SET deleted = 1 WHERE number = 2")
        connection.exec_driver_sql("UPDATE artifacts SET latest_digest = NULL")
    assert sqlite_catalog.resolve(Selector("x")).ref.number == 1
    assert [str(each.ref) for each in sqlite_catalog.artifacts()] == ["x@1"]
    assert len(list(sqlite_catalog.contents())) == 1
    with pytest.raises(VersionNotFoundError):
        sqlite_catalog.resolve(Selector("x", "number", "2"))
    (again,) = sqlite_catalog.put_step(make_step("s3", make_saved("x", "1")))
    assert again.ref.number == 3
    assert len(list(sqlite_catalog.contents())) == 2


def test_a_manifest_of_a_later_layout_is_refused(sqlite_catalog: SqlCatalog) -> None:
    manifest = Manifest("blake3:aa", "npy", (), layout=99)
    sqlite_catalog.put_step(make_step("s1", Saved("x", "t", manifest)))
    with pytest.raises(CatalogError, match=r"layout 99.*upgrade"):
        sqlite_catalog.manifest("blake3:aa")
    with pytest.raises(CatalogError, match="layout 99"):
        list(sqlite_catalog.contents())


def test_every_page_of_contents_is_read(sqlite_catalog: SqlCatalog, monkeypatch: pytest.MonkeyPatch) -> None:
    sqlite_catalog.put_step(make_step("s1", *(make_saved(f"x{i}", str(i)) for i in range(1100))))
    found = [each.digest for each in sqlite_catalog.contents()]
    assert len(found) == len(set(found)) == 1100


def test_a_postgresql_that_lets_nobody_in_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_module, "CONNECT_WAIT", 2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        catalog = open_catalog(f"postgresql://127.0.0.1:{silent.getsockname()[1]}/bridge")
        with pytest.raises(CatalogError, match="timeout"):
            catalog.check()
        catalog.close()


@pytest.mark.parametrize("said", ["?connect_timeout=30", "PGCONNECT_TIMEOUT"])
def test_who_says_how_long_to_wait_is_heard(said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PGCONNECT_TIMEOUT", raising=False)
    url = "postgresql+psycopg://db.example.com/bridge"
    assert engine_module._patience(make_url(url)) == {"connect_timeout": 10}
    if said.isupper():
        monkeypatch.setenv(said, "30")
    else:
        url += said
    assert engine_module._patience(make_url(url)) == {}
