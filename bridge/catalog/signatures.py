"""Signatures of model versions."""

from __future__ import annotations

from sqlalchemy import select

from bridge.catalog import encoding
from bridge.catalog.encoding import key, plain, stamp
from bridge.catalog.facts import Facts
from bridge.catalog.statements import statements, write
from bridge.catalog.tables import model_signatures, models
from bridge.domain.errors import ModelNotFoundError
from bridge.domain.signature import Signature


class SignatureFacts(Facts):
    """Implements `bridge.domain.ports.SignatureCatalog`."""

    def put_signature(self, signature: Signature) -> None:
        """Keep a signature, in place of an earlier one by the same key.

        Raises:
            ModelNotFoundError: If there is no such model version, or it was deleted.
        """
        of_name = select(models.c.number).where(models.c.name == key(signature.name), models.c.deleted.is_(None))
        row = {
            "name": key(signature.name),
            "number": signature.number,
            "key": key(signature.key),
            "public_key": plain(signature.public_key),
            "statement": plain(signature.statement),
            "signature": plain(signature.signature),
            "created": stamp(signature.created),
        }
        with self._database.write() as connection:
            numbers = connection.execute(of_name.order_by(models.c.number.desc())).scalars().all()
            if signature.number not in numbers:
                raise ModelNotFoundError(signature.selector, [f"{signature.name}@{number}" for number in numbers])
            write(connection, statements(self._database.dialect).put_signature, row)

    def signatures(self, name: str, number: int) -> list[Signature]:
        """Signatures of a model version, the earliest first."""
        kept = model_signatures.c
        wanted = select(model_signatures).where(kept.name == key(name), kept.number == number)
        with self._database.read() as connection:
            rows = connection.execute(wanted.order_by(kept.created, kept.key)).all()
        return [
            Signature(
                name=row.name,
                number=row.number,
                key=row.key,
                public_key=row.public_key,
                statement=row.statement,
                signature=row.signature,
                created=encoding.moment(row.created),
            )
            for row in rows
        ]
