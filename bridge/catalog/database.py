"""Connections and transactions on SQLite and PostgreSQL."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError

from bridge.catalog import schema
from bridge.domain.errors import CatalogError

BUSY_SECONDS = 30
"""How long a writer waits for another process's transaction on SQLite."""


class Database:
    """One catalog's connections.

    The schema is made, or brought up to date, at first use. Thread-safe; a forked child gets connections of its own.

    Args:
        url: SQLAlchemy URL of SQLite or PostgreSQL.

    Raises:
        CatalogError: If the URL is neither's.

    >>> Database("sqlite:///:memory:").is_sqlite
    True
    """

    def __init__(self, url: str) -> None:
        self._url = _parse(url)
        self.shown = self._url.render_as_string(hide_password=True)
        self.is_sqlite = self._url.get_backend_name() == "sqlite"
        self._engine: Engine | None = None
        self._pid = 0
        self._opening = threading.RLock()
        self._writing = threading.RLock()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees committed facts.

        Raises:
            CatalogError: If the database does not answer or refuses.
        """
        with self._errors(), self._ready().connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction that writes; committed at the end of the block, rolled back if it raises.

        On SQLite threads of one process take turns here, which is fairer and quicker than its busy wait.

        Raises:
            CatalogError: If the database does not answer or refuses.
        """
        turn = self._writing if self.is_sqlite else nullcontext()
        with self._errors(), turn:
            options = {"bridge_writes": True}
            with self._ready().connect().execution_options(**options) as connection, connection.begin():
                yield connection

    def close(self) -> None:
        """Give back every connection."""
        with self._opening:
            if self._engine is not None and self._pid == os.getpid():
                self._engine.dispose()
            self._engine = None

    def _ready(self) -> Engine:
        if self._engine is None or self._pid != os.getpid():
            with self._opening:
                if self._engine is None or self._pid != os.getpid():
                    self._engine, self._pid = self._open(), os.getpid()
        return self._engine

    def _open(self) -> Engine:
        if self.is_sqlite and self._url.database and self._url.database != ":memory:":
            Path(self._url.database).expanduser().parent.mkdir(parents=True, exist_ok=True)
        engine = _sqlite_engine(self._url) if self.is_sqlite else create_engine(self._url, pool_pre_ping=True)
        schema.make_current(engine, self.shown)
        return engine

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            raise CatalogError(self.shown, _reason(error)) from error
        except (SQLAlchemyError, OSError) as error:
            if isinstance(error, CatalogError):
                raise
            raise CatalogError(self.shown, str(error).splitlines()[0]) from error


def _parse(text: str) -> URL:
    try:
        url = make_url(text)
        if url.drivername in {"postgresql", "postgres"}:
            url = url.set(drivername="postgresql+psycopg")
        url.get_dialect()
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        raise CatalogError(text, f"it is not a SQLAlchemy URL of SQLite or PostgreSQL ({error})") from error
    if url.get_backend_name() not in {"sqlite", "postgresql"}:
        raise CatalogError(url.render_as_string(), "only SQLite and PostgreSQL hold a catalog")
    if url.get_backend_name() == "postgresql":
        _need_psycopg(url)
    return url


def _need_psycopg(url: URL) -> None:
    from importlib.util import find_spec

    if url.get_driver_name() == "psycopg" and find_spec("psycopg") is None:
        shown = url.render_as_string(hide_password=True)
        raise CatalogError(shown, "the driver is missing; run: pip install 'prefect-bridge[postgres]'")


def _sqlite_engine(url: URL) -> Engine:
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def _configure(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None  # bridge says BEGIN itself, below
        _use_wal(connection)
        connection.execute("PRAGMA synchronous=NORMAL")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A deferred transaction that turns into a writer fails at once when another has written in between.
        writes = connection.get_execution_options().get("bridge_writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _use_wal(connection: sqlite3.Connection) -> None:
    """Switch to write-ahead logging; SQLite does not wait by itself while another process does the same."""
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def _reason(error: DBAPIError) -> str:
    text = str(error.orig).strip().splitlines()[0] if str(error.orig).strip() else type(error.orig).__name__
    if "file is not a database" in text:
        return "the file is not a database; move it away, or set BRIDGE_CATALOG to another"
    if "database is locked" in text:
        return f"another process kept it locked for {BUSY_SECONDS} seconds"
    if "readonly" in text or "unable to open" in text:
        return f"{text}: the folder or file cannot be written; set BRIDGE_HOME or BRIDGE_CATALOG to one that can"
    if "disk is full" in text:
        return "the disk is full"
    return text
