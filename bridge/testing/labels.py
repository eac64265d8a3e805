"""The contract of a catalog's aliases, tags and previews: inherit it beside `CatalogContract`."""

# ruff: noqa: D102 - the names of tests are sentences

from __future__ import annotations

from dataclasses import replace

import pytest

from bridge.domain.errors import SelectorError, VersionNotFoundError
from bridge.domain.ports import Catalog
from bridge.domain.preview import LIMIT, PNG, Preview
from bridge.domain.selector import Selector
from bridge.domain.version import VersionRef
from bridge.testing.catalog import make_saved, make_step


class LabelContract:
    """What every `LabelCatalog` promises, and of every `VersionCatalog` what it keeps to be shown.

    >>> LabelContract.__name__
    'LabelContract'
    """

    @pytest.fixture
    def catalog(self) -> Catalog:
        """An empty catalog; to be overridden."""
        raise NotImplementedError

    def test_an_alias_that_moves_says_from_where(self, catalog: Catalog) -> None:
        for content in "abc":
            catalog.put_step(make_step(content, make_saved("x", content)))
        assert catalog.set_alias(VersionRef("x", 1), "champion") is None
        assert catalog.set_alias(VersionRef("x", 3), "champion") == VersionRef("x", 1)
        assert catalog.set_alias(VersionRef("x", 3), "champion") == VersionRef("x", 3)
        assert catalog.resolve(Selector("x", "alias", "champion")).ref.number == 3
        with pytest.raises(VersionNotFoundError, match=r"x@4.*x@champion"):
            catalog.set_alias(VersionRef("x", 4), "champion")

    def test_aliases_of_a_name_and_of_all_names_are_listed_in_order(self, catalog: Catalog) -> None:
        made = catalog.put_step(make_step("s", make_saved("b", "1"), make_saved("a", "1")))
        for version, alias in ((made[0], "z"), (made[0], "dev"), (made[1], "dev")):
            catalog.set_alias(version.ref, alias)
        b = [("dev", VersionRef("b", 1)), ("z", VersionRef("b", 1))]
        assert catalog.aliases("b") == b
        assert catalog.aliases() == [("dev", VersionRef("a", 1)), *b]
        assert catalog.aliases("c") == []

    def test_an_alias_that_is_taken_away_is_gone_and_said_where_it_was(self, catalog: Catalog) -> None:
        catalog.put_step(make_step("s", make_saved("x", "1"), make_saved("y", "1")))
        catalog.set_alias(VersionRef("x", 1), "champion")
        catalog.set_alias(VersionRef("y", 1), "champion")
        assert catalog.remove_alias("x", "champion") == VersionRef("x", 1)
        assert catalog.aliases() == [("champion", VersionRef("y", 1))]
        with pytest.raises(VersionNotFoundError, match=r"x@champion.*x@1"):
            catalog.remove_alias("x", "champion")
        with pytest.raises(VersionNotFoundError):
            catalog.remove_alias("nothing", "champion")

    def test_tags_are_set_changed_and_removed_each_by_itself(self, catalog: Catalog) -> None:
        catalog.put_step(make_step("s", make_saved("x", "1")))
        ref = VersionRef("x", 1)
        assert catalog.resolve(Selector("x")).tags == {}
        assert catalog.tag(ref, {"team": "growth", "quality": "raw"}).tags == {"quality": "raw", "team": "growth"}
        changed = catalog.tag(ref, {"quality": "checked", "team": None, "never": None})
        assert changed.tags == {"quality": "checked"}
        assert catalog.resolve(Selector("x")) == changed == catalog.versions("x")[0] == catalog.artifacts()[0]
        with pytest.raises(VersionNotFoundError):
            catalog.tag(VersionRef("x", 2), {"a": "b"})

    def test_versions_and_artifacts_are_found_by_all_of_the_tags(self, catalog: Catalog) -> None:
        for number, name in enumerate(["x", "x", "x", "y", "z"]):
            catalog.put_step(make_step(str(number), make_saved(name, str(number))))
        catalog.tag(VersionRef("x", 1), {"quality": "checked", "team": "growth"})
        catalog.tag(VersionRef("x", 2), {"quality": "checked"})
        catalog.tag(VersionRef("y", 1), {"quality": "raw"})
        assert [str(each.ref) for each in catalog.artifacts(tags={"quality": "checked"})] == ["x@2"]
        assert [str(each.ref) for each in catalog.artifacts(tags={"quality": "checked", "team": None})] == ["x@1"]
        assert [str(each.ref) for each in catalog.artifacts(tags={"quality": None})] == ["x@2", "y@1"]
        assert [str(each.ref) for each in catalog.artifacts(tags={"quality": None}, prefix="y")] == ["y@1"]
        assert catalog.artifacts(tags={"quality": "%"}) == []
        assert [each.ref.number for each in catalog.versions("x", tags={"quality": "checked"})] == [2, 1]
        assert [each.ref.number for each in catalog.versions("x", tags={"quality": None, "team": "growth"})] == [1]

    def test_a_version_that_was_taken_back_is_not_found_by_its_tags(self, catalog: Catalog) -> None:
        catalog.put_step(make_step("s1", make_saved("x", "1")))
        catalog.put_step(make_step("s2", replace(make_saved("x", "2"), tags={"a": "b"})))
        catalog.tag(VersionRef("x", 1), {"a": "b"})
        catalog.withdraw("s2", "RolledBack")
        assert [str(each.ref) for each in catalog.artifacts(tags={"a": "b"})] == ["x@1"]

    def test_labels_that_come_with_a_value_are_on_its_version_also_if_that_was_there(self, catalog: Catalog) -> None:
        saved = replace(make_saved("x", "1"), tags={"team": "growth"}, aliases=("dev",))
        (made,) = catalog.put_step(make_step("s1", saved))
        assert (made.tags, made.aliases) == ({"team": "growth"}, ("dev",))
        again = replace(saved, tags={"team": "risk", "new": "yes"}, aliases=("dev", "prod"))
        other = replace(make_saved("y", "1"), tags={"only": "y"})
        found, beside = catalog.put_step(make_step("s2", again, other))
        assert found.ref == made.ref
        assert (found.tags, found.aliases) == ({"new": "yes", "team": "risk"}, ("dev", "prod"))
        assert catalog.resolve(Selector("x")) == found
        assert beside.tags == {"only": "y"}
        by_hand = catalog.save(replace(make_saved("x", "2"), aliases=("dev",)), step_id=None, run_id=None)
        assert by_hand.aliases == ("dev",)
        assert catalog.resolve(Selector("x", "number", "1")).aliases == ("prod",)

    @pytest.mark.parametrize("text", ["a\0b", "\udcff", "k" * 9_000, "Ω" * 9_000, "🦦", "'; --", '"\\\n\t', "%_"])
    def test_any_text_can_be_a_tag(self, catalog: Catalog, text: str) -> None:
        """What a task declares is not refused when its result is recorded."""
        catalog.put_step(make_step("s", replace(make_saved("x", "1"), tags={text: text, "plain": "yes"})))
        found = catalog.resolve(Selector("x"))
        assert len(found.tags) == 2
        assert found.tags["plain"] == "yes"
        assert catalog.artifacts(tags={text: text}) == [found]
        assert catalog.tag(found.ref, {text: None}).tags == {"plain": "yes"}

    @pytest.mark.parametrize("alias", ["latest", "3", "run:x", "blake3:abcd", "", "a@b", " x", "a\nb"])
    def test_an_alias_that_a_selector_does_not_hold_is_refused(self, catalog: Catalog, alias: str) -> None:
        catalog.put_step(make_step("s1", make_saved("x", "1")))
        with pytest.raises(SelectorError):
            catalog.set_alias(VersionRef("x", 1), alias)

    def test_a_preview_is_kept_with_the_content_and_the_first_one_stays(self, catalog: Catalog) -> None:
        picture = Preview("image", PNG, bytes(range(256)))
        saved = replace(make_saved("x", "1"), preview=picture)
        (made,) = catalog.put_step(make_step("s1", saved))
        catalog.put_step(make_step("s2", replace(make_saved("z", "1"), preview=Preview.of_text("other"))))
        catalog.save(replace(make_saved("w", "3"), preview=Preview.of_text("z" * LIMIT)), step_id=None, run_id=None)
        assert made.digest is not None
        assert catalog.preview(made.digest) == picture
        assert catalog.preview(str(catalog.resolve(Selector("w")).digest)) == Preview.of_text("z" * LIMIT)
        assert catalog.preview("blake3:00") is None

    def test_a_value_without_a_preview_has_none(self, catalog: Catalog) -> None:
        (made, _) = catalog.put_step(make_step("s1", make_saved("x", "1"), make_saved("y", None)))
        assert catalog.preview(str(made.digest)) is None
