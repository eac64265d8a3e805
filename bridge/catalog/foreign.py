"""The database of another tool, read and never written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError

from bridge.domain.migration_errors import MigrationError

_WAL = b"\x02\x02"
_DRIVERS = {"mysql": "mysql+pymysql", "postgresql": "postgresql+psycopg"}


class ForeignDatabase:
    """One state of another tool's database, as a context.

    A SQLite file is opened such that nothing is written beside it either: without its log if it has none.

    Args:
        url: SQLAlchemy URL.

    Raises:
        MigrationError: If it cannot be opened; every method raises it if it cannot be read.

    >>> import sqlite3, tempfile
    >>> file = tempfile.mkdtemp() + "/there.db"
    >>> with sqlite3.connect(file) as there:
    ...     _ = there.execute("CREATE TABLE model (id TEXT, name TEXT)")
    ...     _ = there.execute("INSERT INTO model VALUES ('1', 'churn')")
    >>> there.close()
    >>> with ForeignDatabase(f"sqlite:///{file}") as database:
    ...     list(database.tables()), list(database.rows("model", ["name", "stage"]))
    (['model'], [{'name': 'churn', 'stage': None}])
    """

    def __init__(self, url: str) -> None:
        self._engine, self.shown = _engine(url)
        self._connection: Connection | None = None
        self._tables: dict[str, frozenset[str]] | None = None

    def __enter__(self) -> ForeignDatabase:
        with self._translated():
            self._connection = self._engine.connect()
            self._connection.begin()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._connection is not None:
            self._connection.close()
        self._engine.dispose()

    def tables(self) -> Mapping[str, frozenset[str]]:
        """Its tables, each with the names of its columns."""
        if self._tables is None:
            with self._translated():
                found = inspect(self._open)
                names = found.get_table_names()
                self._tables = {
                    name: frozenset(str(column["name"]) for column in found.get_columns(name)) for name in sorted(names)
                }
        return self._tables

    def rows(self, table: str, columns: Sequence[str]) -> Iterator[dict[str, Any]]:
        """Rows of a table as they lie; None for what an older or newer schema does not have, no rows without it."""
        there = [name for name in columns if name in self.tables().get(table, ())]
        if not there:
            return
        quoted = self._engine.dialect.identifier_preparer.quote
        query = text(f"SELECT {', '.join(map(quoted, there))} FROM {quoted(table)}")
        empty = dict.fromkeys(columns)
        with self._translated():
            for row in self._open.execute(query):
                yield {**empty, **dict(zip(there, row, strict=True))}

    @property
    def _open(self) -> Connection:
        assert self._connection is not None, "it is a context"
        return self._connection

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            said = " ".join(str(error.orig if isinstance(error, DBAPIError) else error).split())
            raise MigrationError(self.shown, f"its database cannot be read ({said})") from error


def _engine(url: str) -> tuple[Engine, str]:
    try:
        parsed = make_url(url)
        if parsed.drivername in _DRIVERS:
            parsed = parsed.set(drivername=_DRIVERS[parsed.drivername])
        shown = parsed.render_as_string(hide_password=True)
        if parsed.get_backend_name() == "sqlite":
            return _sqlite(parsed.database or "", shown), shown
        return create_engine(parsed), shown
    except MigrationError:
        raise
    except (ArgumentError, NoSuchModuleError, ValueError) as error:
        raise MigrationError(url.partition("://")[0] or "an empty URL", "it is not the URL of a database") from error
    except ImportError as error:
        name = str(error.name or error)
        raise MigrationError(shown, f"{name} is not installed", f"Run: pip install {name}") from error


def _sqlite(file: str, shown: str) -> Engine:
    path = Path(file)
    if not path.is_file():
        raise MigrationError(shown, "there is no such file")
    with path.open("rb") as opened:
        head = opened.read(20)
    if not head.startswith(b"SQLite format 3\0"):
        raise MigrationError(shown, "it is not a SQLite database")
    log = path.with_name(f"{path.name}-wal")
    whole = head[18:20] == _WAL and not log.exists()
    # A log that is not there would be made by reading; without one, nobody is writing.
    flags = "mode=ro&immutable=1" if whole else "mode=ro"
    return create_engine(f"sqlite:///{path.absolute().as_uri()}?{flags}&uri=true")
