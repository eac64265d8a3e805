"""What a catalog must do with texts that many runs have in common, and with results that are found by content."""

from __future__ import annotations

from typing import Protocol

from bridge.domain.run import KeptResult


class DocumentCatalog(Protocol):
    """Texts by their digest: code, lists of packages, patches.

    Promises: each call is one transaction; a text comes back as it was given; the same text is kept once.
    """

    def put_document(self, text: str) -> str:
        """Keep a text; return its digest."""

    def document(self, digest: str) -> str | None:
        """The text with this digest; None if it is not kept here."""


class ResultCatalog(Protocol):
    """Small records by name: where a result is that is found by content.

    Promises: each call is one transaction; the last one written for a name counts.
    """

    def put_result(self, name: str, data: bytes) -> None:
        """Keep a record, in place of an earlier one."""

    def add_result(self, name: str, data: bytes) -> bytes:
        """Keep a record, unless there is one of that name; return the one that is there, whoever was first."""

    def result(self, name: str) -> bytes | None:
        """The record of a name; None if there is none."""

    def results(self, *, prefix: str = "") -> list[KeptResult]:
        """The records whose names begin so, the latest first."""

    def drop_result(self, name: str) -> bool:
        """Forget the record of a name; False if there was none."""
