"""What a catalog must do for aliases of models."""

from __future__ import annotations

from typing import Protocol

from bridge.domain.decision import Change, Decision, Entry, ModelAlias


class PromotionCatalog(Protocol):
    """Where the aliases of models point, and the log of every decision about that.

    Promises: each decision is one transaction, one after the other, whoever decides: the alias of the model, the alias
    of the same name of its artifact, and the log's entry change together or not at all. The log is only added to; each
    entry holds the digest of the one before it. Errors are `CatalogError`.
    """

    def decide(self, change: Change) -> Decision:
        """Do what is asked for, if the alias is still where it was expected, or refuse it; log either.

        Raises `AuditError` if the log's end is not what it was: nothing is added to a damaged log.
        """

    def entries(self, *, after: int = 0, limit: int | None = None, model: str | None = None) -> list[Entry]:
        """Entries of the log, by position: those after a position."""

    def newest_entries(self, *, limit: int, model: str | None = None) -> list[Entry]:
        """The last entries of the log, the latest first."""

    def model_aliases(self, model: str | None = None) -> list[ModelAlias]:
        """Where aliases are, of one model or of all, by model and alias."""
