"""The SQL that a block of code sends, whether by SQLAlchemy or by SQLite's driver."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from sqlalchemy import Engine, Executable, event
from sqlalchemy.dialects import sqlite

from bridge.catalog import engine, statements


@contextmanager
def statements_seen() -> Iterator[list[str]]:
    """Yields the statements, as they are sent; beginnings of transactions are not among them."""
    seen: list[str] = []
    by_driver = statements.by_driver

    def note(connection: object, cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith("BEGIN"):
            seen.append(statement)

    def noted(cursor: Any, statement: Executable, rows: statements.Rows) -> list[Any]:
        made: Any = statement
        seen.append(str(made.compile(dialect=sqlite.dialect())))
        return by_driver(cursor, statement, rows)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        with patch.object(engine, "by_driver", noted), patch.object(statements, "by_driver", noted):
            yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)
