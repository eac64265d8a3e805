from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from bridge.catalog.foreign import ForeignDatabase
from bridge.domain.migration_errors import MigrationError


def make(file: Path, *, wal: bool = False) -> Path:
    database = sqlite3.connect(file)
    if wal:
        database.execute("PRAGMA journal_mode=WAL")
    database.execute("CREATE TABLE model (id TEXT, name TEXT)")
    database.execute("INSERT INTO model VALUES ('1', 'churn')")
    database.commit()
    database.close()
    return file


@pytest.mark.parametrize("wal", [False, True])
def test_reading_changes_neither_the_file_nor_its_folder(tmp_path: Path, wal: bool) -> None:
    file = make(tmp_path / "there.db", wal=wal)
    before = file.read_bytes()
    with ForeignDatabase(f"sqlite:///{file}") as database:
        assert list(database.rows("model", ["id", "name"])) == [{"id": "1", "name": "churn"}]
        assert list(tmp_path.iterdir()) == [file]
    assert list(tmp_path.iterdir()) == [file]
    assert file.read_bytes() == before


def test_a_database_that_is_being_written_is_read_with_its_log(tmp_path: Path) -> None:
    file = make(tmp_path / "there.db", wal=True)
    writer = sqlite3.connect(file)
    writer.execute("INSERT INTO model VALUES ('2', 'late')")
    writer.commit()
    with ForeignDatabase(f"sqlite:///{file}") as database:
        assert [row["name"] for row in database.rows("model", ["name"])] == ["churn", "late"]
    writer.close()


def test_it_cannot_be_written(tmp_path: Path) -> None:
    file = make(tmp_path / "there.db")
    with ForeignDatabase(f"sqlite:///{file}") as database, pytest.raises(Exception, match="readonly"):
        database._open.exec_driver_sql("DELETE FROM model")


def test_columns_and_tables_that_are_not_there_are_none_and_empty(tmp_path: Path) -> None:
    with ForeignDatabase(f"sqlite:///{make(tmp_path / 'there.db')}") as database:
        assert list(database.rows("model", ["name", "stage"])) == [{"name": "churn", "stage": None}]
        assert list(database.rows("step", ["name"])) == []


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("sqlite:////nowhere/zenml.db", "there is no such file"),
        ("no url", "not the URL of a database"),
        ("mysql://zen:secret@localhost:1/zenml", "pymysql is not installed.*pip install pymysql"),
        ("oracle8://x/y", "not the URL of a database"),
    ],
)
def test_what_is_no_database_is_said_without_its_password(url: str, said: str) -> None:
    with pytest.raises(MigrationError, match=said) as caught, ForeignDatabase(url):
        pass
    assert "secret" not in str(caught.value)


def test_junk_is_no_database(tmp_path: Path) -> None:
    file = tmp_path / "junk.db"
    file.write_bytes(b"SQLite format 3\0" + b"junk" * 100)
    with pytest.raises(MigrationError, match="cannot be read"), ForeignDatabase(f"sqlite:///{file}") as database:
        database.tables()
    file.write_bytes(b"junk")
    with pytest.raises(MigrationError, match="not a SQLite database"):
        ForeignDatabase(f"sqlite:///{file}")
