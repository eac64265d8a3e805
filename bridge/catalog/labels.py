"""Aliases and tags."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import bindparam, delete, select

from bridge.catalog.encoding import brief, key
from bridge.catalog.facts import Facts
from bridge.catalog.owned import refuse_owned
from bridge.catalog.reading import artifact_of, not_found, version_at
from bridge.catalog.statements import statements, write
from bridge.catalog.tables import aliases, artifacts, tags
from bridge.domain.labels import checked_alias
from bridge.domain.version import Version, VersionRef

_POINTING = select(artifacts.c.name, aliases.c.alias, aliases.c.number).join(
    aliases, aliases.c.artifact_id == artifacts.c.id
)
_REMOVE_TAG = delete(tags).where(
    tags.c.artifact_id == bindparam("artifact"), tags.c.number == bindparam("at"), tags.c.key == bindparam("tag")
)


class LabelFacts(Facts):
    """Implements `bridge.domain.ports.LabelCatalog`."""

    def set_alias(self, ref: VersionRef, alias: str) -> VersionRef | None:
        """Point an alias of the name at this version; return where it was before, None if it is new.

        Raises:
            SelectorError: If the alias would be read as something else (`latest`, a number, `run:…`).
            OwnedAliasError: If promotion has set it.
            VersionNotFoundError: If there is no such version.
        """
        checked_alias(ref.name, alias)
        with self._database.write() as connection:
            artifact_id = artifact_of(connection, ref, lock=True)
            refuse_owned(connection, [(artifact_id, key(alias), ref.number)])
            this = (aliases.c.artifact_id == artifact_id) & (aliases.c.alias == key(alias))
            before = connection.execute(select(aliases.c.number).where(this)).scalar()
            row = {"artifact_id": artifact_id, "alias": key(alias), "number": ref.number}
            write(connection, statements(self._database.dialect).put_alias, row)
        return None if before is None else VersionRef(ref.name, before)

    def remove_alias(self, name: str, alias: str) -> VersionRef:
        """Take an alias away; return where it was.

        Raises:
            OwnedAliasError: If promotion has set it.
            VersionNotFoundError: If the name has no such alias, with what there is.
        """
        of_name = select(artifacts.c.id).where(artifacts.c.name == key(name))
        with self._database.write() as connection:
            artifact_id = connection.execute(of_name.with_for_update()).scalar() or 0  # 0 is no row's id
            refuse_owned(connection, [(artifact_id, key(alias), None)])
            this = delete(aliases).where(aliases.c.artifact_id == artifact_id, aliases.c.alias == key(alias))
            before = connection.execute(this.returning(aliases.c.number)).scalar()
            if before is None:
                raise not_found(connection, f"{name}@{alias}", name)
        return VersionRef(name, before)

    def aliases(self, name: str | None = None) -> list[tuple[str, VersionRef]]:
        """Aliases with where they point, of one name or of all, ordered by name and alias."""
        wanted = _POINTING if name is None else _POINTING.where(artifacts.c.name == key(name))
        with self._database.read() as connection:
            rows = connection.execute(wanted.order_by(artifacts.c.name, aliases.c.alias)).all()
        return [(alias, VersionRef(at, number)) for at, alias, number in rows]

    def tag(self, ref: VersionRef, tags: Mapping[str, str | None]) -> Version:
        """Set tags of a version; None removes one. Returns the version as it is then.

        Raises:
            VersionNotFoundError: If there is no such version.
        """
        with self._database.write() as connection:
            artifact_id = artifact_of(connection, ref, lock=True)
            new = [
                {"artifact_id": artifact_id, "number": ref.number, "key": brief(name), "value": brief(value)}
                for name, value in sorted(tags.items())
                if value is not None
            ]
            gone = [{"artifact": artifact_id, "at": ref.number, "tag": brief(k)} for k, v in tags.items() if v is None]
            if gone:
                connection.execute(_REMOVE_TAG, gone)
            if new:
                write(connection, statements(self._database.dialect).put_tag, new)
            return version_at(connection, ref)
