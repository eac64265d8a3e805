"""Runs and steps."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from sqlalchemy import Connection, Row, select, update

from bridge.catalog import encoding
from bridge.catalog.encoding import key, plain, stamp
from bridge.catalog.facts import Facts
from bridge.catalog.reading import EDGES, steps_of
from bridge.catalog.rows import run_row
from bridge.catalog.statements import statements, write
from bridge.catalog.tables import artifacts, edges, runs, steps, versions
from bridge.domain.errors import AmbiguousError, RunNotFoundError
from bridge.domain.run import Run, Saved, Step
from bridge.domain.version import Version, VersionRef

_PREFIX = 4
_CANDIDATES = 10


class RunFacts(Facts):
    """Implements `bridge.domain.ports.RunCatalog`."""

    def put_run(self, run: Run) -> None:
        """Record a run, or what is new about it: what the second record leaves out, the first one keeps."""
        with self._database.write() as connection:
            write(connection, statements(self._database.dialect).put_run, run_row(run))

    def put_step(self, step: Step) -> tuple[Version, ...]:
        """Record a step with its edges; return the versions of its outputs, in order.

        A step that is recorded again keeps the versions of outputs that have not changed.

        Raises:
            VersionNotFoundError: If an input, or an output given by reference, is not there; nothing is
                recorded then.
        """
        with self._recording() as recording:
            return recording.step(step)

    def save(self, saved: Saved, *, step_id: str | None, run_id: str | None) -> Version:
        """Record a version saved by hand, tied as an output to the step, or without one to the run."""
        with self._recording() as recording:
            return recording.saved(saved, step_id=step_id, run_id=run_id, at=datetime.now(timezone.utc))

    def withdraw(self, step_id: str, state: str) -> list[VersionRef]:
        """Take back the versions that a step made, which then match no selector, and give it another state.

        Versions that were there before and that the step only found again stay, and so do all edges. The numbers are
        not given again.
        """
        mine = (versions.c.step_id == key(step_id)) & versions.c.deleted.is_(None)
        named = select(artifacts.c.name, versions.c.number).join(artifacts, artifacts.c.id == versions.c.artifact_id)
        now = stamp(datetime.now(timezone.utc))
        with self._database.write() as connection:
            taken = [VersionRef(name, number) for name, number in connection.execute(named.where(mine)).all()]
            of_mine = artifacts.c.id.in_(select(versions.c.artifact_id).where(mine))
            connection.execute(update(artifacts).where(of_mine).values(latest_digest=None))
            connection.execute(update(versions).where(mine).values(deleted=now))
            connection.execute(update(steps).where(steps.c.id == key(step_id)).values(state=plain(state)))
        return taken

    def tie_run(self, run_id: str, tracking_id: str, tracking_uri: str) -> bool:
        """Note the tracker's id of a run; touches nothing else of it. False if there is no such run."""
        known = {"tracking_id": plain(tracking_id), "tracking_uri": plain(tracking_uri)}
        with self._database.write() as connection:
            return connection.execute(update(runs).where(runs.c.id == key(run_id)).values(known)).rowcount > 0

    def unfinished(self) -> list[Run]:
        """Runs that have not ended, the latest first."""
        wanted = select(runs).where(runs.c.ended.is_(None)).order_by(runs.c.started.desc(), runs.c.id)
        with self._database.read() as connection:
            return [run_of(row) for row in connection.execute(wanted)]

    def runs(self, *, limit: int = 50, flow: str | None = None) -> list[Run]:
        """Runs, the latest first."""
        wanted = select(runs).order_by(runs.c.started.desc(), runs.c.id).limit(limit)
        if flow is not None:
            wanted = wanted.where(runs.c.flow == key(flow))
        with self._database.read() as connection:
            return [run_of(row) for row in connection.execute(wanted)]

    def run(self, id_or_name: str) -> Run:
        """A run by id, by name (its latest), or by the first characters of its id (at least four).

        Raises:
            RunNotFoundError: If there is none.
            AmbiguousError: If ids of several runs begin so.
        """
        asked = key(id_or_name)
        with self._database.read() as connection:
            named = select(runs).where(runs.c.name == asked).order_by(runs.c.started.desc()).limit(1)
            row = connection.execute(select(runs).where(runs.c.id == asked)).first()
            row = row or connection.execute(named).first() or _beginning(connection, asked)
        if row is None:
            raise RunNotFoundError(id_or_name)
        return run_of(row)

    def steps(self, run_id: str) -> list[Step]:
        """Steps of a run, by start; inputs and outputs as references."""
        of_run = steps.c.run_id == key(run_id)
        tied = EDGES.join(steps, steps.c.id == edges.c.step_id).where(of_run)
        with self._database.read() as connection:
            rows = connection.execute(select(steps).where(of_run).order_by(steps.c.started, steps.c.id)).all()
            return steps_of(connection, rows, tied) if rows else []

    def step(self, step_id: str) -> Step | None:
        """One step, inputs and outputs as references; None if it is not recorded."""
        with self._database.read() as connection:
            row = connection.execute(select(steps).where(steps.c.id == key(step_id))).first()
            return _only(connection, row)

    def step_of_result(self, result_key: str) -> Step | None:
        """The latest step that was recorded with this result key."""
        wanted = select(steps).where(steps.c.result_key == key(result_key))
        with self._database.read() as connection:
            row = connection.execute(wanted.order_by(steps.c.ended.desc(), steps.c.id).limit(1)).first()
            return _only(connection, row)

    def steps_of_task(self, task: str, *, limit: int = 50) -> list[Step]:
        """Steps of a task by its name, the latest first; inputs and outputs as references."""
        wanted = select(steps).where(steps.c.task == key(task)).order_by(steps.c.started.desc(), steps.c.id)
        with self._database.read() as connection:
            rows = connection.execute(wanted.limit(limit)).all()
            tied = EDGES.where(edges.c.step_id.in_([row.id for row in rows]))
            return steps_of(connection, rows, tied) if rows else []


def _only(connection: Connection, row: Row[Any] | None) -> Step | None:
    if row is None:
        return None
    return steps_of(connection, [row], EDGES.where(edges.c.step_id == row.id))[0]


def _beginning(connection: Connection, asked: str) -> Row[Any] | None:
    if len(asked) < _PREFIX:
        return None
    wanted = select(runs).where(runs.c.id.startswith(asked, autoescape=True))
    rows = connection.execute(wanted.order_by(runs.c.id).limit(_CANDIDATES)).all()
    if len(rows) > 1:
        raise AmbiguousError(asked, [f"{row.id} ({row.name})" for row in rows])
    return rows[0] if rows else None


def run_of(row: Row[Any]) -> Run:
    """The run that a row describes."""
    return Run(
        id=row.id,
        flow=row.flow,
        name=row.name,
        state=row.state,
        started=encoding.moment(row.started),
        ended=None if row.ended is None else encoding.moment(row.ended),
        parent_id=row.parent_id,
        parameters=encoding.decode(row.parameters),
        code=encoding.decode(row.code),
        environment=encoding.decode(row.environment),
        host=row.host,
        tracking_id=row.tracking_id,
        tracking_uri=row.tracking_uri,
    )
