"""Statements that go to SQLite's driver directly end like those that do not."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from bridge.catalog import engine, open_catalog
from bridge.catalog.journals import _ADD, JournalFacts
from bridge.catalog.tables import journal_entries
from bridge.domain.errors import CatalogError


@pytest.fixture()
def file(tmp_path: Path) -> Path:
    return tmp_path / "catalog.db"


@pytest.fixture()
def catalog(file: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[JournalFacts]:
    monkeypatch.setattr(engine, "LOCK_WAIT", 0.3)
    opened = open_catalog(f"sqlite:///{file}")
    assert isinstance(opened, JournalFacts)
    yield opened
    opened.close()


def test_what_is_raised_within_leaves_nothing_and_nothing_open(catalog: JournalFacts) -> None:
    catalog.append_journal("study/a", ["one"])
    row = {"name": "study/a", "number": 1, "entry": "never"}
    with pytest.raises(KeyboardInterrupt), catalog._database.quick() as writing:
        writing.execute(_ADD, row)
        raise KeyboardInterrupt
    with pytest.raises(CatalogError, match="UNIQUE"), catalog._database.quick() as writing:
        writing.execute(_ADD, [row, row])
    assert catalog.append_journal("study/a", ["two"]) == 2
    assert catalog.journal("study/a") == ["one", "two"]


def test_a_database_that_another_has_locked_is_named(catalog: JournalFacts, file: Path) -> None:
    catalog.append_journal("study/a", ["one"])
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(CatalogError, match="another process has it locked"):
            catalog.append_journal("study/a", ["two"])
        assert catalog.journal("study/a") == ["one"]
    assert catalog.append_journal("study/a", ["two"]) == 2


def test_a_database_without_the_table_is_named(catalog: JournalFacts, file: Path) -> None:
    catalog.append_journal("study/a", ["one"])
    with closing(sqlite3.connect(file)) as other:
        other.execute("DROP TABLE journal_entries")
        other.commit()
    with pytest.raises(CatalogError, match="no such table"):
        catalog.journal("study/a")
    with pytest.raises(CatalogError, match="no such table"):
        catalog.append_journal("study/a", ["two"])


def test_threads_add_without_gaps(catalog: JournalFacts) -> None:
    def add(name: str) -> None:
        for number in range(50):
            catalog.append_journal("study/a", [f"{name}{number}"])

    threads = [threading.Thread(target=add, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    entries = catalog.journal("study/a")
    assert len(entries) == len(set(entries)) == 200
    assert [entry for entry in entries if entry[0] == "c"] == [f"c{number}" for number in range(50)]
    assert catalog.append_journal("study/a", []) == 200


def test_what_is_rarely_asked_sees_what_was_written_before_it_in_the_transaction(catalog: JournalFacts) -> None:
    catalog.append_journal("study/a", ["one"])
    with pytest.raises(KeyboardInterrupt), catalog._database.quick() as writing:
        writing.execute(_ADD, {"name": "study/a", "number": 1, "entry": "never"})
        found = writing.connection.scalars(select(journal_entries.c.entry)).all()
        assert sorted(found) == ["never", "one"]
        assert writing.connection is writing.connection
        writing.connection.execute(delete(journal_entries))
        raise KeyboardInterrupt
    assert catalog.journal("study/a") == ["one"]
    assert catalog.append_journal("study/a", ["two"]) == 2
