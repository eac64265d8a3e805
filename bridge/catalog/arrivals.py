"""Versions, runs, steps and edges that come from another workspace: added, never put in place of what is there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby, islice
from typing import Any

from sqlalchemy import Connection, Executable, Row, exists, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bridge.catalog import encoding
from bridge.catalog.encoding import brief, key, plain, stamp
from bridge.catalog.facts import Facts
from bridge.catalog.reading import artifact_of
from bridge.catalog.recording import SAVED_LAST
from bridge.catalog.rows import content_row, run_row, step_row
from bridge.catalog.tables import aliases, artifacts, contents, edges, runs, steps, tags, versions
from bridge.domain.arrival import RESTORED, Arrival, Arrived, Fate
from bridge.domain.manifest import Manifest
from bridge.domain.run import Run, Step
from bridge.domain.version import Edge, VersionRef

_BATCH = 500
_NOT_STORED = "not_stored"
_LOOKED_AT = versions.c.number, versions.c.digest, versions.c.created, versions.c.step_id, versions.c.metadata


class ArrivalFacts(Facts):
    """Implements `bridge.domain.ports.ArrivalCatalog`."""

    def receive(self, arrivals: Sequence[Arrival], *, dry_run: bool = False) -> list[Arrived]:
        """Record versions of one name that come from elsewhere; say which versions they are here.

        A version whose content the name has already is that one. Others keep their numbers if the name is new, or if it
        has a gap there (which only an earlier arrival can have left), and else get the next ones. A content that this
        workspace has not written itself is marked with its origin.

        A version with an id from elsewhere (`known_by`) is the one with the same id, whatever it holds; it keeps its
        number if that is free, so that its history is the same if it arrives bit by bit.
        """
        done: list[Arrived] = []
        try:
            with self._database.write() as connection:
                done = _Receiving(connection, arrivals).all()
                if dry_run:
                    raise _UndoneError
        except _UndoneError:
            pass
        return done

    def receive_lineage(self, *, runs: Iterable[Run], steps: Iterable[Step], edges: Iterable[Edge]) -> None:
        """Record runs, steps without their edges, and edges that come from elsewhere, unless they are there.

        Raises:
            VersionNotFoundError: If an edge's version is not there; nothing is recorded then.
        """
        with self._database.write() as connection:
            sql = _sql(connection.dialect.name)
            for rows, statement in (
                (map(run_row, runs), sql.run),
                (map(step_row, steps), sql.step),
                (_edge_rows(connection, edges), sql.edge),
            ):
                for batch in _batches(rows):
                    connection.execute(statement, batch)


class _UndoneError(Exception):
    """Raised to roll back what was only tried."""


@dataclass(frozen=True, slots=True)
class _Statements:
    """Statements that leave alone what is there.

    Args:
        name: Insert a name or take its row for this transaction; returns id and latest number.
        content: Insert a content, or change where its bytes lie, but not where it came from.
        alias: Insert an alias; returns a row only if it was not there.
        tag: Insert a tag.
        run: Insert a run.
        step: Insert a step.
        edge: Insert an edge.
    """

    name: Executable
    content: Executable
    alias: Executable
    tag: Executable
    run: Executable
    step: Executable
    edge: Executable


@cache
def _sql(dialect: str) -> _Statements:
    insert: Any = postgresql.insert if dialect == "postgresql" else sqlite.insert
    name, content = insert(artifacts), insert(contents)
    return _Statements(
        name=name.on_conflict_do_update(index_elements=[artifacts.c.name], set_={"name": name.excluded.name}).returning(
            artifacts.c.id, artifacts.c.latest
        ),
        content=content.on_conflict_do_update(
            index_elements=[contents.c.digest],
            set_={"layout": content.excluded.layout, "manifest": content.excluded.manifest},
        ),
        alias=insert(aliases).on_conflict_do_nothing().returning(aliases.c.number),
        tag=insert(tags).on_conflict_do_nothing(),
        run=insert(runs).on_conflict_do_nothing(),
        step=insert(steps).on_conflict_do_nothing(),
        edge=insert(edges).on_conflict_do_nothing(),
    )


class _Receiving:
    """One transaction's receiving of versions of one name."""

    def __init__(self, connection: Connection, arrivals: Sequence[Arrival]) -> None:
        self._connection, self._sql = connection, _sql(connection.dialect.name)
        self._arrivals = sorted(arrivals, key=lambda arrival: arrival.version.ref)
        names = {arrival.version.ref.name for arrival in arrivals}
        assert len(names) == 1, "the versions of one name at a time"
        self._name = key(names.pop())
        new = {"name": self._name, "latest": 0, "latest_digest": None}
        self._artifact_id, self._latest = connection.execute(self._sql.name, new).one()
        self._was_there = self._latest > 0
        self._there = self._candidates()
        self._by_id = self._known_ids()
        self._taken = self._numbers()

    def all(self) -> list[Arrived]:
        """Record them, by number."""
        self._put_contents()
        latest = self._latest
        done = [self._one(arrival) for arrival in self._arrivals]
        if self._latest > latest:
            self._set_latest()
        return done

    def _candidates(self) -> list[Row[Any]]:
        """Versions of the name that the arrivals may be: of the same content, or without any."""
        of_name = select(*_LOOKED_AT).where(versions.c.artifact_id == self._artifact_id, versions.c.deleted.is_(None))
        digests = sorted({one.version.digest for one in self._arrivals if one.version.digest is not None})
        found = list(self._connection.execute(of_name.where(versions.c.digest.is_(None))))
        for batch in _batches(digests):
            found += self._connection.execute(of_name.where(versions.c.digest.in_(batch)))
        return found

    def _known_ids(self) -> dict[tuple[str, str], Row[Any]]:
        """Versions of the name that have the ids with which versions arrive."""
        found: dict[tuple[str, str], Row[Any]] = {}
        wanted = (
            select(*_LOOKED_AT, tags.c.key, tags.c.value)
            .join(tags, (tags.c.artifact_id == versions.c.artifact_id) & (tags.c.number == versions.c.number))
            .where(versions.c.artifact_id == self._artifact_id, versions.c.deleted.is_(None))
        )
        for tag, group in groupby(sorted(filter(None, map(_id_of, self._arrivals))), key=lambda pair: pair[0]):
            for batch in _batches(value for _, value in group):
                for row in self._connection.execute(wanted.where(tags.c.key == tag, tags.c.value.in_(batch))):
                    found[tag, row.value] = row
        return found

    def _numbers(self) -> set[int]:
        """Numbers that arrive and that the name has given already, to a version that is deleted, too."""
        given = select(versions.c.number).where(versions.c.artifact_id == self._artifact_id)
        wanted = [one.version.ref.number for one in self._arrivals]
        return {
            n for some in _batches(wanted) for n in self._connection.scalars(given.where(versions.c.number.in_(some)))
        }

    def _put_contents(self) -> None:
        found: dict[str, tuple[Manifest, str]] = {}
        for arrival in self._arrivals:
            if arrival.manifest is not None:
                found[arrival.manifest.digest] = arrival.manifest, arrival.origin
        rows = [{**content_row(manifest), "origin": plain(origin)} for _, (manifest, origin) in sorted(found.items())]
        if rows:
            self._connection.execute(self._sql.content, rows)

    def _one(self, arrival: Arrival) -> Arrived:
        found = self._known(arrival)
        fate: Fate = "new" if found is None else "there"
        number = self._add(arrival) if found is None else found.number
        if found is not None and found.digest is None and arrival.manifest is not None:
            self._complete(arrival, found)
            fate = "completed"
        self._tag(arrival, number)
        kept = tuple(alias for alias in arrival.version.aliases if not self._point(alias, number))
        return Arrived(arrival.version.ref, VersionRef(self._name, number), fate, kept)

    def _tag(self, arrival: Arrival, number: int) -> None:
        """Add the tags that the version has not."""
        at = {"artifact_id": self._artifact_id, "number": number}
        rows = [{**at, "key": brief(name), "value": brief(value)} for name, value in arrival.version.tags.items()]
        if rows:
            self._connection.execute(self._sql.tag, rows)

    def _known(self, arrival: Arrival) -> Row[Any] | None:
        """The version that was here before and that this one is; the likeliest if several have its content."""
        if (known := _id_of(arrival)) is not None:
            return self._by_id.get(known)
        version = arrival.version
        at, maker = stamp(version.created), None if version.step_id is None else key(version.step_id)
        same = [row for row in self._there if row.digest is not None and row.digest == version.digest]
        same = same or [
            row for row in self._there if (row.created, row.step_id) == (at, maker) and _may_be(row, version)
        ]
        likely = sorted(same, key=lambda row: (row.created == at, row.number == version.ref.number, row.number))
        return likely[-1] if likely else None

    def _add(self, arrival: Arrival) -> int:
        version = arrival.version
        number = version.ref.number
        ahead = arrival.known_by is None and self._was_there and number > self._latest
        if number in self._taken or ahead:
            number = self._latest + 1
        self._taken.add(number)
        digest = version.digest if arrival.manifest is not None or self._is_live(version.digest) else None
        told = {"version": str(version.ref), "origin": arrival.origin}
        facts = {name: value for name, value in version.metadata.items() if name != RESTORED}
        if digest is None and version.digest is not None:
            facts[_NOT_STORED] = f"its bytes were not in the {arrival.origin}"
            told["digest"] = version.digest
        row = {
            "artifact_id": self._artifact_id,
            "number": number,
            "digest": digest,
            "type": plain(version.type),
            "created": stamp(version.created),
            "step_id": None if version.step_id is None else key(version.step_id),
            "run_id": None if version.run_id is None else key(version.run_id),
            "metadata": encoding.encode({**facts, RESTORED: told}),
        }
        self._connection.execute(versions.insert(), row)
        self._latest = max(self._latest, number)
        return number

    def _is_live(self, digest: str | None) -> bool:
        """Whether a version here has this content, so that its bytes are here."""
        live = exists().where(versions.c.digest == digest, versions.c.deleted.is_(None))
        return digest is not None and bool(self._connection.execute(select(live)).scalar())

    def _complete(self, arrival: Arrival, row: Row[Any]) -> None:
        facts = encoding.decode(row.metadata)
        facts.pop(_NOT_STORED, None)
        if isinstance(facts.get(RESTORED), dict):
            facts[RESTORED].pop("digest", None)
        this = (versions.c.artifact_id == self._artifact_id) & (versions.c.number == row.number)
        values = {"digest": arrival.version.digest, "metadata": encoding.encode(facts)}
        self._connection.execute(update(versions).where(this).values(values))
        if row.number == self._latest:
            self._set_latest()

    def _set_latest(self) -> None:
        at = (versions.c.artifact_id == self._artifact_id) & (versions.c.number == self._latest)
        digest = select(versions.c.digest).where(at).scalar_subquery()
        this = update(artifacts).where(artifacts.c.id == self._artifact_id)
        self._connection.execute(this.values(latest=self._latest, latest_digest=digest))

    def _point(self, alias: str, number: int) -> bool:
        """Whether an alias points at this number, now or before."""
        row = {"artifact_id": self._artifact_id, "alias": key(alias), "number": number}
        if self._connection.execute(self._sql.alias, row).first() is not None:
            return True
        there = (aliases.c.artifact_id == self._artifact_id) & (aliases.c.alias == key(alias))
        return bool(self._connection.execute(select(aliases.c.number).where(there)).scalar() == number)


def _id_of(arrival: Arrival) -> tuple[str, str] | None:
    """The tag that tells which version this is, with its value; None if its content does."""
    name = arrival.known_by
    return None if name is None else (brief(name), brief(arrival.version.tags[name]))


def _may_be(row: Row[Any], version: Any) -> bool:
    """Whether a version here, made by the same step at the same moment, is the one that arrives."""
    if version.digest is None or row.digest is not None:
        return version.digest is None
    told = encoding.decode(row.metadata).get(RESTORED)
    return isinstance(told, dict) and told.get("digest") == version.digest


def _edge_rows(connection: Connection, found: Iterable[Edge]) -> Iterator[dict[str, Any]]:
    ids: dict[VersionRef, int] = {}
    for (step_id, direction), group in groupby(found, key=lambda edge: (edge.step_id, edge.direction)):
        for position, edge in enumerate(group):
            if edge.version not in ids:
                ids[edge.version] = artifact_of(connection, edge.version)
            yield {
                "step_id": key(step_id),
                "direction": direction,
                "slot": key(edge.slot),
                "artifact_id": ids[edge.version],
                "number": edge.version.number,
                "tie": edge.tie,
                "position": SAVED_LAST if edge.tie == "saved" else position,
            }


def _batches(rows: Iterable[Any]) -> Iterator[list[Any]]:
    each = iter(rows)
    while batch := list(islice(each, _BATCH)):
        yield batch
