"""What a catalog must do with journals: lists of texts that only grow, as a study's history is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class JournalCatalog(Protocol):
    """Texts in the order in which they were added, by the name of a journal.

    Promises: each call is one transaction; what is added at once stands together; whoever has read `n` entries finds
    every later one from `n` on, in one order for everybody, whatever the number of writers. An entry never changes.
    """

    def append_journal(self, name: str, entries: Sequence[str]) -> int:
        """Add entries at the end; return how many the journal has then."""

    def journal(self, name: str, *, start: int = 0) -> list[str]:
        """Entries from a position on; none, if there is no such journal."""

    def journals(self, *, prefix: str = "") -> list[str]:
        """Names of the journals that begin so, in order."""

    def drop_journal(self, name: str) -> bool:
        """Forget a journal with all its entries; False if there was none."""
