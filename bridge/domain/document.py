"""A text that many runs have in common, under its digest: code, a list of packages, a patch."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime


def document_digest(data: bytes) -> str:
    """The digest under which a text is kept.

    >>> document_digest(b"")
    'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
    """
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


@dataclass(frozen=True, slots=True)
class Document:
    """A text on its way into the catalog.

    Args:
        data: In UTF-8; lone surrogates as `surrogatepass` has them.
        started: When it was to be kept; UTC.
    """

    data: bytes
    started: datetime

    @property
    def text(self) -> str:
        """The text."""
        return self.data.decode("utf-8", "surrogatepass")

    @property
    def digest(self) -> str:
        """Its digest."""
        return document_digest(self.data)
