from __future__ import annotations

import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, create_engine, inspect, text

from bridge.catalog import open_catalog, schema, tables
from bridge.domain.errors import CatalogError
from bridge.domain.preview import Preview
from bridge.domain.version import VersionRef
from bridge.testing.catalog import make_saved, make_step


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
def test_what_was_recorded_before_tags_is_there_after_them_and_without_them(
    fixture: str, request: pytest.FixtureRequest
) -> None:
    url = request.getfixturevalue(fixture)
    catalog, engine = open_catalog(url), create_engine(psycopg_url(url))

    def move(revision: str, target: str) -> None:
        catalog.close()
        with engine.begin() as connection:
            assert schema.migrate(connection, revision, target) is None

    move("0002", "0001")
    with engine.begin() as connection:
        for sql in BEFORE_TAGS:
            connection.exec_driver_sql(sql)
        kept = {name: connection.exec_driver_sql(f"SELECT * FROM {name}").all() for name in ("versions", "aliases")}
    again = open_catalog(url)  # migrates when it is first used
    (version,) = again.artifacts()
    assert (str(version.ref), version.aliases, version.tags) == ("old@1", ("champion",), {})
    assert again.preview("blake3:ab") is None
    again.tag(version.ref, {"team": "growth"})
    shown = replace(make_saved("new", "1"), preview=Preview.of_text("head"), tags={"a": "b"})
    again.put_step(make_step("s", shown))
    assert [str(each.ref) for each in again.artifacts(tags={"team": "growth"})] == ["old@1"]
    again.close()
    move("0002", "0001")
    assert {"tags", "previews"}.isdisjoint(inspect(engine).get_table_names())
    with engine.begin() as connection:
        for name, rows in kept.items():
            assert connection.exec_driver_sql(f"SELECT * FROM {name}").all()[: len(rows)] == rows
    engine.dispose()


@pytest.mark.parametrize("fixture", ["sqlite_url", "postgres_url"])
def test_eight_that_meet_an_earlier_catalog_at_once_migrate_it_once(
    fixture: str, request: pytest.FixtureRequest
) -> None:
    url = request.getfixturevalue(fixture)
    engine = create_engine(psycopg_url(url))
    with engine.begin() as connection:
        assert schema.migrate(connection, "0002", "0001") is None
        for sql in BEFORE_TAGS:
            connection.exec_driver_sql(sql)
    engine.dispose()

    def label(number: int) -> None:
        mine = open_catalog(url)
        mine.tag(VersionRef("old", 1), {f"tag-{number}": "yes"})
        mine.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(label, range(8)))
    catalog = open_catalog(url)
    assert len(catalog.artifacts()[0].tags) == 8
    catalog.close()


BEFORE_TAGS = (
    "INSERT INTO artifacts (id, name, latest, latest_digest) VALUES (77, 'old', 1, 'blake3:ab')",
    "INSERT INTO contents VALUES ('blake3:ab', 'json', 2, 2, '[]')",
    "INSERT INTO versions VALUES (77, 1, 'blake3:ab', 'int', 1000, NULL, NULL, '{}', NULL)",
    "INSERT INTO aliases VALUES (77, 'champion', 1)",
)


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
