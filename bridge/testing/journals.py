"""The contract of a catalog's journals: inherit it beside `CatalogContract`."""

# ruff: noqa: D102 - the names of tests are sentences

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from bridge.domain.ports import Catalog


class JournalContract:
    """What every `JournalCatalog` promises.

    >>> JournalContract.__name__
    'JournalContract'
    """

    @pytest.fixture
    def catalog(self) -> Catalog:
        """An empty catalog; to be overridden."""
        raise NotImplementedError

    def test_entries_come_back_in_the_order_in_which_they_were_added(self, catalog: Catalog) -> None:
        assert catalog.journal("study/a") == []
        assert catalog.append_journal("study/a", ["one", "two"]) == 2
        assert catalog.append_journal("study/a", []) == 2
        assert catalog.append_journal("study/b", ["of another"]) == 1
        assert catalog.append_journal("study/a", ["three é🦦", "", "x" * 100_000]) == 5
        assert catalog.journal("study/a") == ["one", "two", "three é🦦", "", "x" * 100_000]
        assert catalog.journal("study/a", start=2) == ["three é🦦", "", "x" * 100_000]
        assert catalog.journal("study/a", start=5) == []

    def test_journals_are_listed_by_the_beginning_of_their_names_until_they_are_dropped(self, catalog: Catalog) -> None:
        for name in ("study/b", "study/a", "studz", "study/", "study/é%_"):
            catalog.append_journal(name, ["entry"])
        assert catalog.journals(prefix="study/") == ["study/", "study/a", "study/b", "study/é%_"]
        assert catalog.journals() == ["study/", "study/a", "study/b", "study/é%_", "studz"]
        assert catalog.drop_journal("study/a") is True
        assert catalog.drop_journal("study/a") is False
        assert catalog.journal("study/a") == []
        assert catalog.append_journal("study/a", ["again"]) == 1
        assert catalog.journal("study/a") == ["again"]

    def test_of_eight_writers_no_entry_is_lost_and_a_reader_never_misses_one(self, catalog: Catalog) -> None:
        def write(writer: int) -> list[str]:
            seen: list[str] = []
            for i in range(20):
                catalog.append_journal("shared", [f"{writer}:{i}:0", f"{writer}:{i}:1"])
                seen += catalog.journal("shared", start=len(seen))
            return seen

        with ThreadPoolExecutor(8) as pool:
            seen = list(pool.map(write, range(8)))
        whole = catalog.journal("shared")
        assert sorted(whole) == sorted(f"{w}:{i}:{j}" for w in range(8) for i in range(20) for j in range(2))
        assert all(one == whole[: len(one)] for one in seen)
        assert all(whole[at + 1] == f"{text[:-1]}1" for at, text in enumerate(whole) if text.endswith(":0"))
