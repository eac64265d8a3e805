from __future__ import annotations

import re
import subprocess
import sys

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, create_engine, inspect, text

from bridge.catalog import open_catalog, schema, tables
from bridge.domain.errors import CatalogError


def psycopg_url(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://")


def assert_up_down_up(connection: Connection) -> None:
    assert schema.migrate(connection, None) is None
    assert compare_metadata(MigrationContext.configure(connection), tables.metadata) == []
    schema.migrate(connection, tables.HEAD, "base")
    assert inspect(connection).get_table_names() == ["alembic_version"]
    assert schema.migrate(connection, None) is None
    assert compare_metadata(MigrationContext.configure(connection), tables.metadata) == []


def test_migrations_make_the_tables_module_on_sqlite_and_can_be_undone() -> None:
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        assert_up_down_up(connection)
    engine.dispose()


def test_migrations_make_the_tables_module_on_postgres_and_can_be_undone(empty_postgres_url: str) -> None:
    engine = create_engine(psycopg_url(empty_postgres_url))
    with engine.begin() as connection:
        assert_up_down_up(connection)
    engine.dispose()


def test_what_is_made_at_once_is_made_by_the_very_statements_of_the_migrations() -> None:
    """What Alembic does not compare: WITHOUT ROWID, primary keys, collations."""

    def statements(connection: Connection) -> set[str]:
        made = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")
        return {settled(re.sub(r"\s+", " ", sql)) for sql in made.scalars()}

    def settled(sql: str) -> str:
        """What a table consists of, in any order: a column that was added stands after the constraints."""
        begin, end = sql.find("("), sql.rfind(")")
        parts = re.split(r",(?![^(]*\))", sql[begin + 1 : end])
        return ",".join([sql[:begin], *sorted(part.strip() for part in parts), sql[end:]])

    migrated, created = create_engine("sqlite://"), create_engine("sqlite://")
    with migrated.begin() as one, created.begin() as other:
        schema.migrate(one, None)
        schema.create(other)
        assert statements(one) == statements(other)
    migrated.dispose()
    created.dispose()


def test_the_head_that_the_code_knows_is_the_last_migration() -> None:
    from alembic.script import ScriptDirectory

    assert ScriptDirectory(str(schema.MIGRATIONS)).get_heads() == [tables.HEAD]


@pytest.mark.parametrize("fixture", ["sqlite_url", "postgres_url"])
def test_a_catalog_of_a_later_bridge_is_refused_with_the_way_out(fixture: str, request: pytest.FixtureRequest) -> None:
    url = request.getfixturevalue(fixture)
    engine = create_engine(psycopg_url(url))
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    catalog = open_catalog(url)
    for _ in range(2):
        with pytest.raises(CatalogError, match=r"9999.*pip install -U prefect-bridge"):
            catalog.runs()
    catalog.close()


def test_a_catalog_that_is_up_to_date_is_opened_without_alembic(sqlite_url: str) -> None:
    code = (
        "import sys; from bridge.catalog import open_catalog; assert 'sqlalchemy' not in sys.modules\n"
        f"catalog = open_catalog({sqlite_url!r}); catalog.check(); catalog.close()\n"
        "assert 'sqlalchemy' in sys.modules and 'alembic' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
