"""Makes the schema, or brings it up to date, with Alembic."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import OperationalError, ProgrammingError

from bridge.domain.errors import CatalogError

HEAD = "0001"
"""Revision of the schema that this version of bridge writes."""

KNOWN = frozenset({HEAD})

_LOCK = 7_261_104_217
"""Key of PostgreSQL's advisory lock for migrations: any number that others do not use."""


def make_current(engine: Engine, shown: str) -> None:
    """Bring a database to `HEAD`; eight processes that do so at once do it once.

    Looking whether that is needed is one SELECT, and Alembic is not imported if it is not.

    Args:
        engine: Of the database.
        shown: Its URL, for messages.

    Raises:
        CatalogError: If a later bridge made the schema.
    """
    found = _revision(engine)
    if found == HEAD:
        return
    if found is not None and found not in KNOWN:
        raise CatalogError(shown, f"its schema {found} is a later bridge's; run: pip install -U prefect-bridge")
    with _exclusive(engine) as connection:
        upgrade(connection)


def _revision(engine: Engine) -> str | None:
    with engine.connect() as connection:
        try:
            found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        except (OperationalError, ProgrammingError):
            connection.rollback()
            if inspect(connection).has_table("alembic_version"):
                raise
            return None
    return None if found is None else str(found)


@contextlib.contextmanager
def _exclusive(engine: Engine) -> Iterator[Connection]:
    with engine.connect().execution_options(bridge_writes=True) as connection, connection.begin():
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        yield connection


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Run migrations within the connection's transaction; does nothing where they have run."""
    from alembic import command

    with _quiet():
        command.upgrade(_config(connection), revision)


def downgrade(connection: Connection, revision: str = "base") -> None:
    """Take migrations back within the connection's transaction."""
    from alembic import command

    with _quiet():
        command.downgrade(_config(connection), revision)


def _config(connection: Connection):  # type: ignore[no-untyped-def]  # alembic's type would import alembic
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    logger = logging.getLogger("alembic")
    before = logger.level
    logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        logger.setLevel(before)
