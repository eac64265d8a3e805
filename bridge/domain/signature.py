"""A signature of a registered model version, as it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Signature:
    """Somebody's word that a model version is what a statement says.

    Args:
        name: Registered model's name.
        number: The registry's version number.
        key: Fingerprint of the public key, `sha256:<64 hex>`.
        public_key: The public key, PEM. It is kept to be shown: what is trusted comes from elsewhere.
        statement: What was signed, the very text.
        signature: Base64.
        created: UTC.

    >>> from datetime import timezone
    >>> Signature("churn", 3, "sha256:ab", "", "{}", "", datetime(2026, 5, 3, tzinfo=timezone.utc)).selector
    'churn@3'
    """

    name: str
    number: int
    key: str
    public_key: str
    statement: str
    signature: str
    created: datetime

    @property
    def selector(self) -> str:
        """What a person types: `churn@3`."""
        return f"{self.name}@{self.number}"
