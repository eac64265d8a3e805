"""Where aliases of models point, and the log of every decision about that: changed in one transaction."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, func, insert, select, update

from bridge.catalog.encoding import key
from bridge.catalog.facts import Facts
from bridge.catalog.owned import other_models_at
from bridge.catalog.statements import statements, write
from bridge.catalog.tables import aliases, artifacts, decisions, model_aliases, models, versions
from bridge.domain.decision import Change, Decision, Entry, ModelAlias, Outcome, digest_of
from bridge.domain.decision_text import decision_of, entry_of
from bridge.domain.refusals import AuditError

_LOCK = 0x62726964_6C6F  # "bridlo": the advisory lock of the log in PostgreSQL; SQLite has one writer anyway

_ENTRIES = select(
    decisions.c.position, decisions.c.model, decisions.c.body, decisions.c.previous, decisions.c.digest
).order_by(decisions.c.position)

_LAST = _ENTRIES.order_by(None).order_by(decisions.c.position.desc()).limit(1)


class PromotionFacts(Facts):
    """Implements `bridge.domain.ports.PromotionCatalog`."""

    def decide(self, change: Change) -> Decision:
        """Do what is asked for, if the alias is still where it was expected, or refuse it; log either.

        Raises:
            AuditError: If the log's end is not what it was.
        """
        with self._database.write() as connection:
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
            after = _last(connection)
            before = connection.execute(_at(change)).scalar()
            outcome, reason = _verdict(connection, change, before)
            now = datetime.now(timezone.utc)
            entry = entry_of(change, outcome=outcome, reason=reason, before=before, when=now, after=after)
            if outcome == "accepted":
                _move(connection, change, before, entry.position)
            row = {name: getattr(entry, name) for name in Entry.__dataclass_fields__}
            connection.execute(insert(decisions), row | {"model": key(entry.model)})
        return decision_of(entry)

    def entries(self, *, after: int = 0, limit: int | None = None, model: str | None = None) -> list[Entry]:
        """Entries of the log, by position: those after a position."""
        return self._entries(_ENTRIES.where(decisions.c.position > after).limit(limit), model)

    def newest_entries(self, *, limit: int, model: str | None = None) -> list[Entry]:
        """The last entries of the log, the latest first."""
        return self._entries(_LAST.limit(limit), model)

    def _entries(self, wanted: Select[Any], model: str | None) -> list[Entry]:
        if model is not None:
            wanted = wanted.where(decisions.c.model == key(model))
        with self._database.read() as connection:
            return [_entry(row) for row in connection.execute(wanted)]

    def model_aliases(self, model: str | None = None) -> list[ModelAlias]:
        """Where aliases are, of one model or of all, by model and alias."""
        wanted = select(model_aliases).order_by(model_aliases.c.name, model_aliases.c.alias)
        if model is not None:
            wanted = wanted.where(model_aliases.c.name == key(model))
        with self._database.read() as connection:
            return [ModelAlias(*row) for row in connection.execute(wanted)]


def _at(change: Change) -> Select[Any]:
    this = (model_aliases.c.name == key(change.model)) & (model_aliases.c.alias == key(change.alias))
    return select(model_aliases.c.number).where(this)


def _entry(row: Row[Any]) -> Entry:
    return Entry(*row)


def _last(connection: Connection) -> Entry | None:
    """The log's last entry, if it is what it was and no alias was set after it."""
    row = connection.execute(_LAST).first()
    entry = None if row is None else _entry(row)
    if entry is not None and digest_of(entry.previous, entry.body) != entry.digest:
        raise AuditError(entry.position, "it was changed after it was written")
    set_last = connection.execute(select(func.max(model_aliases.c.decision))).scalar() or 0
    end = 0 if entry is None else entry.position
    if set_last > end:
        raise AuditError(set_last, f"it set an alias and is not there: the log ends at {end}")
    return entry


def _verdict(connection: Connection, change: Change, before: int | None) -> tuple[Outcome, str]:
    if change.refusal:
        return "refused", change.refusal
    if before == change.number:
        there = f"at {change.model}@{before}" if before is not None else "at no version"
        return "unchanged", f"{change.alias} is {there} already"
    if before != change.expected:
        was = "none" if change.expected is None else change.expected
        now = "none" if before is None else before
        return "refused", f"{change.alias} changed meanwhile from {was} to {now}"
    unusable = "" if change.number is None else _unusable(connection, change)
    if unusable:
        return "refused", unusable
    return "accepted", _granted(change)


def _granted(change: Change) -> str:
    """Why it is done, in one line."""
    gates = len(change.gates)
    said = [change.why] if change.why else []
    said += [f"passed {gates} gate{'' if gates == 1 else 's'}"] if gates else []
    said += [f"approved by {change.answer.by}"] if change.answer is not None else []
    return "; ".join(said) or {"promote": "no gates", "rollback": "rolled back", "remove": "demoted"}[change.action]


def _unusable(connection: Connection, change: Change) -> str:
    """Why a version cannot be pointed at; empty if it can, and then nobody forgets it until the transaction ends."""
    found = _model_at(connection, change.model, change.number)
    if found is None:
        return f"{change.model}@{change.number} is not registered"
    if found.archived is not None:
        return f"{change.model}@{change.number} is archived"
    connection.execute(select(artifacts.c.id).where(artifacts.c.id == found.artifact_id).with_for_update()).all()
    this = (versions.c.artifact_id == found.artifact_id) & (versions.c.number == found.version)
    kept = select(versions.c.digest).where(this, versions.c.deleted.is_(None))
    row = connection.execute(kept).first()
    if row is None:
        return f"the artifact version of {change.model}@{change.number} was forgotten"
    return "" if row.digest else f"the artifact version of {change.model}@{change.number} has no bytes"


def _model_at(connection: Connection, model: str, number: int | None) -> Row[Any] | None:
    if number is None:
        return None
    wanted = select(models.c.artifact_id, models.c.version, models.c.archived).where(
        models.c.name == key(model), models.c.number == number, models.c.deleted.is_(None)
    )
    return connection.execute(wanted).first()


def _move(connection: Connection, change: Change, before: int | None, position: int) -> None:
    """Move the model's alias, and its artifact's."""
    name, alias = key(change.model), key(change.alias)
    this = (model_aliases.c.name == name) & (model_aliases.c.alias == alias)
    if change.number is None:
        connection.execute(delete(model_aliases).where(this))
    elif before is None:
        row = {"name": name, "alias": alias, "number": change.number, "decision": position}
        connection.execute(insert(model_aliases), row)
    else:
        connection.execute(update(model_aliases).where(this).values(number=change.number, decision=position))
    old, new = _model_at(connection, change.model, before), _model_at(connection, change.model, change.number)
    if old is not None and (new is None or new.artifact_id != old.artifact_id):
        _release(connection, change, old)
    if new is not None and not other_models_at(connection, new.artifact_id, alias, but=name):
        pointing = {"artifact_id": new.artifact_id, "alias": alias, "number": new.version}
        write(connection, statements(connection.dialect.name).put_alias, pointing)


def _release(connection: Connection, change: Change, old: Row[Any]) -> None:
    """Take the alias from an artifact that it leaves, unless another model of that artifact has one so called."""
    alias = key(change.alias)
    others = other_models_at(connection, old.artifact_id, alias, but=key(change.model))
    if not others:
        this = (aliases.c.artifact_id == old.artifact_id) & (aliases.c.alias == alias)
        connection.execute(delete(aliases).where(this, aliases.c.number == old.version))
