"""The statements that write, built and compiled once for each database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, CursorResult, Executable, Table, bindparam, case, func, null, or_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect

from bridge.catalog.tables import (
    aliases,
    artifacts,
    contents,
    documents,
    edges,
    journals,
    model_signatures,
    models,
    previews,
    results,
    runs,
    steps,
    tags,
    versions,
)


@dataclass(frozen=True, slots=True)
class Statements:
    """What is executed with rows as parameters.

    Args:
        put_run: Insert a run, or change what is new about it; its beginning does not undo its end.
        add_step: Insert a step; returns a row only if it was not there.
        change_step: Change a step that was there, `at` being its id.
        take_number: Give a name its next number, or its latest if that has the digest; returns id and number.
        add_version: Insert a version; returns a row only if it was not there.
        put_content: Insert a content, or change where its bytes lie: the last writer knows; it is ours then.
        put_edge: Insert an edge, or change how it is known.
        put_alias: Point an alias.
        put_tag: Set a tag.
        add_preview: Keep a content's preview, if there is none yet.
        put_model: Insert a model version, or change it.
        put_signature: Insert a signature of a model version, or change that of the same key.
        add_document: Keep a text, if it is not there.
        add_result: Insert a record of a result, if there is none of its name.
        put_result: Insert a record of a result, or change it.
        grow_journal: Make a journal longer; returns its length, and holds it until the transaction is over.

    >>> "ON CONFLICT DO NOTHING" in str(statements("sqlite").add_version)
    True
    """

    put_run: Executable
    add_step: Executable
    change_step: Executable
    take_number: Executable
    add_version: Executable
    put_content: Executable
    put_edge: Executable
    put_alias: Executable
    put_tag: Executable
    add_preview: Executable
    put_model: Executable
    put_signature: Executable
    add_document: Executable
    add_result: Executable
    put_result: Executable
    grow_journal: Executable


@cache
def statements(dialect: str) -> Statements:
    """The statements for `sqlite` or `postgresql`.

    >>> statements("sqlite") is statements("sqlite")
    True
    """
    insert: Any = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return Statements(
        put_run=_put_run(insert),
        add_step=insert(steps).on_conflict_do_nothing().returning(steps.c.id),
        change_step=update(steps).where(steps.c.id == bindparam("at")),
        take_number=_take_number(insert),
        add_version=insert(versions).on_conflict_do_nothing().returning(versions.c.number),
        put_content=_put_content(insert),
        put_edge=_upsert(insert(edges), edges, "tie", "position"),
        put_alias=_upsert(insert(aliases), aliases, "number"),
        put_tag=_upsert(insert(tags), tags, "value"),
        add_preview=insert(previews).on_conflict_do_nothing(),
        put_model=_put_whole(insert, models),
        put_signature=_put_whole(insert, model_signatures),
        add_document=insert(documents).on_conflict_do_nothing(),
        add_result=insert(results).on_conflict_do_nothing(),
        put_result=_put_whole(insert, results),
        grow_journal=_grow_journal(insert),
    )


Rows = Mapping[str, Any] | Sequence[Mapping[str, Any]]
"""One row of parameters, or several for one round trip."""


@dataclass(frozen=True, slots=True)
class _Ready:
    """A statement as SQLite's driver takes it.

    Args:
        text: With `?` for parameters.
        order: Their names, in order.
        fixed: Those that stand in the statement itself.
    """

    text: str
    order: tuple[str, ...]
    fixed: Mapping[str, Any]

    def values(self, row: Mapping[str, Any]) -> list[Any]:
        """A row's parameters in order."""
        return [row[name] if name in row else self.fixed[name] for name in self.order]


_compiled: WeakKeyDictionary[Dialect, dict[tuple[int, tuple[str, ...], bool], Any]] = WeakKeyDictionary()
_ready: dict[tuple[int, tuple[str, ...]], _Ready] = {}


def write(connection: Connection, statement: Executable, rows: Rows) -> list[Any]:
    """Execute one of the statements; return the rows that it returns for one row of parameters.

    SQLAlchemy 2.0 keeps no compiled form of an insert that says what is to be done on a conflict, and compiles it each
    time, which takes longer than to execute it. Here it is kept. Nor is SQLAlchemy in SQLite's way: its part of a
    statement takes several times as long as the database's.

    Args:
        connection: In a transaction.
        statement: One of `Statements`, which live as long as the process; their values are the driver's.
        rows: Parameters.
    """
    if connection.dialect.name == "sqlite":
        return by_driver(connection.connection.cursor(), statement, rows)
    many = not isinstance(rows, Mapping)
    keys = tuple(rows[0] if many else rows)  # type: ignore[index]  # a sequence, as mypy does not see
    known = _compiled.setdefault(connection.dialect, {})
    place = id(statement), keys, many
    compiled = known.get(place)
    if compiled is None:
        made: Any = statement
        compiled = made.compile(dialect=connection.dialect, column_keys=list(keys), for_executemany=many)
        known[place] = compiled
    done: CursorResult[Any] = connection.execute(compiled, rows)
    return list(done.all()) if done.returns_rows else []


def by_driver(cursor: Any, statement: Executable, rows: Rows) -> list[Any]:
    """The same by a cursor of SQLite's driver, which raises errors of its own."""
    if isinstance(rows, Mapping):
        ready = _made_ready(statement, rows)
        found: list[Any] = cursor.execute(ready.text, ready.values(rows)).fetchall()
        return found
    ready = _made_ready(statement, rows[0])
    cursor.executemany(ready.text, map(ready.values, rows))
    return []


def _made_ready(statement: Executable, row: Mapping[str, Any]) -> _Ready:
    place = id(statement), tuple(row)
    ready = _ready.get(place)
    if ready is None:
        made: Any = statement
        compiled = made.compile(dialect=sqlite.dialect(), column_keys=list(row))
        ready = _ready[place] = _Ready(str(compiled), tuple(compiled.positiontup), dict(compiled.params))
    return ready


def _upsert(new: Any, table: Table, *changed: str) -> Executable:
    upsert: Executable = new.on_conflict_do_update(
        index_elements=list(table.primary_key), set_={name: new.excluded[name] for name in changed}
    )
    return upsert


def _put_whole(insert: Any, table: Table) -> Executable:
    return _upsert(insert(table), table, *(c.name for c in table.c if not c.primary_key))


def _put_run(insert: Any) -> Executable:
    new = insert(runs)
    changes = {name: new.excluded[name] for name in ("flow", "name", "started")}
    is_late = new.excluded.ended.is_(None) & (new.excluded.started <= runs.c.ended)  # a beginning, after its end
    for name in ("state", "ended"):
        changes[name] = case((is_late, runs.c[name]), else_=new.excluded[name])
    for name in ("parent_id", "tracking_id", "tracking_uri"):
        changes[name] = func.coalesce(new.excluded[name], runs.c[name])
    for name, nothing in (("parameters", "{}"), ("code", "{}"), ("environment", "{}"), ("host", "")):
        changes[name] = case((new.excluded[name] == nothing, runs.c[name]), else_=new.excluded[name])
    upsert: Executable = new.on_conflict_do_update(index_elements=[runs.c.id], set_=changes)
    return upsert


def _take_number(insert: Any) -> Executable:
    new = insert(artifacts)
    latest = artifacts.c.latest
    number = case((artifacts.c.latest_digest == new.excluded.latest_digest, latest), else_=latest + 1)
    upsert: Executable = new.on_conflict_do_update(
        index_elements=[artifacts.c.name],
        set_={"latest": number, "latest_digest": new.excluded.latest_digest},
    ).returning(artifacts.c.id, latest)
    return upsert


def _grow_journal(insert: Any) -> Executable:
    new = insert(journals)
    upsert: Executable = new.on_conflict_do_update(
        index_elements=[journals.c.name], set_={"length": journals.c.length + new.excluded.length}
    ).returning(journals.c.length)
    return upsert


def _put_content(insert: Any) -> Executable:
    new = insert(contents)
    upsert: Executable = new.on_conflict_do_update(
        index_elements=[contents.c.digest],
        set_={"layout": new.excluded.layout, "manifest": new.excluded.manifest, "origin": null()},
        where=or_(
            contents.c.manifest != new.excluded.manifest,
            contents.c.layout != new.excluded.layout,
            contents.c.origin.is_not(None),
        ),
    )
    return upsert
