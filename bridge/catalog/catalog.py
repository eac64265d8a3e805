"""The catalog on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, delete, func, select, text, update

from bridge.catalog import graph, selecting
from bridge.catalog.database import Database
from bridge.catalog.encoding import from_micros, plain, read_manifest
from bridge.catalog.rows import EDGES, MODELS, VERSIONS, edge_of, model_of, run_of, version_of
from bridge.catalog.tables import aliases, artifacts, contents, edges, models, runs, steps, versions
from bridge.catalog.writing import Writer
from bridge.domain.errors import BytesMissingError, RunNotFoundError, SelectorError
from bridge.domain.manifest import Manifest
from bridge.domain.model import ModelVersion
from bridge.domain.run import Input, Output, Run, Saved, Step
from bridge.domain.selector import Selector
from bridge.domain.version import Edge, Version, VersionRef

SHORTEST_ID = 4
"""Characters of a run's id that are enough to ask for it, if no other run's begins so."""


def open_catalog(url: str) -> SqlCatalog:
    """Open a catalog; its schema is made, or brought up to date, at first use.

    Args:
        url: SQLAlchemy URL of SQLite or PostgreSQL.

    Raises:
        CatalogError: If the URL is neither's.

    >>> open_catalog("sqlite:///:memory:").runs()
    []
    """
    return SqlCatalog(url)


class SqlCatalog:
    """Facts in SQL; the promises are those of `bridge.domain.ports.Catalog`.

    >>> SqlCatalog("sqlite:///:memory:").artifacts()
    []
    """

    def __init__(self, url: str) -> None:
        self._database = Database(url)
        self._writer = Writer(sqlite_dialect=self._database.is_sqlite)
        self.url = self._database.shown

    # -- runs and steps

    def put_run(self, run: Run) -> None:
        """Record a run, or what is new about it."""
        with self._writing() as connection:
            self._writer.put_run(connection, run)

    def tie_run(self, run_id: str, tracking_id: str, tracking_uri: str) -> None:
        """Note the tracker's id of a run; touches nothing else of it."""
        with self._writing() as connection:
            values = {"tracking_id": tracking_id, "tracking_uri": tracking_uri}
            connection.execute(update(runs).where(runs.c.id == run_id).values(values))

    def put_step(self, step: Step) -> tuple[Version, ...]:
        """Record a step with its edges; return the versions of its outputs, in order."""
        with self._writing() as connection:
            return self._writer.put_step(connection, step)

    def save(self, saved: Saved, *, step_id: str | None, run_id: str | None) -> Version:
        """Record a version saved by hand, tied to the step as an output, if there is one."""
        with self._writing() as connection:
            version = self._writer.put_saved(connection, saved, step_id, run_id)
            if step_id is not None:
                self._writer.put_output_edge(connection, step_id, version, saved.name, "saved")
            return version

    def runs(self, *, limit: int = 50, flow: str | None = None) -> list[Run]:
        """Runs, the latest first."""
        query = select(runs).order_by(runs.c.started.desc()).limit(limit)
        if flow is not None:
            query = query.where(runs.c.flow == flow)
        with self._database.reading() as connection:
            return [run_of(row) for row in connection.execute(query)]

    def unfinished(self) -> list[Run]:
        """Runs that have not ended."""
        with self._database.reading() as connection:
            query = select(runs).where(runs.c.state == "Running", runs.c.ended.is_(None))
            return [run_of(row) for row in connection.execute(query)]

    def run(self, id_or_name: str) -> Run:
        """A run by id, by the beginning of its id, or by name."""
        with self._database.reading() as connection:
            exact = connection.execute(select(runs).where(runs.c.id == id_or_name)).first()
            if exact is not None:
                return run_of(exact)
            if len(id_or_name) >= SHORTEST_ID:
                begins = runs.c.id.startswith(id_or_name.lower(), autoescape=True)
                found = connection.execute(select(runs).where(begins).limit(2)).all()
                if len(found) == 1:
                    return run_of(found[0])
                if found:
                    raise SelectorError(id_or_name, "several runs' ids begin so; give more characters")
            query = select(runs).where(runs.c.name == id_or_name).order_by(runs.c.started.desc()).limit(1)
            named = connection.execute(query).first()
        if named is None:
            raise RunNotFoundError(id_or_name)
        return run_of(named)

    def steps(self, run_id: str) -> list[Step]:
        """Steps of a run, by start."""
        return self._steps(select(steps).where(steps.c.run_id == run_id).order_by(steps.c.started, steps.c.id))

    def step(self, step_id: str) -> Step | None:
        """One step; None if it is not recorded."""
        return next(iter(self._steps(select(steps).where(steps.c.id == step_id))), None)

    def step_of_result(self, result_key: str) -> Step | None:
        """The latest step with this result key that computed its outputs."""
        query = select(steps).where(steps.c.result_key == result_key, steps.c.error.is_(None))
        return next(iter(self._steps(query.order_by(steps.c.ended.desc()).limit(1))), None)

    def _steps(self, query: Any) -> list[Step]:
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
            ties: dict[str, list[Any]] = {row.id: [] for row in rows}
            ids = list(ties)
            for first in range(0, len(ids), graph.BATCH):
                of_steps = EDGES.where(edges.c.step_id.in_(ids[first : first + graph.BATCH]))
                for edge in connection.execute(of_steps.order_by(edges.c.position, edges.c.slot)):
                    ties[edge.step_id].append(edge)
        return [_step_of(row, ties[row.id]) for row in rows]

    # -- versions

    def resolve(self, selector: Selector) -> Version:
        """The version that is meant."""
        with self._database.reading() as connection:
            return selecting.resolve(connection, selector)

    def versions(self, name: str, *, limit: int | None = None) -> list[Version]:
        """Versions of a name, the latest first."""
        query = VERSIONS.where(artifacts.c.name == name).order_by(versions.c.number.desc()).limit(limit)
        return self._versions(query)

    def artifacts(self, *, prefix: str = "", limit: int | None = None) -> list[Version]:
        """The latest version of each name, ordered by name."""
        query = VERSIONS.where(versions.c.number == artifacts.c.latest)
        if prefix:
            query = query.where(artifacts.c.name.startswith(prefix, autoescape=True))
        return self._versions(query.order_by(artifacts.c.name).limit(limit))

    def _versions(self, query: Any) -> list[Version]:
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
            pointing: dict[tuple[int, int], list[str]] = {}
            ids = list({row.artifact_id for row in rows})
            for first in range(0, len(ids), graph.BATCH):
                batch = select(aliases).where(aliases.c.artifact_id.in_(ids[first : first + graph.BATCH]))
                for alias in connection.execute(batch.order_by(aliases.c.alias)):
                    pointing.setdefault((alias.artifact_id, alias.number), []).append(alias.alias)
        return [version_of(row, tuple(pointing.get((row.artifact_id, row.number), ()))) for row in rows]

    def manifest(self, digest: str) -> Manifest:
        """What the store has of a content."""
        with self._database.reading() as connection:
            found = connection.execute(select(contents.c.manifest).where(contents.c.digest == digest)).scalar()
        if found is None:
            raise BytesMissingError(digest, "the catalog does not know this content")
        return read_manifest(found)

    def contents(self) -> Iterable[Manifest]:
        """Every content that a version refers to."""
        query = (
            select(contents.c.manifest)
            .where(contents.c.digest.in_(select(versions.c.digest)))
            .order_by(contents.c.digest)
        )
        with self._database.reading() as connection:
            texts = connection.execute(query).scalars().all()
        return map(read_manifest, texts)

    def annotate(self, ref: VersionRef, metadata: Mapping[str, Any]) -> Version:
        """Merge facts into a version's metadata."""
        with self._writing() as connection:
            self._lock(connection, ref.name)
            before = self._writer.read_version(connection, ref)
            facts = {**before.metadata, **plain(metadata)}
            key = self._writer.artifact_id(connection, ref.name)
            which = (versions.c.artifact_id == key) & (versions.c.number == ref.number)
            connection.execute(update(versions).where(which).values(facts=facts))
            return self._writer.read_version(connection, ref)

    def set_alias(self, ref: VersionRef, alias: str) -> None:
        """Point an alias of the name at this version."""
        if Selector.parse(f"{ref.name}@{alias}").kind != "alias":
            raise SelectorError(f"{ref.name}@{alias}", f"{alias!r} is not an alias: it means something else already")
        with self._writing() as connection:
            self._writer.read_version(connection, ref)
            key = self._writer.artifact_id(connection, ref.name)
            same = (aliases.c.artifact_id == key) & (aliases.c.alias == alias)
            connection.execute(delete(aliases).where(same))
            connection.execute(aliases.insert().values(artifact_id=key, alias=alias, number=ref.number))

    # -- lineage

    def edges_of_step(self, step_id: str) -> list[Edge]:
        """Edges of a step, inputs first."""
        query = EDGES.where(edges.c.step_id == step_id).order_by(edges.c.direction, edges.c.position)
        with self._database.reading() as connection:
            return [edge_of(row) for row in connection.execute(query)]

    def edges_of_version(self, ref: VersionRef) -> list[Edge]:
        """Edges of a version, outputs first."""
        query = EDGES.where(artifacts.c.name == ref.name, edges.c.number == ref.number)
        with self._database.reading() as connection:
            return [edge_of(row) for row in connection.execute(query.order_by(edges.c.direction.desc()))]

    def ancestors(self, ref: VersionRef, *, depth: int | None = None) -> list[Edge]:
        """Every edge on the way back from a version to its sources."""
        return self._walk(ref, back=True, depth=depth)

    def descendants(self, ref: VersionRef, *, depth: int | None = None) -> list[Edge]:
        """Every edge on the way from a version to what was made from it."""
        return self._walk(ref, back=False, depth=depth)

    def _walk(self, ref: VersionRef, *, back: bool, depth: int | None) -> list[Edge]:
        with self._database.reading() as connection:
            start = (self._writer.artifact_id(connection, ref.name), ref.number)
            return graph.walk(connection, start, back=back, depth=depth)

    # -- models

    def put_model(self, model: ModelVersion) -> None:
        """Record a registered model version."""
        with self._writing() as connection:
            self._writer.put_model(connection, model)

    def models(self, name: str | None = None) -> list[ModelVersion]:
        """Registered model versions, the latest first."""
        query = MODELS if name is None else MODELS.where(models.c.name == name)
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(models.c.created.desc(), models.c.number.desc()))
            return [model_of(row) for row in rows]

    # -- the database itself

    def check(self) -> None:
        """Raise `CatalogError` if the catalog cannot be read and written."""
        with self._writing() as connection:
            connection.execute(select(func.count()).select_from(select(runs.c.id).limit(1).subquery()))
            if self._database.is_sqlite:  # a read-only file is noticed only by a write
                connection.execute(text("PRAGMA user_version = 0"))

    def close(self) -> None:
        """Give back connections."""
        self._database.close()

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        try:
            with self._database.writing() as connection:
                yield connection
        except BaseException:
            self._writer.forget_names()
            raise

    def _lock(self, connection: Connection, name: str) -> None:
        """Hold other writers of a name back on PostgreSQL; on SQLite the transaction does."""
        if not self._database.is_sqlite:
            connection.execute(select(artifacts.c.id).where(artifacts.c.name == name).with_for_update())


def _step_of(row: Any, ties: list[Any]) -> Step:
    inputs = [Input(tie.slot, VersionRef(tie.name, tie.number), tie.tie) for tie in ties if tie.direction == "input"]
    outputs = [Output(tie.slot, VersionRef(tie.name, tie.number), tie.tie) for tie in ties if tie.direction == "output"]
    return Step(
        id=row.id,
        task=row.task,
        name=row.name,
        state=row.state,
        started=from_micros(row.started),
        ended=from_micros(row.ended),
        run_id=row.run_id,
        task_key=row.task_key,
        inputs=tuple(inputs),
        outputs=tuple(outputs),
        result_key=row.result_key,
        error=row.error,
    )
