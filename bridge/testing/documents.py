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

    def test_of_two_that_add_a_record_the_first_one_counts(self, catalog: Catalog) -> None:
        assert catalog.add_result("workspace", b"first") == b"first"
        assert catalog.add_result("workspace", b"second") == b"first"
        assert catalog.result("workspace") == b"first"
        catalog.put_result("workspace", b"third")
        assert catalog.add_result("workspace", b"fourth") == b"third"

    def test_records_are_listed_by_the_beginning_of_their_names_the_latest_first(self, catalog: Catalog) -> None:
        assert catalog.results() == []
        for name in ("cache/b", "cache/a", "cachf", "cach", "cache/", "cache/é%_"):
            catalog.put_result(name, name.encode())
        assert {one.name for one in catalog.results()} == {"cache/b", "cache/a", "cachf", "cach", "cache/", "cache/é%_"}
        found = catalog.results(prefix="cache/")
        assert {one.name: one.data for one in found} == {
            name: name.encode() for name in ("cache/b", "cache/a", "cache/", "cache/é%_")
        }
        assert [one.created for one in found] == sorted((one.created for one in found), reverse=True)
