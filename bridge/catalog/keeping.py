"""Versions that are forgotten, and contents that go with them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Set
from datetime import datetime, timezone
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Select, bindparam, delete, select, tuple_, update

from bridge.catalog import encoding, manifests
from bridge.catalog.encoding import key, stamp
from bridge.catalog.facts import Facts, by_index
from bridge.catalog.holding import At, batched, holds, is_used
from bridge.catalog.tables import aliases, artifacts, contents, previews, versions
from bridge.domain.keeping import Reason, Standing
from bridge.domain.manifest import Manifest
from bridge.domain.version import VersionRef

_NAMES = 200  # artifacts of one page

_FORGET = update(versions).where(
    versions.c.artifact_id == bindparam("at"),
    versions.c.number.between(bindparam("low"), bindparam("high")),
    versions.c.deleted.is_(None),
)


class KeepingFacts(Facts):
    """Implements `bridge.domain.ports.KeepingCatalog`."""

    def standings(self, *, names: Collection[str] | None = None) -> Iterable[Standing]:
        """Every version that is not forgotten (of these names) with what holds it; by name, the latest first.

        Read in pages of some names each, so that no transaction is open while the caller works.
        """
        with self._database.read() as connection:
            found = [(row.id, row.name) for row in _named(connection, names)]
        return self._standings(found)

    def _standings(self, found: list[tuple[int, str]]) -> Iterator[Standing]:
        for page in batched(found, _NAMES):
            ids = [artifact_id for artifact_id, _ in page]
            with self._database.read() as connection:
                held = holds(connection, ids)
                rows: dict[int, list[Any]] = {}
                for row in connection.execute(_versions_of(ids)):
                    rows.setdefault(row.artifact_id, []).append(row)
            for artifact_id, name in page:
                for row in rows.get(artifact_id, ()):
                    yield Standing(
                        ref=VersionRef(name, row.number),
                        digest=row.digest,
                        size=row.size or 0,
                        created=encoding.moment(row.created),
                        holds=tuple(sorted(held.get((artifact_id, row.number), ()))),
                    )

    def forget(self, refs: Collection[VersionRef], *, despite: Collection[Reason] = ()) -> list[VersionRef]:
        """Forget versions, except those that something holds by now; return which went.

        Their names are locked before anything is looked at, as `set_alias` and `put_model` lock them: what comes first
        counts for the other.
        """
        with self._database.write() as connection:
            name_of = {row.id: row.name for row in _named(connection, {key(ref.name) for ref in refs}, lock=True)}
            now = stamp(datetime.now(timezone.utc))  # the wait for the locks is over
            id_of = {name: artifact_id for artifact_id, name in name_of.items()}
            asked = {(id_of[name], ref.number) for ref in refs if (name := key(ref.name)) in id_of}
            held = holds(connection, list(name_of))
            free = {at for at in asked if not _counting(held.get(at, ()), despite)}
            there = [at for ids in batched(list(name_of)) for at in connection.execute(_numbers_of(ids)).tuples()]
            ranges = [{"at": at, "low": low, "high": high} for at, low, high in _ranges(there, free)]
            if ranges:
                connection.execute(_FORGET.values(deleted=now), ranges)
            gone = sorted(free.intersection(there))
            _tidy(connection, gone, [at for at in gone if held.get(at)])
        return sorted(VersionRef(name_of[artifact_id], number) for artifact_id, number in gone)

    def drop_contents(self, *, forgotten_before: datetime) -> int:
        """Remove what is known of contents whose versions were all forgotten before then; count them.

        A content is locked, and then looked at again: a writer of an equal value is either seen, or waits and puts the
        content back.
        """
        used = is_used(stamp(forgotten_before))
        with self._database.read() as connection:
            wanted = select(contents.c.digest).where(~used).order_by(contents.c.digest)
            unused = list(connection.execute(wanted).scalars())
        dropped = 0
        for batch in batched(unused):
            these = contents.c.digest.in_(batch)
            with self._database.write() as connection:
                by_index(connection)
                locking = select(contents.c.digest).where(these).order_by(contents.c.digest).with_for_update()
                connection.execute(locking).all()
                dropped += connection.execute(delete(contents).where(these, ~used)).rowcount
                known = select(contents.c.digest).where(contents.c.digest == previews.c.digest).exists()
                connection.execute(delete(previews).where(previews.c.digest.in_(batch), ~known))
        return dropped

    def move_content(self, old: Manifest, new: Manifest) -> bool:
        """Note that a content's bytes lie elsewhere; False if they are not where `old` says any more."""
        this = (contents.c.digest == key(old.digest)) & (contents.c.manifest == manifests.dump(old))
        moved = update(contents).where(this).values(manifest=manifests.dump(new), layout=new.layout)
        with self._database.write() as connection:
            return connection.execute(moved).rowcount == 1


def _named(connection: Connection, names: Collection[str] | None, *, lock: bool = False) -> list[Any]:
    """Row ids and names, by name."""
    wanted = select(artifacts.c.id, artifacts.c.name).order_by(artifacts.c.name)
    if lock:
        wanted = wanted.with_for_update()
    if names is None:
        return list(connection.execute(wanted))
    batches = batched(sorted({key(name) for name in names}))
    return [row for batch in batches for row in connection.execute(wanted.where(artifacts.c.name.in_(batch)))]


def _versions_of(ids: list[int]) -> Select[Any]:
    return (
        select(versions.c.artifact_id, versions.c.number, versions.c.digest, versions.c.created, contents.c.size)
        .outerjoin(contents, contents.c.digest == versions.c.digest)
        .where(versions.c.artifact_id.in_(ids), versions.c.deleted.is_(None))
        .order_by(versions.c.artifact_id, versions.c.number.desc())
    )


def _numbers_of(ids: list[int]) -> Select[tuple[int, int]]:
    wanted = select(versions.c.artifact_id, versions.c.number)
    wanted = wanted.where(versions.c.artifact_id.in_(ids), versions.c.deleted.is_(None))
    return wanted.order_by(versions.c.artifact_id, versions.c.number)


def _ranges(there: Iterable[At], free: Set[At]) -> Iterator[tuple[int, int, int]]:
    """What goes as ranges of numbers with nothing between that stays: a name has few, however many of it go."""
    for (artifact_id, going), run in groupby(there, key=lambda at: (at[0], at in free)):
        if going:
            numbers = [number for _, number in run]
            yield artifact_id, numbers[0], numbers[-1]


def _counting(held: Iterable[Any], despite: Collection[Reason]) -> bool:
    return any(hold.reason == "model" or hold.reason not in despite for hold in held)


def _tidy(connection: Connection, gone: list[At], were_held: list[At]) -> None:
    """Take away the aliases of what is gone; let a value equal to a latest version that is gone be a version anew."""
    for batch in batched(were_held):
        at = tuple_(aliases.c.artifact_id, aliases.c.number)
        connection.execute(delete(aliases).where(at.in_(batch)))
    last = (versions.c.artifact_id == artifacts.c.id) & (versions.c.number == artifacts.c.latest)
    went = select(versions.c.number).where(last, versions.c.deleted.is_not(None)).exists()
    for ids in batched(sorted({artifact_id for artifact_id, _ in gone})):
        connection.execute(update(artifacts).where(artifacts.c.id.in_(ids), went).values(latest_digest=None))
