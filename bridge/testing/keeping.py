"""The contract of a catalog that forgets: subclass it beside `CatalogContract`, with the same `catalog` fixture."""

# ruff: noqa: D102 - the names of tests are sentences

from __future__ import annotations

from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from bridge.domain.errors import BytesMissingError, VersionNotFoundError
from bridge.domain.keeping import Reason
from bridge.domain.manifest import FileEntry, Manifest, Part
from bridge.domain.model import ModelVersion
from bridge.domain.ports import Catalog
from bridge.domain.preview import Preview
from bridge.domain.run import Saved
from bridge.domain.selector import Selector
from bridge.domain.version import VersionRef
from bridge.testing.catalog import START, make_run, make_saved, make_step

LATEST: tuple[Reason, ...] = ("latest",)


def refs(name: str, *numbers: int) -> list[VersionRef]:
    """Versions of a name.

    >>> [str(ref) for ref in refs("x", 1, 2)]
    ['x@1', 'x@2']
    """
    return [VersionRef(name, number) for number in numbers]


def fill(catalog: Catalog, name: str, count: int) -> None:
    """Record so many versions of a name, each by a step of its own."""
    for number in range(1, count + 1):
        catalog.put_step(make_step(f"{name}-{number}", make_saved(name, f"{name} {number}")))


def numbers(catalog: Catalog, name: str) -> list[int]:
    """The numbers that a name's versions have, the latest first."""
    return [version.ref.number for version in catalog.versions(name)]


def digests(catalog: Catalog, since: datetime | None = None) -> Collection[str]:
    """What is live."""
    return {manifest.digest for manifest in catalog.contents(forgotten_since=since)}


class KeepingContract:
    """What every `KeepingCatalog` promises.

    >>> KeepingContract.__name__
    'KeepingContract'
    """

    @pytest.fixture
    def catalog(self) -> Catalog:
        """An empty catalog; to be overridden."""
        raise NotImplementedError

    def test_standings_name_all_that_holds_a_version(self, catalog: Catalog) -> None:
        fill(catalog, "b", 3)
        fill(catalog, "a", 1)
        catalog.set_alias(VersionRef("b", 1), "champion")
        catalog.set_alias(VersionRef("b", 1), "best")
        catalog.put_model(ModelVersion("churn", 7, VersionRef("b", 1), START, "sklearn"))
        found = {str(one.ref): [str(hold) for hold in one.holds] for one in catalog.standings()}
        assert found == {
            "a@1": ["latest"],
            "b@3": ["latest"],
            "b@2": [],
            "b@1": ["alias best", "alias champion", "model churn@7"],
        }
        assert list(found) == ["a@1", "b@3", "b@2", "b@1"]
        (one,) = catalog.standings(names=["a", "unknown"])
        assert (one.size, one.digest, one.created) == (3, catalog.versions("a")[0].digest, START.replace(second=1))
        assert list(catalog.standings(names=[])) == []

    def test_a_run_that_has_not_ended_holds_what_it_made_and_used(self, catalog: Catalog) -> None:
        fill(catalog, "used", 2)
        catalog.put_run(make_run("r1", name="otter"))
        catalog.put_step(make_step("s1", make_saved("made", "1"), inputs=refs("used", 1), run_id="r1"))
        catalog.save(make_saved("by-hand", "1"), step_id=None, run_id="r1")
        catalog.save(make_saved("by-hand", "2"), step_id=None, run_id=None)
        catalog.put_step(make_step("r1", VersionRef("used", 1)))
        held = {str(one.ref) for one in catalog.standings() if "run otter" in [str(hold) for hold in one.holds]}
        assert held == {"used@1", "made@1", "by-hand@1"}
        assert catalog.forget(refs("used", 1)) == []
        catalog.put_run(replace(make_run("r1"), ended=START, state="Completed"))
        assert catalog.forget(refs("used", 1) + refs("by-hand", 1)) == refs("by-hand", 1) + refs("used", 1)

    def test_what_is_forgotten_matches_no_selector_and_lineage_still_tells_of_it(self, catalog: Catalog) -> None:
        fill(catalog, "x", 3)
        catalog.put_step(make_step("user", make_saved("y", "1"), inputs=refs("x", 2)))
        digest = catalog.resolve(Selector.parse("x@2")).digest
        assert catalog.forget([*refs("x", 2, 1, 2, 99), VersionRef("unknown", 1)]) == refs("x", 1, 2)
        assert catalog.forget(refs("x", 1, 2)) == []
        for text in ("x@2", f"x@{digest}"):
            with pytest.raises(VersionNotFoundError):
                catalog.resolve(Selector.parse(text))
        assert numbers(catalog, "x") == [3]
        assert catalog.of_digest(str(digest)) is None
        step = catalog.step("user")
        assert step is not None
        assert [each.version for each in step.inputs] == refs("x", 2)
        back = [str(edge.version) for edge in catalog.ancestors(VersionRef("y", 1))]
        assert back == ["y@1", "x@2", "x@2"]
        assert [str(edge.version) for edge in catalog.descendants(VersionRef("x", 2))] == ["x@2", "y@1"]
        assert [str(edge.version) for edge in catalog.edges_of_version(VersionRef("x", 2))] == ["x@2", "x@2"]
        with pytest.raises(VersionNotFoundError):
            catalog.descendants(VersionRef("x", 99))

    def test_what_something_holds_is_not_forgotten(self, catalog: Catalog) -> None:
        fill(catalog, "x", 4)
        catalog.set_alias(VersionRef("x", 1), "champion")
        catalog.put_model(ModelVersion("churn", 1, VersionRef("x", 2), START, "sklearn"))
        assert catalog.forget(refs("x", 1, 2, 3, 4)) == refs("x", 3)
        assert catalog.forget(refs("x", 1, 2, 4), despite=("alias", "latest", "model")) == refs("x", 1, 4)
        assert numbers(catalog, "x") == [2]
        with pytest.raises(VersionNotFoundError) as caught:
            catalog.resolve(Selector.parse("x@champion"))
        assert caught.value.known == ("x@2",)

    def test_all_of_a_name_but_the_latest_goes_and_no_number_is_given_twice(self, catalog: Catalog) -> None:
        fill(catalog, "x", 3)
        assert catalog.forget(refs("x", 3), despite=LATEST) == refs("x", 3)
        assert catalog.resolve(Selector("x")).ref.number == 2, "the one before is the latest now"
        assert catalog.forget(refs("x", 1, 2)) == refs("x", 1)
        (again,) = catalog.put_step(make_step("again", make_saved("x", "x 3")))
        assert again.ref.number == 4, "equal content is a version anew"
        (same,) = catalog.put_step(make_step("same", make_saved("x", "x 3")))
        assert same.ref.number == 4

    def test_a_name_may_lose_all_its_versions(self, catalog: Catalog) -> None:
        fill(catalog, "x", 1)
        catalog.forget(refs("x", 1), despite=LATEST)
        assert catalog.artifacts() == []
        assert list(catalog.standings()) == []
        (again,) = catalog.put_step(make_step("again", make_saved("x", "x 1")))
        assert again.ref.number == 2

    def test_what_was_forgotten_since_a_time_is_still_live(self, catalog: Catalog) -> None:
        fill(catalog, "x", 2)
        first = str(catalog.versions("x")[1].digest)
        before = datetime.now(timezone.utc) - timedelta(seconds=1)
        catalog.forget(refs("x", 1))
        after = datetime.now(timezone.utc) + timedelta(seconds=1)
        assert first not in digests(catalog)
        assert first in digests(catalog, before)
        assert first not in digests(catalog, after)
        assert catalog.manifest(first).digest == first, "who has resolved it can still load it"
        assert catalog.drop_contents(forgotten_before=before) == 0
        assert catalog.drop_contents(forgotten_before=after) == 1
        assert len(digests(catalog, before)) == 1
        with pytest.raises(BytesMissingError):
            catalog.manifest(first)

    def test_a_preview_goes_with_its_content(self, catalog: Catalog) -> None:
        for step, content in (("s1", "1"), ("s2", "2")):
            catalog.put_step(make_step(step, replace(make_saved("x", content), preview=Preview.of_text(content))))
        digests = [str(catalog.resolve(Selector("x", "number", number)).digest) for number in ("1", "2")]
        catalog.forget([VersionRef("x", 1)])
        catalog.drop_contents(forgotten_before=datetime.now(timezone.utc) + timedelta(hours=1))
        assert [catalog.preview(digest) for digest in digests] == [None, Preview.of_text("2")]

    def test_a_content_that_another_version_has_stays(self, catalog: Catalog) -> None:
        later = datetime.now(timezone.utc) + timedelta(hours=1)
        catalog.put_step(make_step("s1", make_saved("x", "same"), make_saved("y", "same")))
        catalog.put_step(make_step("s2", make_saved("x", "other")))
        catalog.forget(refs("x", 1))
        assert catalog.drop_contents(forgotten_before=later) == 0
        assert catalog.manifest(str(catalog.resolve(Selector("y")).digest)).size == 4
        catalog.put_step(make_step("s3", make_saved("y", "new")))
        catalog.forget(refs("y", 1))
        catalog.put_step(make_step("s4", make_saved("z", "same")))
        assert catalog.drop_contents(forgotten_before=later) == 0

    def test_a_content_is_moved_only_from_where_it_is(self, catalog: Catalog) -> None:
        def stored(key: str) -> Manifest:
            return Manifest("blake3:ab", "npy", (FileEntry("f", 1, "cd", parts=(Part(key, 0, 1, "cd"),)),))

        catalog.put_step(make_step("s1", Saved("x", "t", stored("old"))))
        assert catalog.move_content(stored("old"), stored("new"))
        assert not catalog.move_content(stored("old"), stored("other"))
        assert catalog.manifest("blake3:ab") == stored("new")

    def test_many_thousands_are_forgotten_at_once(self, catalog: Catalog) -> None:
        for step in range(12):
            outputs = [make_saved(f"name-{i}", f"{step}") for i in range(200)]
            catalog.put_step(make_step(f"s{step}", *outputs))
        going = [one.ref for one in catalog.standings() if not one.holds]
        assert len(going) == 11 * 200
        assert catalog.forget(going) == sorted(going)
        assert [one.ref.number for one in catalog.standings()] == [12] * 200

    def test_an_alias_that_is_set_meanwhile_wins_or_says_that_it_came_too_late(self, catalog: Catalog) -> None:
        count = 30
        fill(catalog, "x", count + 1)

        def point(number: int) -> bool:
            try:
                catalog.set_alias(VersionRef("x", number), f"alias-{number}")
            except VersionNotFoundError:
                return False
            return True

        with ThreadPoolExecutor(4) as pool:
            pointed = [pool.submit(point, number) for number in range(1, count + 1)]
            forgotten = [pool.submit(catalog.forget, refs("x", number)) for number in range(count, 0, -1)]
        for number in range(1, count + 1):
            went = forgotten[count - number].result() == refs("x", number)
            assert pointed[number - 1].result() is not went
            aliases = [version.aliases for version in catalog.versions("x") if version.ref.number == number]
            assert aliases == ([] if went else [(f"alias-{number}",)])

    def test_a_value_that_is_saved_while_its_content_is_dropped_has_its_content(self, catalog: Catalog) -> None:
        later = datetime.now(timezone.utc) + timedelta(hours=1)

        def save(i: int) -> None:
            catalog.put_step(make_step(f"s{i}", make_saved("x", f"{i % 3}")))
            catalog.forget(refs("x", *range(max(1, i - 5), i + 1)), despite=LATEST if i % 2 else ())

        def drop(_: int) -> None:
            catalog.drop_contents(forgotten_before=later)

        with ThreadPoolExecutor(4) as pool:
            saved = [pool.submit(save, i) for i in range(60)]
            dropped = [pool.submit(drop, i) for i in range(60)]
        for done in (*saved, *dropped):
            done.result()
        for version in catalog.versions("x"):
            assert catalog.manifest(str(version.digest)).size == 1
