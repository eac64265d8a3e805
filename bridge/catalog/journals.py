"""Lists of texts that only grow."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, delete, select

from bridge.catalog.encoding import key, plain
from bridge.catalog.facts import Facts
from bridge.catalog.statements import statements
from bridge.catalog.tables import journal_entries, journals

_LAST = "\U0010ffff"
"""Sorts after every text that goes on."""

_found = journal_entries.c
_ADD = journal_entries.insert()
_FROM = (
    select(_found.entry)
    .where(_found.name == bindparam("name"), _found.number >= bindparam("start"))
    .order_by(_found.number)
)
"""A study's storage looks up what is new a dozen times for each trial."""


class JournalFacts(Facts):
    """Implements `bridge.domain.ports.JournalCatalog`.

    The row of a journal holds its length, and whoever adds to it holds that row until the transaction is over: so a
    later entry is never there before an earlier one.
    """

    def append_journal(self, name: str, entries: Sequence[str]) -> int:
        """Add entries at the end; return how many the journal has then."""
        with self._database.quick() as writing:
            grow = statements(self._database.dialect).grow_journal
            length = int(writing.execute(grow, {"name": key(name), "length": len(entries)})[0][0])
            first = length - len(entries)
            rows = [{"name": key(name), "number": first + i, "entry": plain(text)} for i, text in enumerate(entries)]
            if rows:
                writing.execute(_ADD, rows)
        return length

    def journal(self, name: str, *, start: int = 0) -> list[str]:
        """Entries from a position on; none, if there is no such journal."""
        return self._database.column(_FROM, {"name": key(name), "start": start})

    def journals(self, *, prefix: str = "") -> list[str]:
        """Names of the journals that begin so, in order."""
        query = select(journals.c.name).order_by(journals.c.name)
        if prefix:
            query = query.where(journals.c.name >= key(prefix), journals.c.name < key(prefix) + _LAST)
        with self._database.read() as connection:
            return list(connection.scalars(query))

    def drop_journal(self, name: str) -> bool:
        """Forget a journal with all its entries; False if there was none."""
        with self._database.write() as connection:
            there = connection.execute(delete(journals).where(journals.c.name == key(name))).rowcount > 0
            connection.execute(delete(journal_entries).where(journal_entries.c.name == key(name)))
        return there
