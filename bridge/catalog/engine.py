"""Connections and transactions of one database, for any number of threads and processes."""

from __future__ import annotations

import os
import sqlite3
import threading
import weakref
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, nullcontext, suppress
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, Select, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError, SQLAlchemyError
from sqlalchemy.pool import QueuePool

from bridge.catalog import schema
from bridge.catalog.statements import by_driver, write
from bridge.catalog.writing import Writing
from bridge.domain.errors import CatalogError

T = TypeVar("T")

_BEGIN = "BEGIN IMMEDIATE"
"""On SQLite a transaction that reads first and writes later fails at once if another has written in between."""

LOCK_WAIT = 30.0
"""Seconds that a writer waits for the others."""

CONNECT_WAIT = 10
"""Seconds that PostgreSQL has to let somebody in."""

_inherited: list[Engine] = []


class Database:
    """A database with bridge's tables in it, made or migrated when it is first used.

    After a fork the child opens connections of its own and never closes those that it was born with: closing
    a SQLite file drops the locks that the process holds on it, closing a PostgreSQL socket ends the parent's
    session.

    >>> database = Database("sqlite://")
    >>> with database.read() as connection:
    ...     connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    '0006'
    >>> database.close()
    """

    def __init__(self, url: str) -> None:
        self._url = _checked(url)
        self.shown = self._url.render_as_string(hide_password=True)
        self.dialect = self._url.get_backend_name()
        self._pid = -1
        self._start()

    def _start(self) -> None:
        self._pid, self._starting, self._ready = os.getpid(), threading.Lock(), False
        # In one process threads queue here: SQLite's own waiting is by sleeping, up to 0.1 s a time.
        self._writing: Any = threading.Lock() if self.dialect == "sqlite" else nullcontext()
        self._engine: Engine | None = None

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that sees one state of the database; raises `CatalogError` if the database fails."""
        with self._translated(), self._connected().connect() as connection:
            connection = connection.execution_options(**schema.READING)
            with connection.begin():
                yield connection

    def column(self, query: Select[tuple[T]], parameters: Mapping[str, Any]) -> list[T]:
        """The one column of a query that is asked many times a second.

        On SQLite one statement needs no transaction, and SQLAlchemy's part of it takes ten times as long as the
        database's, so the driver is asked directly.

        Args:
            query: Of one column whose values the driver gives as they are (text, whole numbers); it lives as long as
                the process, with a `bindparam` for whatever changes.
            parameters: Values of these.
        """
        if self.dialect == "sqlite":
            with self._translated(), closing(self._connected().raw_connection()) as raw, suppress(sqlite3.Error):
                return [row[0] for row in by_driver(raw.cursor(), query, parameters)]
            # asked again, where errors get their words
        with self.read() as connection:
            return list(connection.scalars(query, parameters))

    @contextmanager
    def quick(self) -> Iterator[Writing]:
        """A transaction that writes, as `write`, for a few statements that are executed many times a second.

        On SQLite these go to the driver, as in `column`.
        """
        if self.dialect != "sqlite":
            with self.write() as connection:
                yield Writing(partial(write, connection), lambda: connection)
            return
        with self._translated(), self._writing:
            engine = self._connected()
            with closing(engine.raw_connection()) as raw:
                cursor = raw.cursor()
                try:
                    cursor.execute(_BEGIN)
                    yield Writing(partial(by_driver, cursor), lambda: Connection(engine, raw))
                    cursor.execute("COMMIT")
                finally:
                    if raw.dbapi_connection is not None and raw.dbapi_connection.in_transaction:
                        cursor.execute("ROLLBACK")

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that writes; committed at the end, undone if anything is raised in it."""
        with self._translated():
            engine = self._connected()
            with self._writing, engine.connect() as connection, connection.begin():
                yield connection

    def close(self) -> None:
        """Close the connections; the next use opens new ones."""
        if self._pid == os.getpid() and self._engine is not None:
            self._engine.dispose()

    def failure(self, why: str, *, is_away: bool = False) -> CatalogError:
        """The error to raise about this database."""
        return CatalogError(self.shown, why, is_away=is_away)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (SQLAlchemyError, sqlite3.Error) as error:
            is_away = self.dialect == "postgresql" and isinstance(error, OperationalError)
            raise self.failure(_explained(error), is_away=is_away or "is locked" in str(error)) from error

    def _connected(self) -> Engine:
        if self._pid != os.getpid():
            if self._engine is not None:
                _inherited.append(self._engine)
            self._start()
        if not self._ready:
            with self._starting:
                if not self._ready:
                    self._make_ready()
        assert self._engine is not None
        return self._engine

    def _make_ready(self) -> None:
        if self._engine is None:
            self._make_folder()
            self._engine = self._make_engine()
            weakref.finalize(self, _dispose, self._engine, os.getpid())
        why = schema.ensure(self._engine)
        if why is not None:
            raise self.failure(why)
        self._ready = True

    def _make_folder(self) -> None:
        file = self._file()
        if file is None:
            return
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise self.failure(f"its folder {file.parent} cannot be made ({error.strerror})") from error

    def _file(self) -> Path | None:
        name = self._url.database
        if self.dialect != "sqlite" or not name or name == ":memory:" or name.startswith("file:"):
            return None
        return Path(name)

    def _make_engine(self) -> Engine:
        try:
            if self.dialect == "postgresql":
                patience = _patience(self._url)
                engine = create_engine(self._url, pool_pre_ping=True, pool_recycle=3600, connect_args=patience)
            else:
                engine = _sqlite(self._url)
        except ImportError as error:
            why = f"{error.name or error} is not installed. Run: pip install 'prefect-bridge[postgres]'"
            raise self.failure(why) from error
        except (TypeError, ValueError) as error:
            raise self.failure(f"its URL has a part that cannot be used ({error})") from error
        return engine


def _patience(url: URL) -> dict[str, int]:
    """How long to wait for PostgreSQL, unless the user says it: the driver would wait for two minutes."""
    is_said = "connect_timeout" in url.query or "PGCONNECT_TIMEOUT" in os.environ
    return {} if is_said else {"connect_timeout": CONNECT_WAIT}


_WAYS_OUT = {
    "file is not a database": "the file is not a SQLite database. Move it, or set BRIDGE_CATALOG to another",
    "disk image is malformed": "the file is damaged. Move it away, or put back a copy",
    "database is locked": f"another process has it locked for {LOCK_WAIT:.0f} s. Try again when that is done",
    "readonly database": "it cannot be written. Check its permissions, or set BRIDGE_HOME to your own folder",
    "unable to open database file": "it cannot be opened. Check the permissions of the file and its folder",
    "disk is full": "there is no room left on its disk. Free some",
}


def _explained(error: SQLAlchemyError | sqlite3.Error) -> str:
    """What to do about it, with what the database said."""
    said = " ".join(str(error.orig if isinstance(error, DBAPIError) else error).split())
    for sign, way_out in _WAYS_OUT.items():
        if sign in said:
            return f"{way_out} (SQLite says: {said})"
    return said.rstrip(".?") or type(error).__name__


def _checked(url: str) -> URL:
    try:
        parsed = make_url(url.replace("postgres://", "postgresql://", 1) if url.startswith("postgres://") else url)
        if parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        parsed.get_dialect()
    except (ArgumentError, NoSuchModuleError, ValueError) as error:
        raise CatalogError(_masked(url), f"it is not an SQLAlchemy URL ({error})") from error
    except ImportError as error:
        why = f"{error.name or error} is not installed. Run: pip install 'prefect-bridge[postgres]'"
        raise CatalogError(_masked(url), why) from error
    if parsed.get_backend_name() not in ("sqlite", "postgresql"):
        shown = parsed.render_as_string(hide_password=True)
        raise CatalogError(shown, "only SQLite (sqlite:///file) and PostgreSQL (postgresql://…) are catalogs")
    return parsed


def _masked(url: str) -> str:
    """A URL that could not be read, without what may be its password."""
    scheme, separator, rest = url.partition("://")
    return f"{scheme}{separator}***@{rest.rpartition('@')[2]}" if "@" in rest else url


def _sqlite(url: URL) -> Engine:
    connect_args = {"timeout": LOCK_WAIT, "isolation_level": None, "check_same_thread": False}
    in_memory = url.database in (None, "", ":memory:")  # one connection is one database: all threads share it, in turns
    room = {"pool_size": 1, "max_overflow": 0} if in_memory else {"max_overflow": 100}
    # Whoever takes a connection ends its transaction: the pool need not ask for a rollback each time.
    engine = create_engine(url, connect_args=connect_args, poolclass=QueuePool, pool_reset_on_return=None, **room)

    @event.listens_for(engine, "connect")
    def configure(raw: Any, _: object) -> None:
        raw.execute("PRAGMA synchronous=NORMAL").close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        reading = connection.get_execution_options().keys() >= schema.READING.keys()
        if not connection.connection.in_transaction:  # as it is within `quick`
            connection.exec_driver_sql("BEGIN" if reading else _BEGIN)

    return engine


def _dispose(engine: Engine, pid: int) -> None:
    if pid == os.getpid():
        engine.dispose()
