"""Whether a database has the tables that this bridge reads and writes; if not, they are made.

Looking costs one SELECT; Alembic is imported only when there are tables of an earlier bridge to migrate.
"""

from __future__ import annotations

import time
from pathlib import Path

from sqlalchemy import Column, Connection, Engine, MetaData, PrimaryKeyConstraint, String, Table
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError

from bridge.catalog.tables import HEAD, metadata

MIGRATIONS = Path(__file__).with_name("migrations")

_revisions = Table(  # as Alembic makes it
    "alembic_version",
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)

READING = {"bridge_reading": True}
"""The execution option of a connection that will not write."""

_LOCK = 0x62726964_6765  # "bridge": the advisory lock's number in PostgreSQL
_PATIENCE = 30.0


def ensure(engine: Engine) -> str | None:
    """Bring the tables to `HEAD`; return why that cannot be, or None.

    Any number of processes may do so at once: one migrates, in one transaction, the others wait for it.

    >>> from sqlalchemy import create_engine
    >>> engine = create_engine("sqlite://")
    >>> ensure(engine) is None, found(engine)
    (True, '0006')
    >>> engine.dispose()
    """
    revision = found(engine)
    if revision is None and engine.dialect.name == "sqlite":
        _write_ahead(engine)
    if revision != HEAD:
        with engine.begin() as connection:
            if engine.dialect.name == "postgresql":
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
            revision = _revision(connection) if _has_revisions(connection) else None
            if revision is None:
                create(connection)
            elif revision != HEAD:
                return migrate(connection, revision)
    return None


def found(engine: Engine) -> str | None:
    """The revision of the tables that are there; None if there are none.

    >>> from sqlalchemy import create_engine
    >>> engine = create_engine("sqlite://")
    >>> found(engine)
    >>> engine.dispose()
    """
    with engine.connect() as connection:
        try:
            return _revision(connection.execution_options(**READING))
        except (OperationalError, ProgrammingError) as error:
            missing = str(error.orig)
            if "no such table" in missing or getattr(error.orig, "sqlstate", "") == "42P01":
                return None
            raise


def create(connection: Connection) -> None:
    """Make all tables at once, as the migrations would (a test holds the two together).

    >>> from sqlalchemy import create_engine
    >>> engine = create_engine("sqlite://")
    >>> with engine.begin() as connection:
    ...     create(connection)
    >>> found(engine)
    '0006'
    >>> engine.dispose()
    """
    metadata.create_all(connection, checkfirst=False)
    _revisions.create(connection, checkfirst=False)
    connection.execute(_revisions.insert().values(version_num=HEAD))


def migrate(connection: Connection, revision: str | None, target: str = HEAD) -> str | None:
    """Run the migrations within the connection's transaction; return why that cannot be, or None.

    >>> from sqlalchemy import create_engine
    >>> engine = create_engine("sqlite://")
    >>> with engine.begin() as connection:
    ...     migrate(connection, None)
    >>> found(engine)
    '0006'
    >>> engine.dispose()
    """
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if revision is not None and revision not in known:
        return (
            f"its schema is {revision}, which this bridge (up to {HEAD}) does not know. If a later bridge "
            "made it, run: pip install -U prefect-bridge. If it is another program's (MLflow, Prefect), set "
            "BRIDGE_CATALOG to a database of bridge's own"
        )
    config.attributes["connection"] = connection
    if target == HEAD:
        command.upgrade(config, target)
    else:
        command.downgrade(config, target)
    return None


def _revision(connection: Connection) -> str | None:
    revision: str | None = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return revision


def _has_revisions(connection: Connection) -> bool:
    return connection.dialect.has_table(connection, "alembic_version")


def _write_ahead(engine: Engine) -> None:
    """Let readers and a writer go on at once; a property of the file, so it is set where the file is made.

    SQLite does not wait for the others here, so that waiting is done by hand. Where the filesystem cannot do
    it (some network folders), the file stays as it is.
    """
    until = time.monotonic() + _PATIENCE
    while True:
        raw = engine.raw_connection()
        try:
            raw.driver_connection.execute("PRAGMA journal_mode=WAL").close()  # type: ignore[union-attr]  # it is open
            return
        except Exception as error:
            locked = "locked" in str(error)
            if not locked or time.monotonic() > until:
                raise DBAPIError.instance("PRAGMA journal_mode=WAL", None, error, _raised(engine)) from error
            time.sleep(0.02)
        finally:
            raw.close()


def _raised(engine: Engine) -> type[Exception]:
    error: type[Exception] = engine.dialect.loaded_dbapi.Error
    return error
