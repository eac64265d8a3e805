"""What a catalog must do with signatures of model versions."""

from __future__ import annotations

from typing import Protocol

from bridge.domain.signature import Signature


class SignatureCatalog(Protocol):
    """Signatures of registered model versions.

    Promises: each call is one transaction; a signature comes back as it was given, whatever it says: whether it is
    worth anything is for the reader to find out.
    """

    def put_signature(self, signature: Signature) -> None:
        """Keep a signature, in place of an earlier one by the same key; raises `ModelNotFoundError`."""

    def signatures(self, name: str, number: int) -> list[Signature]:
        """Signatures of a model version, the earliest first."""
