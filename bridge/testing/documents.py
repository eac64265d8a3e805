"""The contract of a catalog's texts and records of results: inherit it beside `CatalogContract`."""

# ruff: noqa: D102 - the names of tests are sentences

from __future__ import annotations

import pytest

from bridge.domain.ports import Catalog


class DocumentContract:
    """What every `DocumentCatalog` and `ResultCatalog` promises.

    >>> DocumentContract.__name__
    'DocumentContract'
    """

    @pytest.fixture
    def catalog(self) -> Catalog:
        """An empty catalog; to be overridden."""
        raise NotImplementedError

    @pytest.mark.parametrize("text", ["", "def f():\n\treturn 'é🦦'\n", "a\0b\r\n", "\udcff", "x" * 2_000_000])
    def test_a_text_comes_back_as_it_was_by_its_digest(self, catalog: Catalog, text: str) -> None:
        digest = catalog.put_document(text)
        assert catalog.put_document(text) == digest
        assert digest.startswith("sha256:")
        assert catalog.put_document(f"{text}!") != digest
        assert catalog.document(digest) == text
        assert catalog.document("sha256:00") is None

    @pytest.mark.parametrize("name", ["abcd", "", "a\0b", "\udcff", "n" * 9_000, "results/ab"])
    def test_the_last_record_of_a_name_counts_until_it_is_dropped(self, catalog: Catalog, name: str) -> None:
        assert catalog.result(name) is None
        catalog.put_result(name, b"\x00first")
        catalog.put_result(f"{name}2", b"another")
        catalog.put_result(name, b"")
        assert catalog.result(name) == b""
        assert catalog.drop_result(name) is True
        assert catalog.drop_result(name) is False
        assert catalog.result(name) is None
        assert catalog.result(f"{name}2") == b"another"
