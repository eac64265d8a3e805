"""Texts that many runs have in common, and records of results."""

from __future__ import annotations

import zlib
from datetime import datetime, timezone

from sqlalchemy import delete, select

from bridge.catalog.encoding import key, moment, stamp
from bridge.catalog.facts import Facts
from bridge.catalog.statements import statements, write
from bridge.catalog.tables import documents, results
from bridge.domain.document import document_digest
from bridge.domain.run import KeptResult

_LAST = "\U0010ffff"
"""Sorts after every text that goes on."""


class DocumentFacts(Facts):
    """Implements `bridge.domain.ports.DocumentCatalog` and `ResultCatalog`."""

    def put_document(self, text: str) -> str:
        """Keep a text; return its digest, `sha256:<64 hex>`."""
        data = text.encode("utf-8", "surrogatepass")
        digest = document_digest(data)
        row = {"digest": digest, "data": zlib.compress(data)}
        with self._database.write() as connection:
            write(connection, statements(self._database.dialect).add_document, row)
        return digest

    def document(self, digest: str) -> str | None:
        """The text with this digest; None if it is not kept here."""
        with self._database.read() as connection:
            data = connection.scalar(select(documents.c.data).where(documents.c.digest == key(digest)))
        return None if data is None else zlib.decompress(data).decode("utf-8", "surrogatepass")

    def put_result(self, name: str, data: bytes) -> None:
        """Keep a record, in place of an earlier one."""
        row = {"key": key(name), "data": data, "created": stamp(datetime.now(timezone.utc))}
        with self._database.write() as connection:
            write(connection, statements(self._database.dialect).put_result, row)

    def add_result(self, name: str, data: bytes) -> bytes:
        """Keep a record, unless there is one of that name; return the one that is there, whoever was first."""
        row = {"key": key(name), "data": data, "created": stamp(datetime.now(timezone.utc))}
        with self._database.write() as connection:
            write(connection, statements(self._database.dialect).add_result, row)
            kept = connection.scalar(select(results.c.data).where(results.c.key == row["key"]))
        return data if kept is None else bytes(kept)

    def result(self, name: str) -> bytes | None:
        """The record of a name; None if there is none."""
        with self._database.read() as connection:
            data = connection.scalar(select(results.c.data).where(results.c.key == key(name)))
        return None if data is None else bytes(data)

    def results(self, *, prefix: str = "") -> list[KeptResult]:
        """The records whose names begin so, the latest first."""
        query = select(results).order_by(results.c.created.desc(), results.c.key)
        if prefix:
            query = query.where(results.c.key >= key(prefix), results.c.key < key(prefix) + _LAST)
        with self._database.read() as connection:
            rows = connection.execute(query).all()
        return [KeptResult(row.key, bytes(row.data), moment(row.created)) for row in rows]

    def drop_result(self, name: str) -> bool:
        """Forget the record of a name; False if there was none."""
        with self._database.write() as connection:
            return connection.execute(delete(results).where(results.c.key == key(name))).rowcount > 0
