"""The rows of ZenML's database that tell a history, of any version since 0.50 whose tables are still called so."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

from bridge.catalog.foreign import ForeignDatabase
from bridge.domain.migration_errors import MigrationError
from bridge.migrate.data.zenml.locating import uuid_of

Row = Mapping[str, Any]

_NEEDED = (
    *("artifact", "artifact_version", "pipeline", "pipeline_run", "step_run"),
    *("step_run_input_artifact", "step_run_output_artifact"),
)

_PROJECT = ("project_id", "workspace_id")  # a project was a workspace before 0.80

_COLUMNS: Mapping[str, Sequence[str]] = {
    "project": ("id", "name"),
    "workspace": ("id", "name"),
    "artifact": ("id", "name", "has_custom_name", *_PROJECT),
    "artifact_version": (
        *("id", "created", "version", "version_number", "type", "uri", "materializer", "data_type", "save_type"),
        *("content_hash", "artifact_id", "artifact_store_id"),
    ),
    "pipeline": ("id", "name"),
    "pipeline_run": (
        *("id", "created", "updated", "name", "start_time", "end_time", "status", "pipeline_id", "snapshot_id"),
        *("deployment_id", "parent_run_id", "exception_info", "orchestrator_environment", *_PROJECT),
    ),
    "pipeline_snapshot": ("id", "client_environment", "pipeline_spec", "client_version"),
    "pipeline_deployment": ("id", "client_environment", "pipeline_spec", "client_version"),
    "step_run": (
        *("id", "created", "updated", "name", "start_time", "end_time", "status", "pipeline_run_id", "snapshot_id"),
        *("deployment_id", "exception_info", "original_step_run_id"),
    ),
    "step_configuration": ("name", "config", "snapshot_id", "deployment_id", "step_run_id"),
    "step_run_input_artifact": ("name", "type", "input_index", "step_id", "artifact_id"),
    "step_run_output_artifact": ("name", "step_id", "artifact_id"),
    "run_metadata": ("id", "created", "key", "value", "type", "resource_id", "resource_type"),
    "run_metadata_resource": ("resource_id", "resource_type", "run_metadata_id"),
    "tag": ("id", "name"),
    "tag_resource": ("tag_id", "resource_id", "resource_type"),
    "model": ("id", "name", "license", "description", "use_cases", *_PROJECT),
    "model_version": ("id", "created", "name", "number", "description", "stage", "model_id"),
    "model_versions_artifacts": ("model_version_id", "artifact_version_id", "is_model_artifact"),
    "stack_component": ("id", "type", "configuration"),
    "alembic_version": ("version_num",),
}


@dataclass(frozen=True, slots=True)
class Tables:
    """Rows by table, with ids as everybody writes them.

    Args:
        rows: By table; none for tables that this version of ZenML does not have.
        metadata: What was logged, by kind of thing and its id; the latest value of each key.
        tags: Words, by kind of thing and its id.
        release: Version of ZenML that the database belongs to.
    """

    rows: Mapping[str, Sequence[Row]]
    metadata: Mapping[tuple[str, str], Mapping[str, Any]] = field(default_factory=dict)
    tags: Mapping[tuple[str, str], Sequence[str]] = field(default_factory=dict)
    release: str = ""

    def by_id(self, table: str) -> Mapping[str, Row]:
        """Rows of a table by their ids."""
        return {row["id"]: row for row in self.rows[table]}


def read_tables(database: ForeignDatabase, project: str | None) -> Tables:
    """Read what is needed, of one project.

    Raises:
        MigrationError: If it is no database of ZenML, or it has several projects and none, or an unknown one, is named.
    """
    missing = [name for name in _NEEDED if name not in database.tables()]
    if missing:
        if "step_run" in database.tables():
            why = f"it is of a ZenML before 0.52: it has no table {missing[0]}"
            raise MigrationError(database.shown, why, "A newer ZenML brings a copy of it up to date: zenml status.")
        raise MigrationError(database.shown, f"it is no database of ZenML: it has no table {missing[0]}")
    rows = {table: [_clean(row) for row in database.rows(table, names)] for table, names in _COLUMNS.items()}
    rows["project"] = rows["project"] or rows["workspace"]
    chosen = _project(rows, project, database.shown)
    for table in ("artifact", "pipeline_run", "model"):
        rows[table] = [row for row in rows[table] if _project_of(row) in (chosen, None)]
    release = next((str(row["version_num"]) for row in rows["alembic_version"]), "")
    return Tables(rows, _metadata(rows), _tags(rows), release)


def _clean(row: dict[str, Any]) -> dict[str, Any]:
    return {name: uuid_of(value) if name == "id" or name.endswith("_id") else value for name, value in row.items()}


def _project_of(row: Row) -> str | None:
    found: str | None = row["project_id"] or row["workspace_id"]
    return found


def _project(rows: Mapping[str, Sequence[Row]], wanted: str | None, shown: str) -> str | None:
    names = {row["id"]: str(row["name"]) for row in rows["project"]}
    used = {_project_of(row) for table in ("artifact", "pipeline_run", "model") for row in rows[table]} - {None}
    if wanted is not None:
        for id, name in names.items():
            if wanted in (name, id):
                return str(id)
        there = ", ".join(sorted(names.values())) or "none"
        raise MigrationError(f"The project {wanted!r}", "ZenML has none of that name", f"It has: {there}.")
    if len(used) > 1:
        there = ", ".join(sorted(names.get(id, str(id)) for id in used))
        raise MigrationError(shown, f"it has several projects ({there})", "Say which one: --project NAME.")
    return next(iter(used), None)


def _metadata(rows: Mapping[str, Sequence[Row]]) -> Mapping[tuple[str, str], Mapping[str, Any]]:
    facts = {row["id"]: row for row in rows["run_metadata"]}
    of: list[tuple[Row, Row]] = [
        (facts[link["run_metadata_id"]], link)
        for link in rows["run_metadata_resource"]
        if link["run_metadata_id"] in facts
    ]
    of += [(row, row) for row in rows["run_metadata"] if row["resource_id"] is not None]
    found: dict[tuple[str, str], dict[str, Any]] = defaultdict(dict)
    for fact, link in sorted(of, key=lambda pair: str(pair[0]["created"])):
        found[str(link["resource_type"]), str(link["resource_id"])][str(fact["key"])] = loaded(fact["value"])
    return found


def _tags(rows: Mapping[str, Sequence[Row]]) -> Mapping[tuple[str, str], Sequence[str]]:
    names = {row["id"]: str(row["name"]) for row in rows["tag"]}
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for link in rows["tag_resource"]:
        if link["tag_id"] in names:
            found[str(link["resource_type"]), str(link["resource_id"])].append(names[link["tag_id"]])
    return found


def loaded(text: Any) -> Any:
    """A JSON column; what is no JSON is text.

    >>> loaded('[20, 2]'), loaded("plain"), loaded(None)
    ([20, 2], 'plain', None)
    """
    try:
        return text if text is None else json.loads(text)
    except (ValueError, TypeError):
        return text


def moment(value: Any) -> datetime | None:
    """A time of ZenML's database, which is in UTC and does not say so.

    >>> moment("2026-11-26 23:45:28.816100").isoformat()
    '2026-11-26T23:45:28.816100+00:00'
    """
    if value is None:
        return None
    found = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return found.replace(tzinfo=timezone.utc) if found.tzinfo is None else found.astimezone(timezone.utc)


def mapping(value: Any) -> dict[str, Any]:
    """A JSON object in a column; empty if there is none.

    >>> mapping('{"rows": 20}'), mapping(None)
    ({'rows': 20}, {})
    """
    found = loaded(value) if isinstance(value, (str, bytes)) else value
    return dict(found) if isinstance(found, Mapping) else {}


def labels(tables: Tables, kind: str, id: str) -> Mapping[str, Any]:
    """What people said of something that has no place of its own for it: `metadata` and `tags`, if there are any."""
    told = {"metadata": tables.metadata.get((kind, id)), "tags": list(tables.tags.get((kind, id), ()))}
    return {name: value for name, value in told.items() if value}
