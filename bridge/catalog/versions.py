"""Artifacts, their versions, and what the store has of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from bridge.catalog import encoding, manifests
from bridge.catalog.encoding import key
from bridge.catalog.facts import Facts, by_index
from bridge.catalog.holding import NEWEST, is_used
from bridge.catalog.reading import VERSIONS, artifact_of, version_at, version_of
from bridge.catalog.selection import select_version
from bridge.catalog.statements import statements
from bridge.catalog.tables import artifacts, contents, edges, steps, versions
from bridge.domain.errors import BytesMissingError, SelectorError
from bridge.domain.manifest import Manifest
from bridge.domain.selector import Selector
from bridge.domain.version import Version, VersionRef

_PAGE = 500


class VersionFacts(Facts):
    """Implements `bridge.domain.ports.VersionCatalog`."""

    def resolve(self, selector: Selector) -> Version:
        """The version that is meant.

        `name@run:<id>` is the latest version that a step of the run produced, an unchanged one included.

        Raises:
            VersionNotFoundError: If there is none, with what there is.
            AmbiguousError: If the beginning of a digest or of a run's id fits several.
        """
        with self._database.read() as connection:
            return select_version(connection, selector)

    def versions(self, name: str, *, limit: int | None = None) -> list[Version]:
        """Versions of a name, the latest first."""
        wanted = VERSIONS.where(artifacts.c.name == key(name)).order_by(versions.c.number.desc()).limit(limit)
        with self._database.read() as connection:
            return [version_of(row) for row in connection.execute(wanted)]

    def artifacts(self, *, prefix: str = "", limit: int | None = None) -> list[Version]:
        """The latest version of each name, ordered by name (by code point)."""
        wanted = VERSIONS.where(versions.c.number == NEWEST).order_by(artifacts.c.name).limit(limit)
        if prefix:
            start = key(prefix)
            wanted = wanted.where(func.substr(artifacts.c.name, 1, len(start)) == start)
        with self._database.read() as connection:
            return [version_of(row) for row in connection.execute(wanted)]

    def manifest(self, digest: str) -> Manifest:
        """What the store has of a content; raises `BytesMissingError` if it is not known."""
        wanted = select(contents).where(contents.c.digest == key(digest))
        with self._database.read() as connection:
            row = connection.execute(wanted).first()
        if row is None:
            raise BytesMissingError(digest, "no recorded version has this digest")
        return manifests.parse(row.digest, row.format, row.layout, row.manifest, url=self._database.shown)

    def recent(self, name: str, *, limit: int) -> list[Manifest]:
        """What the store has of the latest versions of a name, the latest first; those without bytes are left out."""
        this = (versions.c.artifact_id == artifacts.c.id) & (versions.c.digest == contents.c.digest)
        wanted = select(contents).join(versions, versions.c.digest == contents.c.digest).join(artifacts, this)
        wanted = wanted.where(artifacts.c.name == key(name), versions.c.deleted.is_(None))
        with self._database.read() as connection:
            rows = connection.execute(wanted.order_by(versions.c.number.desc()).limit(limit)).all()
        return [
            manifests.parse(row.digest, row.format, row.layout, row.manifest, url=self._database.shown) for row in rows
        ]

    def of_digest(self, digest: str, *, run_ids: Sequence[str] = ()) -> Version | None:
        """The latest version with just this digest; with `run_ids`, one that a step of these runs produced."""
        wanted = VERSIONS.where(versions.c.digest == key(digest))
        if run_ids:
            made = (edges.c.artifact_id == versions.c.artifact_id) & (edges.c.number == versions.c.number)
            there = select(edges.c.step_id).join(steps, steps.c.id == edges.c.step_id)
            there = there.where(made, edges.c.direction == "output", steps.c.run_id.in_([key(one) for one in run_ids]))
            wanted = wanted.where(there.exists())
        latest = wanted.order_by(versions.c.created.desc(), versions.c.number.desc()).limit(1)
        with self._database.read() as connection:
            row = connection.execute(latest).first()
        return None if row is None else version_of(row)

    def contents(self, *, forgotten_since: datetime | None = None) -> Iterable[Manifest]:
        """Every content that a version refers to: what is live; with a time, those forgotten since then too.

        Read in pages, so that no transaction is open while the caller works; what was recorded before the
        first page is among them.
        """
        return self._contents(None if forgotten_since is None else encoding.stamp(forgotten_since))

    def annotate(self, ref: VersionRef, metadata: Mapping[str, Any]) -> Version:
        """Merge facts into a version's metadata."""
        with self._database.write() as connection:
            artifact_id = artifact_of(connection, ref)
            this = (versions.c.artifact_id == artifact_id) & (versions.c.number == ref.number)
            locked = select(versions.c.metadata).where(this).with_for_update()
            facts = encoding.decode(connection.execute(locked).scalar_one())
            facts.update(encoding.decode(encoding.encode(metadata)))
            connection.execute(update(versions).where(this).values(metadata=encoding.encode(facts)))
            return version_at(connection, ref)

    def set_alias(self, ref: VersionRef, alias: str) -> None:
        """Point an alias of the name at this version.

        Raises:
            SelectorError: If the alias would be read as something else (`latest`, a number, `run:…`).
            VersionNotFoundError: If there is no such version.
        """
        asked = f"{ref.name}@{alias}"
        if Selector.parse(f"x@{alias}") != Selector("x", "alias", alias):
            raise SelectorError(asked, f"{alias!r} has a meaning of its own and cannot be an alias")
        with self._database.write() as connection:
            row = {"artifact_id": artifact_of(connection, ref, lock=True), "alias": key(alias), "number": ref.number}
            connection.execute(statements(self._database.dialect).put_alias, row)

    def _contents(self, since: int | None) -> Iterator[Manifest]:
        wanted = select(contents).where(is_used(since)).order_by(contents.c.digest).limit(_PAGE)
        after = ""
        while True:
            with self._database.read() as connection:
                by_index(connection)
                rows = connection.execute(wanted.where(contents.c.digest > after)).all()
            for row in rows:
                yield manifests.parse(row.digest, row.format, row.layout, row.manifest, url=self._database.shown)
            if len(rows) < _PAGE:
                return
            after = rows[-1].digest
