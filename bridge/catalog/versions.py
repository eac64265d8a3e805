"""Artifacts, their versions, and what the store has of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select, tuple_, update

from bridge.catalog import encoding, manifests
from bridge.catalog.encoding import brief, key
from bridge.catalog.facts import Facts, by_index
from bridge.catalog.holding import NEWEST, is_used
from bridge.catalog.reading import ARTIFACT, VERSIONS, artifact_of, version_at, version_of
from bridge.catalog.selection import select_version
from bridge.catalog.tables import artifacts, contents, edges, previews, steps, tags, versions
from bridge.domain.errors import BytesMissingError
from bridge.domain.manifest import Manifest
from bridge.domain.preview import Preview
from bridge.domain.selector import Selector
from bridge.domain.version import Version, VersionRef

_PAGE = 500


_labels = tags.alias("labels")


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

    def versions(
        self, name: str, *, limit: int | None = None, tags: Mapping[str, str | None] | None = None
    ) -> list[Version]:
        """Versions of a name, the latest first; those with all these tags, None standing for any value."""
        wanted = VERSIONS.where(versions.c.artifact_id == ARTIFACT).order_by(versions.c.number.desc()).limit(limit)
        wanted = wanted.where(*(_has(tag, value) for tag, value in (tags or {}).items()))
        with self._database.read() as connection:
            return [version_of(row) for row in connection.execute(wanted, {"name": key(name)})]

    def artifacts(
        self, *, prefix: str = "", limit: int | None = None, tags: Mapping[str, str | None] | None = None
    ) -> list[Version]:
        """The latest version of each name, or the latest with all these tags, ordered by name (by code point)."""
        newest = versions.c.number == NEWEST if not tags else _newest_with(tags)
        wanted = VERSIONS.where(newest).order_by(artifacts.c.name).limit(limit)
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
        wanted = select(contents).join(versions, versions.c.digest == contents.c.digest)
        wanted = wanted.where(versions.c.artifact_id == ARTIFACT, versions.c.deleted.is_(None))
        latest = wanted.order_by(versions.c.number.desc()).limit(limit)
        with self._database.read() as connection:
            rows = connection.execute(latest, {"name": key(name)}).all()
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

    def preview(self, digest: str) -> Preview | None:
        """What can be shown of a content; None if nothing is kept."""
        wanted = select(previews.c.kind, previews.c.media_type, previews.c.data).where(previews.c.digest == key(digest))
        with self._database.read() as connection:
            row = connection.execute(wanted).first()
        return None if row is None else Preview(row.kind, row.media_type, bytes(row.data))

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


def _has(name: str, value: str | None) -> ColumnElement[bool]:
    """Whether a version has a tag."""
    this = (_labels.c.artifact_id == versions.c.artifact_id) & (_labels.c.number == versions.c.number)
    tagged = select(_labels.c.number).where(this, _labels.c.key == brief(name))
    return (tagged if value is None else tagged.where(_labels.c.value == brief(value))).exists()


def _newest_with(wanted: Mapping[str, str | None]) -> ColumnElement[bool]:
    """Whether a version is the newest of its name that has these tags; by way of the tags, of which there are few."""
    (first, value), *rest = wanted.items()
    found = select(tags.c.artifact_id, func.max(tags.c.number).label("number")).where(tags.c.key == brief(first))
    found = found if value is None else found.where(tags.c.value == brief(value))
    this = (versions.c.artifact_id == tags.c.artifact_id) & (versions.c.number == tags.c.number)
    found = found.join(versions, this).where(versions.c.deleted.is_(None), *(_has(*each) for each in rest))
    return tuple_(versions.c.artifact_id, versions.c.number).in_(found.group_by(tags.c.artifact_id))
