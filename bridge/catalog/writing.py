"""How steps, versions and edges are written: the hot path of every task, so statements are counted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timezone
from typing import Any

from sqlalchemy import Connection, Insert, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.expression import case

from bridge.catalog.encoding import from_micros, plain, to_micros, write_manifest
from bridge.catalog.rows import VERSIONS, version_of
from bridge.catalog.tables import artifacts, contents, edges, models, runs, steps, versions
from bridge.domain.errors import VersionNotFoundError
from bridge.domain.model import ModelVersion
from bridge.domain.run import Run, Saved, Step
from bridge.domain.version import Tie, Version, VersionRef

LONGEST_SLOT = 255


class Writer:
    """The statements that write, made once for a database's dialect, so that SQLAlchemy compiles each once.

    Args:
        sqlite_dialect: False for PostgreSQL's.
    """

    def __init__(self, *, sqlite_dialect: bool) -> None:
        self._insert: Any = sqlite.insert if sqlite_dialect else postgresql.insert
        self._ids: dict[str, int] = {}
        self._step = self._ignoring(steps)
        self._content = self._ignoring(contents)
        self._version = self._ignoring(versions)
        self._edge = self._ignoring(edges)
        self._allocate = self._allocating()

    def _ignoring(self, table: Any) -> Insert:
        return self._insert(table).on_conflict_do_nothing()  # type: ignore[no-any-return]

    def _allocating(self) -> Any:
        """Take a name's next number, or its latest if the content is the same."""
        row = self._insert(artifacts).values(name=bindparam("name"), latest=1, latest_digest=bindparam("digest"))
        same = artifacts.c.latest_digest == row.excluded.latest_digest
        return row.on_conflict_do_update(
            index_elements=["name"],
            set_={
                "latest": case((same, artifacts.c.latest), else_=artifacts.c.latest + 1),
                "latest_digest": row.excluded.latest_digest,
            },
        ).returning(artifacts.c.id, artifacts.c.latest)

    def put_run(self, connection: Connection, run: Run) -> None:
        """Record a run, or what is new about it; the tracker's id is never lost."""
        row = {
            "id": run.id,
            "flow": plain(run.flow),
            "name": plain(run.name),
            "state": run.state,
            "started": to_micros(run.started),
            "ended": None if run.ended is None else to_micros(run.ended),
            "parent_id": run.parent_id,
            "parameters": plain(run.parameters),
            "code": plain(run.code),
            "host": run.host,
            "tracking_id": run.tracking_id,
            "tracking_uri": run.tracking_uri,
        }
        new = {name: value for name, value in row.items() if not (name.startswith("tracking") and value is None)}
        insert = self._insert(runs).values(row)
        connection.execute(insert.on_conflict_do_update(index_elements=["id"], set_=new))

    def put_step(self, connection: Connection, step: Step) -> tuple[Version, ...]:
        """Record a step with its edges; return its outputs in order."""
        fresh = connection.execute(self._step, _step_row(step)).rowcount == 1
        before = {} if fresh else self._replayed(connection, step)
        made: dict[int, Version] = {}
        # By name, so that two writers lock names in the same order.
        for position, output in sorted(enumerate(step.outputs), key=lambda item: _name(item[1].what)):
            if isinstance(output.what, VersionRef):
                made[position] = self.read_version(connection, output.what)
            elif output.what.manifest is not None and (output.slot, output.what.manifest.digest) in before:
                made[position] = before[output.slot, output.what.manifest.digest]
            else:
                made[position] = self.put_saved(connection, output.what, step.id, step.run_id)
        outputs = tuple(made[position] for position in range(len(step.outputs)))
        self._put_edges(connection, step, outputs)
        return outputs

    def _replayed(self, connection: Connection, step: Step) -> dict[tuple[str, str | None], Version]:
        """Bring a step that is there up to date; return what it was tied to as outputs."""
        connection.execute(update(steps).where(steps.c.id == step.id).values(_step_row(step)))
        query = VERSIONS.add_columns(edges.c.slot).join(
            edges, (edges.c.artifact_id == versions.c.artifact_id) & (edges.c.number == versions.c.number)
        )
        rows = connection.execute(query.where(edges.c.step_id == step.id, edges.c.direction == "output"))
        return {(row.slot, row.digest): version_of(row) for row in rows}

    def put_saved(self, connection: Connection, saved: Saved, step_id: str | None, run_id: str | None) -> Version:
        """Record content as a name's next version, or find that it is its latest."""
        manifest = saved.manifest
        digest = manifest.digest if manifest is not None else None
        name = plain(saved.name)
        artifact_id, number = connection.execute(self._allocate, {"name": name, "digest": digest}).one()
        row = {
            "artifact_id": artifact_id,
            "number": number,
            "digest": digest,
            "format": manifest.format if manifest is not None else "none",
            "type": saved.type,
            "size": manifest.size if manifest is not None else 0,
            "created": to_micros(datetime.now(timezone.utc)),
            "step_id": step_id,
            "run_id": run_id,
            "facts": plain(saved.metadata),
        }
        self._ids[name] = artifact_id
        if connection.execute(self._version, row).rowcount == 0:
            return self.read_version(connection, VersionRef(name, number))
        if manifest is not None:
            content = {"digest": digest, "format": manifest.format, "size": manifest.size}
            connection.execute(self._content, {**content, "manifest": write_manifest(manifest)})
        return Version(
            ref=VersionRef(name, number),
            digest=digest,
            format=row["format"],
            type=saved.type,
            size=row["size"],
            created=from_micros(row["created"]),
            step_id=step_id,
            run_id=run_id,
            metadata=row["facts"],
        )

    def put_output_edge(self, connection: Connection, step_id: str, version: Version, slot: str, tie: Tie) -> None:
        """Tie a version to a step as its output."""
        row = self._edge_row(connection, step_id, "output", slot, version.ref, tie, 0)
        connection.execute(self._edge, row)

    def _put_edges(self, connection: Connection, step: Step, outputs: Sequence[Version]) -> None:
        rows = [
            self._edge_row(connection, step.id, "input", one.slot, one.version, one.tie, position)
            for position, one in enumerate(step.inputs)
        ]
        rows += [
            self._edge_row(connection, step.id, "output", output.slot, version.ref, output.tie, position)
            for position, (output, version) in enumerate(zip(step.outputs, outputs, strict=True))
        ]
        if rows:
            connection.execute(self._edge, rows)

    def _edge_row(
        self,
        connection: Connection,
        step_id: str,
        direction: str,
        slot: str,
        ref: VersionRef,
        tie: Tie,
        position: int,
    ) -> dict[str, Any]:
        return {
            "step_id": step_id,
            "direction": direction,
            "slot": plain(slot)[:LONGEST_SLOT],
            "artifact_id": self.artifact_id(connection, ref.name),
            "number": ref.number,
            "tie": tie,
            "position": position,
        }

    def artifact_id(self, connection: Connection, name: str) -> int:
        """The id of a name, remembered.

        Raises:
            VersionNotFoundError: If nothing has that name.
        """
        found = self._ids.get(name)
        if found is None:
            found = connection.execute(select(artifacts.c.id).where(artifacts.c.name == name)).scalar()
            if found is None:
                raise VersionNotFoundError(name)
            self._ids[name] = found
        return found

    def forget_names(self) -> None:
        """Drop remembered ids: a transaction that was rolled back may have made some of them."""
        self._ids.clear()

    def read_version(self, connection: Connection, ref: VersionRef) -> Version:
        """One version.

        Raises:
            VersionNotFoundError: If there is none.
        """
        query = VERSIONS.where(artifacts.c.name == ref.name, versions.c.number == ref.number)
        row = connection.execute(query).first()
        if row is None:
            raise VersionNotFoundError(str(ref))
        return version_of(row)

    def put_model(self, connection: Connection, model: ModelVersion) -> None:
        """Record a registered model version."""
        row = {
            "name": model.name,
            "number": model.number,
            "artifact_id": self.artifact_id(connection, model.version.name),
            "version": model.version.number,
            "created": to_micros(model.created),
            "flavour": model.flavour,
            "step_id": model.step_id,
            "run_id": model.run_id,
            "tracking_id": model.tracking_id,
            "uri": model.uri,
            "tags": plain(model.tags),
        }
        insert = self._insert(models).values(row)
        connection.execute(insert.on_conflict_do_update(index_elements=["name", "number"], set_=row))


def _name(what: Saved | VersionRef) -> str:
    return what.name


def _step_row(step: Step) -> dict[str, Any]:
    return {
        "id": step.id,
        "run_id": step.run_id,
        "task": plain(step.task),
        "name": plain(step.name),
        "task_key": plain(step.task_key),
        "state": step.state,
        "started": to_micros(step.started),
        "ended": to_micros(step.ended),
        "result_key": plain(step.result_key),
        "error": plain(step.error),
    }
