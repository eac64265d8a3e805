"""The contract of a catalog that takes facts from elsewhere: subclass it, with a `catalog` fixture, empty each time."""

# ruff: noqa: D102 - the names of tests are sentences

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bridge.domain.arrival import Arrival
from bridge.domain.errors import BytesMissingError, VersionNotFoundError
from bridge.domain.manifest import Part
from bridge.domain.ports import Catalog
from bridge.domain.selector import Selector
from bridge.domain.version import Edge, Version, VersionRef
from bridge.testing.catalog import START, make_run, make_saved, make_step

ORIGIN = "archive from laptop"


def make_arrival(
    name: str, number: int, content: str | None, *, bytes_too: bool = True, aliases: Sequence[str] = (), **metadata: Any
) -> Arrival:
    """A version of another workspace, made by the step `s<number>`.

    >>> make_arrival("churn", 3, "a").version.ref
    VersionRef(name='churn', number=3)
    """
    manifest = make_saved(name, content).manifest
    version = Version(
        ref=VersionRef(name, number),
        digest=None if manifest is None else manifest.digest,
        format="none" if manifest is None else manifest.format,
        type="builtins.str",
        size=0 if manifest is None else manifest.size,
        created=START + timedelta(minutes=number),
        step_id=f"s{number}",
        run_id="r1",
        metadata=metadata,
        aliases=tuple(aliases),
    )
    return Arrival(version, ORIGIN, manifest if bytes_too else None)


def make_known(name: str, number: int, content: str) -> Arrival:
    """A version of another tool, with its id there.

    >>> make_known("churn", 3, "a").version.tags
    {'tool': 'id-3'}
    """
    arrival = make_arrival(name, number, content)
    return replace(arrival, version=replace(arrival.version, tags={"tool": f"id-{number}"}), known_by="tool")


class ArrivalContract:
    """What every catalog must do with what comes from elsewhere."""

    @pytest.fixture
    def catalog(self) -> Catalog:
        raise NotImplementedError("a subclass makes the catalog")

    def save(self, catalog: Catalog, name: str, content: str) -> Version:
        return catalog.save(make_saved(name, content), step_id=None, run_id=None)

    def test_under_a_new_name_numbers_and_facts_stay_as_they_are(self, catalog: Catalog) -> None:
        arrivals = [make_arrival("churn", 5, "b", aliases=["champion"], rows=3), make_arrival("churn", 2, "a")]
        done = catalog.receive(arrivals)
        assert [(str(one.was), str(one.now), one.fate) for one in done] == [
            ("churn@2", "churn@2", "new"),
            ("churn@5", "churn@5", "new"),
        ]
        found = catalog.resolve(Selector.parse("churn@champion"))
        wanted = arrivals[0].version
        told = {"restored_from": {"version": "churn@5", "origin": ORIGIN}, "rows": 3}
        assert found == replace(wanted, metadata=told, origin=ORIGIN)
        assert catalog.manifest(found.digest or "") == arrivals[0].manifest
        assert self.save(catalog, "churn", "c").ref.number == 6

    def test_receiving_again_adds_nothing(self, catalog: Catalog) -> None:
        self.save(catalog, "churn", "own")
        arrivals = [make_arrival("churn", n, content) for n, content in enumerate(["a", None, "b", "a"], start=1)]
        first = catalog.receive(arrivals)
        assert [one.now.number for one in first] == [2, 3, 4, 5]
        again = catalog.receive(arrivals)
        assert [one.now for one in again] == [one.now for one in first]
        assert {one.fate for one in again} == {"there"}
        assert len(catalog.versions("churn")) == 5

    def test_a_version_whose_content_the_name_has_is_that_one(self, catalog: Catalog) -> None:
        own = self.save(catalog, "churn", "a")
        (done,) = catalog.receive([make_arrival("churn", 7, "a")])
        assert (done.now, done.fate) == (own.ref, "there")
        assert catalog.resolve(Selector.parse("churn")) == own

    def test_a_gap_that_an_arrival_left_is_filled_and_latest_stays(self, catalog: Catalog) -> None:
        catalog.receive([make_arrival("churn", 3, "c")])
        done = catalog.receive([make_arrival("churn", 1, "a"), make_arrival("churn", 9, "d")])
        assert [one.now.number for one in done] == [1, 4]

    def test_the_number_of_a_version_that_was_taken_back_is_not_given_again(self, catalog: Catalog) -> None:
        catalog.put_step(make_step("s", make_saved("churn", "own")))
        catalog.withdraw("s", "RolledBack")
        (done,) = catalog.receive([make_arrival("churn", 1, "a")])
        assert done.now.number == 2

    def test_what_comes_without_bytes_is_a_version_without_content_until_they_come(self, catalog: Catalog) -> None:
        (first,) = catalog.receive([make_arrival("churn", 1, "a", bytes_too=False)])
        found = catalog.resolve(Selector.parse("churn"))
        assert (first.fate, found.digest, found.origin) == ("new", None, None)
        assert ORIGIN in found.metadata["not_stored"]
        assert list(catalog.contents()) == []
        (again,) = catalog.receive([make_arrival("churn", 1, "a", bytes_too=False)])
        (other,) = catalog.receive([make_arrival("churn", 1, "b")])
        (later,) = catalog.receive([make_arrival("churn", 1, "a")])
        assert [one.fate for one in (again, other, later)] == ["there", "new", "completed"]
        found = catalog.resolve(Selector.parse("churn@1"))
        assert (found.digest, found.origin) == (make_arrival("churn", 1, "a").version.digest, ORIGIN)
        assert "not_stored" not in found.metadata
        assert [one.fate for one in catalog.receive([make_arrival("churn", 1, "a", bytes_too=False)])] == ["there"]

    def test_what_comes_without_bytes_that_are_here_has_them(self, catalog: Catalog) -> None:
        own = self.save(catalog, "other", "a")
        catalog.receive([make_arrival("churn", 1, "a", bytes_too=False)])
        found = catalog.resolve(Selector.parse("churn"))
        assert (found.digest, found.origin) == (own.digest, None)

    def test_tags_arrive_and_those_that_are_there_stay(self, catalog: Catalog) -> None:
        arrival = make_arrival("churn", 1, "a")
        tagged = replace(arrival, version=replace(arrival.version, tags={"quality": "raw", "team": "growth"}))
        catalog.receive([arrival])
        catalog.tag(VersionRef("churn", 1), {"quality": "checked"})
        catalog.receive([tagged])
        found = catalog.resolve(Selector.parse("churn@1"))
        assert dict(found.tags) == {"quality": "checked", "team": "growth"}

    def test_a_version_with_an_id_from_elsewhere_is_the_one_with_that_id_whatever_it_holds(
        self, catalog: Catalog
    ) -> None:
        arrivals = [make_known("churn", 1, "a"), make_known("churn", 2, "b"), make_known("churn", 3, "a")]
        for arrival in arrivals:  # bit by bit
            catalog.receive([arrival])
        assert [one.fate for one in catalog.receive(arrivals)] == ["there"] * 3
        found = catalog.versions("churn")
        assert [(one.ref.number, one.tags["tool"]) for one in found] == [(3, "id-3"), (2, "id-2"), (1, "id-1")]
        assert found[0].digest == found[2].digest

    def test_a_version_with_an_id_keeps_its_number_if_that_is_free(self, catalog: Catalog) -> None:
        self.save(catalog, "churn", "own")
        done = [catalog.receive([make_known("churn", number, "a")])[0].now.number for number in (1, 5, 3)]
        assert done == [2, 5, 3]
        assert self.save(catalog, "churn", "later").ref.number == 6

    def test_a_version_with_an_id_gets_its_bytes_later(self, catalog: Catalog) -> None:
        known = make_known("churn", 1, "a")
        nothing = replace(known, manifest=None, version=replace(known.version, digest=None))
        fates = [catalog.receive([one])[0].fate for one in (nothing, nothing, known, known)]
        assert fates == ["new", "there", "completed", "there"]

    def test_an_alias_that_is_there_stays_where_it_is(self, catalog: Catalog) -> None:
        own = self.save(catalog, "churn", "own")
        catalog.set_alias(own.ref, "champion")
        arrivals = [make_arrival("churn", 1, "a", aliases=["champion", "candidate"])]
        for _ in range(2):
            (done,) = catalog.receive(arrivals)
            assert done.kept == ("champion",)
        assert catalog.resolve(Selector.parse("churn@champion")).ref == own.ref
        assert catalog.resolve(Selector.parse("churn@candidate")).ref == done.now

    def test_the_origin_is_no_fact_that_metadata_can_change(self, catalog: Catalog) -> None:
        (done,) = catalog.receive([make_arrival("churn", 1, "a", origin=None, restored_from={"version": "x@1"})])
        assert catalog.resolve(Selector.parse("churn")).metadata["restored_from"]["origin"] == ORIGIN
        catalog.annotate(done.now, {"origin": None, "restored_from": None, "imported": None})
        assert catalog.resolve(Selector.parse("churn")).origin == ORIGIN

    def test_the_origin_is_that_of_the_content_whatever_its_name(self, catalog: Catalog) -> None:
        catalog.receive([make_arrival("churn", 1, "a")])
        catalog.receive([make_arrival("other", 1, "a")])
        catalog.put_step(make_step("s", VersionRef("churn", 1)))
        assert {version.origin for version in catalog.artifacts()} == {ORIGIN}

    @pytest.mark.parametrize("name", ["churn", "other"])
    def test_what_this_workspace_writes_itself_is_its_own(self, catalog: Catalog, name: str) -> None:
        catalog.receive([make_arrival("churn", 1, "a")])
        assert self.save(catalog, name, "a").origin is None
        assert catalog.resolve(Selector.parse("churn@1")).origin is None
        catalog.receive([make_arrival("third", 1, "a")])
        assert {version.origin for version in catalog.artifacts()} == {None}

    def test_bytes_that_arrived_again_are_found_where_they_lie_now(self, catalog: Catalog) -> None:
        arrival = make_arrival("churn", 1, "a")
        catalog.receive([arrival])
        assert arrival.manifest is not None
        (entry,) = arrival.manifest.files
        moved = replace(arrival.manifest, files=(replace(entry, inline=None, parts=(Part("k", 0, 1),)),))
        catalog.receive([replace(arrival, manifest=moved)])
        assert catalog.manifest(moved.digest) == moved

    def test_a_dry_run_says_the_same_and_keeps_nothing(self, catalog: Catalog) -> None:
        own = self.save(catalog, "churn", "own")
        arrivals = [make_arrival("churn", 1, "a", aliases=["champion"])]
        tried = catalog.receive(arrivals, dry_run=True)
        assert catalog.versions("churn") == [own]
        with pytest.raises(BytesMissingError):
            catalog.manifest(arrivals[0].version.digest or "")
        assert catalog.receive(arrivals) == tried

    def test_lineage_is_added_and_never_put_in_place_of_what_is_there(self, catalog: Catalog) -> None:
        run, step = make_run("r1"), make_step("s1", run_id="r1")
        catalog.put_run(run)
        catalog.put_step(step)
        catalog.receive([make_arrival("raw", 1, "a"), make_arrival("raw", 2, "b")])
        edges = [
            Edge("s1", VersionRef("raw", 1), "input", "x", "future"),
            Edge("s1", VersionRef("raw", 2), "output", "", "returned"),
        ]
        for _ in range(2):
            catalog.receive_lineage(
                runs=[replace(run, state="Forged"), make_run("r2")],
                steps=[replace(step, task="forged"), make_step("s2", run_id="r2")],
                edges=edges,
            )
        assert catalog.run("r1") == run
        assert {each.id for each in catalog.runs()} == {"r1", "r2"}
        found = catalog.step("s1")
        assert found is not None and found.task == step.task
        assert catalog.edges_of_step("s1") == edges
        assert catalog.ancestors(VersionRef("raw", 2)) == edges[::-1]

    def test_an_edge_to_what_is_not_here_records_nothing(self, catalog: Catalog) -> None:
        with pytest.raises(VersionNotFoundError):
            catalog.receive_lineage(
                runs=[make_run("r9")], steps=[], edges=[Edge("s", VersionRef("no", 1), "input", "x", "future")]
            )
        assert catalog.runs() == []
