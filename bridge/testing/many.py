"""The contract of a catalog that is asked for many things at once: inherit it beside `CatalogContract`."""

# ruff: noqa: D102 - the names of tests are sentences

from __future__ import annotations

from dataclasses import replace

import pytest

from bridge.domain.ports import Catalog
from bridge.domain.selector import Selector
from bridge.domain.version import VersionRef
from bridge.testing.catalog import make_run, make_saved, make_step


class ManyContract:
    """What every `ManyCatalog` promises.

    >>> ManyContract.__name__
    'ManyContract'
    """

    @pytest.fixture
    def catalog(self) -> Catalog:
        """An empty catalog; to be overridden."""
        raise NotImplementedError

    def test_versions_asked_for_together_are_those_asked_for_one_by_one(self, catalog: Catalog) -> None:
        odd = "n\0" * 900
        for number in range(3):
            catalog.put_step(make_step(f"s{number}", make_saved("a", f"{number}", n=number), make_saved(odd, "x")))
        catalog.put_step(make_step("gone", make_saved("a", "gone")))
        catalog.withdraw("gone", "RolledBack")
        catalog.set_alias(VersionRef("a", 2), "champion")
        catalog.tag(VersionRef("a", 2), {"team": "growth"})
        there = [VersionRef("a", 1), VersionRef("a", 2), VersionRef("a", 3), VersionRef(odd, 1)]
        missing = [VersionRef("a", 4), VersionRef("a", 99), VersionRef("b", 1)]
        found = catalog.versions_of([*there, *missing, *there])
        assert set(found) == set(there)
        for ref, version in found.items():
            assert version == catalog.resolve(Selector(ref.name, "number", str(ref.number)))
        assert catalog.versions_of([]) == {}

    def test_steps_and_runs_asked_for_together_are_those_asked_for_one_by_one(self, catalog: Catalog) -> None:
        for number in range(3):
            catalog.put_run(make_run(f"r{number}", name=f"run {number}", minute=number))
            inputs = [VersionRef("a", number)] if number else []
            catalog.put_step(make_step(f"s{number}", make_saved("a", f"{number}"), inputs=inputs, run_id=f"r{number}"))
        steps = catalog.steps_of_ids(["s2", "s0", "nothing", "s2"])
        assert steps == {id: catalog.step(id) for id in ("s0", "s2")}
        assert catalog.runs_of_ids(["r1", "nothing", "r1"]) == {"r1": catalog.run("r1")}
        assert (catalog.steps_of_ids([]), catalog.runs_of_ids(())) == ({}, {})

    def test_any_number_may_be_asked_for(self, catalog: Catalog) -> None:
        catalog.put_step(make_step("s", make_saved("a", "1")))
        ids = [f"none{number}" for number in range(33_000)]
        assert list(catalog.steps_of_ids([*ids, "s"])) == ["s"]
        assert list(catalog.runs_of_ids(ids)) == []
        refs = [VersionRef("a", number) for number in range(1, 33_000)]
        assert list(catalog.versions_of([*refs, *(VersionRef(id, 1) for id in ids)])) == [refs[0]]

    def test_runs_within_a_run_are_all_that_it_led_to(self, catalog: Catalog) -> None:
        for minute, (id, parent) in enumerate([("a", None), ("b", "a"), ("c", "b"), ("d", "a"), ("other", None)]):
            catalog.put_run(replace(make_run(id, minute=minute), parent_id=parent))
        assert [run.id for run in catalog.runs_within("a")] == ["b", "c", "d"]
        assert [run.id for run in catalog.runs_within("c")] == []
        catalog.put_run(replace(make_run("own"), parent_id="own"))
        assert catalog.runs_within("own") == []
