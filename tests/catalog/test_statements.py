"""What recording costs, in statements: a task pays for each of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Engine, event

from bridge.catalog.sql import SqlCatalog
from bridge.domain.preview import Preview
from bridge.domain.selector import Selector
from bridge.domain.version import VersionRef
from bridge.testing.catalog import make_run, make_saved, make_step
from tests.statements_seen import statements_seen


def test_a_step_with_one_input_and_one_new_output_takes_five_statements(sqlite_catalog: SqlCatalog) -> None:
    sqlite_catalog.put_step(make_step("s0", make_saved("data", "1")))
    with statements_seen() as seen:
        sqlite_catalog.put_step(make_step("s1", make_saved("model", "1"), inputs=[VersionRef("data", 1)]))
    assert len(seen) == 5, seen


def test_a_step_whose_output_has_not_changed_takes_six_statements(sqlite_catalog: SqlCatalog) -> None:
    sqlite_catalog.put_step(make_step("s0", make_saved("data", "1")))
    with statements_seen() as seen:
        sqlite_catalog.put_step(make_step("s1", make_saved("data", "1")))
    assert len(seen) == 6, seen


def test_labels_and_previews_cost_statements_only_where_there_are_some(sqlite_catalog: SqlCatalog) -> None:
    sqlite_catalog.check()
    saved = replace(make_saved("data", "1"), preview=Preview.of_text("head"))
    with statements_seen() as seen:
        sqlite_catalog.put_step(make_step("s0", saved))
    assert len(seen) == 5 + 1, seen
    labelled = [replace(make_saved(f"d{i}", "2"), tags={"a": "b", "c": "d"}, preview=saved.preview) for i in range(9)]
    with statements_seen() as seen:
        sqlite_catalog.put_step(make_step("s1", *labelled))
    assert len([each for each in seen if "INTO tags" in each or "INTO previews" in each]) == 2, seen


def test_a_tag_is_found_by_index(sqlite_catalog: SqlCatalog) -> None:
    sqlite_catalog.put_step(make_step("s0", make_saved("data", "1")))
    sqlite_catalog.tag(VersionRef("data", 1), {"quality": "checked"})
    details = plan(sqlite_catalog, lambda: sqlite_catalog.artifacts(tags={"quality": "checked"}))
    assert [each for each in details if "tags_key_value (key=? AND value=?" in each], details
    assert not [each for each in details if each.startswith("SCAN") and "SUBQUERY" not in each], details


def test_many_inputs_cost_no_more_statements_than_one(sqlite_catalog: SqlCatalog) -> None:
    sqlite_catalog.put_step(make_step("s0", *(make_saved(f"d{i}", "1") for i in range(50))))
    inputs = [VersionRef(f"d{i}", 1) for i in range(50)]
    with statements_seen() as seen:
        sqlite_catalog.put_step(make_step("s1", inputs=inputs))
    assert len(seen) == 2, seen


def test_a_run_and_a_resolve_take_one_statement_each(sqlite_catalog: SqlCatalog) -> None:
    sqlite_catalog.put_step(make_step("s0", make_saved("data", "1")))
    with statements_seen() as seen:
        sqlite_catalog.put_run(make_run("r1"))
        sqlite_catalog.resolve(Selector("data"))
    assert len(seen) == 2, seen


def test_going_back_through_a_thousand_versions_takes_three_statements(sqlite_catalog: SqlCatalog) -> None:
    for i in range(1000):
        inputs = [VersionRef("a", i)] if i else []
        sqlite_catalog.put_step(make_step(f"s{i}", make_saved("a", str(i)), inputs=inputs))
    with statements_seen() as seen:
        assert len(sqlite_catalog.ancestors(VersionRef("a", 1000))) == 1999
    assert len(seen) == 3, seen


@pytest.mark.parametrize("way", ["ancestors", "descendants"])
def test_a_way_along_edges_reads_only_those_on_it(sqlite_catalog: SqlCatalog, way: str) -> None:
    sqlite_catalog.put_step(make_step("s0", make_saved("data", "1")))
    details = plan(sqlite_catalog, lambda: getattr(sqlite_catalog, way)(VersionRef("data", 1)), of="RECURSIVE")
    whole = [each for each in details if each.startswith("SCAN") and each.split()[1] in ("here", "there", "edges")]
    assert whole == [], details


def plan(catalog: SqlCatalog, ask: Callable[[], object], *, of: str = "") -> list[str]:
    asked: list[tuple[str, Any]] = []

    def note(connection: object, cursor: object, statement: str, parameters: Any, *_: object) -> None:
        asked.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        ask()
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    statement, parameters = next(one for one in asked if not one[0].startswith("BEGIN") and of in one[0])
    with catalog._database.read() as connection:
        return [row[3] for row in connection.exec_driver_sql("EXPLAIN QUERY PLAN " + statement, parameters)]


def test_the_latest_version_is_found_by_index(sqlite_catalog: SqlCatalog) -> None:
    sqlite_catalog.put_step(make_step("s0", make_saved("data", "1")))
    details = plan(sqlite_catalog, lambda: sqlite_catalog.resolve(Selector("data")))
    assert not [detail for detail in details if "SCAN" in detail or "TEMP B-TREE" in detail], details


def test_a_digest_is_found_by_index(sqlite_catalog: SqlCatalog) -> None:
    (version,) = sqlite_catalog.put_step(make_step("s0", make_saved("data", "1")))
    digest = str(version.digest)
    details = plan(sqlite_catalog, lambda: sqlite_catalog.resolve(Selector("data", "digest", digest)))
    assert [detail for detail in details if "versions_digest (digest=? AND artifact_id=?)" in detail], details
    assert not [detail for detail in details if "SCAN" in detail], details
