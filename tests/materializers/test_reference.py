"""The notes about data outside the store, held to the promises of every materializer."""

from __future__ import annotations

from bridge.domain.external import ExternalUrl, Reference, ReferencedFile
from bridge.materializers.reference import ReferenceList, UrlRecord
from bridge.testing.materializer import MaterializerContract

A = ReferencedFile("a.png", 3, "ab" * 32)
B = ReferencedFile("b/ä.png", 0, "cd" * 32)


class TestReferenceList(MaterializerContract):
    format = "reference"
    materializer = ReferenceList()

    def values(self) -> list[Reference]:
        large = ReferencedFile("", 1 << 40, "ef" * 32)
        return [Reference("folder", ()), Reference("folder", (A, B)), Reference("file", (large,))]


class TestUrlRecord(MaterializerContract):
    format = "url"
    materializer = UrlRecord()

    def values(self) -> list[ExternalUrl]:
        known = {"etag": '"5e1f"', "size": "312"}
        return [ExternalUrl("https://example.com/a.csv", known), ExternalUrl("s3://bucket/ä", {"md5": "abc=="})]
