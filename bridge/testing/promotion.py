"""The contract of a catalog's aliases of models and its log of decisions: inherit it beside `CatalogContract`."""

# ruff: noqa: D102 - the names of tests are sentences

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bridge.domain.decision import Action, Answer, Change, GateResult, ModelAlias, digest_of
from bridge.domain.decision_text import decision_of
from bridge.domain.errors import ModelInUseError
from bridge.domain.model import ModelVersion
from bridge.domain.ports import Catalog
from bridge.domain.refusals import OwnedAliasError
from bridge.domain.selector import Selector
from bridge.domain.version import VersionRef
from bridge.testing.catalog import START, make_saved, make_step


def register(catalog: Catalog, model: str, count: int, *, artifact: str | None = None) -> None:
    """Record so many versions of a model, and of its artifact."""
    name = artifact or model
    for number in range(1, count + 1):
        (made,) = catalog.put_step(make_step(f"{model}-{number}", make_saved(name, f"{model} {number}")))
        catalog.put_model(ModelVersion(model, number, made.ref, START, "sklearn"))


def change(number: int | None, expected: int | None, **more: Any) -> Change:
    """A wish that champion of `m` moves.

    >>> change(2, 1).alias
    'champion'
    """
    action: Action = "remove" if number is None else "promote"
    return replace(Change(action, "m", "champion", number, expected, "ann@laptop"), **more)


class PromotionContract:
    """What every `PromotionCatalog` promises.

    >>> PromotionContract.__name__
    'PromotionContract'
    """

    @pytest.fixture
    def catalog(self) -> Catalog:
        """An empty catalog; to be overridden."""
        raise NotImplementedError

    def test_a_version_that_an_alias_is_at_is_not_deleted(self, catalog: Catalog) -> None:
        register(catalog, "m", 1)
        catalog.decide(change(1, None))
        with pytest.raises(ModelInUseError, match="champion"):
            catalog.delete_model("m", 1)
        assert catalog.model_aliases("m") == [ModelAlias("m", "champion", 1, 1)]
        catalog.decide(change(None, 1))
        catalog.delete_model("m", 1)
        assert catalog.models("m") == []

    def test_an_alias_moves_with_its_artifacts_alias_and_an_entry(self, catalog: Catalog) -> None:
        register(catalog, "m", 2)
        first = catalog.decide(change(1, None))
        second = catalog.decide(change(2, 1, why="it is better"))
        assert (first.outcome, first.before, first.position) == ("accepted", None, 1)
        assert (second.outcome, second.before, second.position, second.why) == ("accepted", 1, 2, "it is better")
        assert catalog.model_aliases() == catalog.model_aliases("m") == [ModelAlias("m", "champion", 2, 2)]
        assert catalog.model_aliases("other") == []
        assert catalog.resolve(Selector("m", "alias", "champion")).ref == VersionRef("m", 2)
        assert [model.aliases for model in catalog.models("m")] == [("champion",), ()]

    def test_a_decision_comes_back_as_it_was_made(self, catalog: Catalog) -> None:
        register(catalog, "m", 1)
        gate = GateResult("a >= 1", True, "a 1 on d@1 is fine", {"bound": 1}, {"value": 1.5, "data": [{"x": "y"}]})
        wanted = change(
            1,
            None,
            why="née \0 \udcff",
            run={"id": "0a1b"},
            gates=(gate,),
            answer=Answer(True, "eve", "fine", "Prefect"),
            evidence={"artifact": {"version": "m@1", "digest": None}},
        )
        made = catalog.decide(wanted)
        (entry,) = catalog.entries()
        assert decision_of(entry) == made
        assert (made.gates, made.answer, made.evidence) == ((gate,), wanted.answer, wanted.evidence)
        assert (made.why, made.run, made.who) == (wanted.why, wanted.run, "ann@laptop")

    def test_each_entry_holds_the_digest_of_the_one_before_it(self, catalog: Catalog) -> None:
        register(catalog, "m", 3)
        register(catalog, "n", 1)
        for number in (1, 2, 3):
            catalog.decide(change(number, number - 1 or None))
        catalog.decide(replace(change(1, None), model="n"))
        entries = catalog.entries()
        assert [entry.position for entry in entries] == [1, 2, 3, 4]
        assert [entry.previous for entry in entries] == ["", *(entry.digest for entry in entries[:-1])]
        assert all(digest_of(entry.previous, entry.body) == entry.digest for entry in entries)
        assert catalog.entries(after=1, limit=2) == entries[1:3]
        assert catalog.entries(model="n") == entries[3:]
        assert catalog.newest_entries(limit=2) == [entries[3], entries[2]]
        assert catalog.newest_entries(limit=1, model="m") == [entries[2]]

    def test_a_refusal_is_logged_and_moves_nothing(self, catalog: Catalog) -> None:
        register(catalog, "m", 2)
        catalog.decide(change(1, None))
        made = catalog.decide(change(2, 1, refusal="accuracy 0.1 is below 0.9"))
        assert (made.outcome, made.reason, made.before) == ("refused", "accuracy 0.1 is below 0.9", 1)
        assert catalog.model_aliases() == [ModelAlias("m", "champion", 1, 1)]
        assert len(catalog.entries()) == 2

    def test_an_alias_that_moved_meanwhile_is_not_moved_again(self, catalog: Catalog) -> None:
        register(catalog, "m", 3)
        catalog.decide(change(2, None))
        late = catalog.decide(change(3, None))
        assert (late.outcome, late.reason) == ("refused", "champion changed meanwhile from none to 2")
        assert catalog.decide(change(3, 1)).reason == "champion changed meanwhile from 1 to 2"
        assert catalog.decide(change(2, None)).outcome == "unchanged"
        assert catalog.resolve(Selector("m", "alias", "champion")).ref.number == 2

    def test_a_version_that_is_not_there_or_archived_is_refused(self, catalog: Catalog) -> None:
        register(catalog, "m", 2)
        catalog.put_model(replace(catalog.models("m")[0], archived=START))
        assert catalog.decide(change(7, None)).reason == "m@7 is not registered"
        assert catalog.decide(change(2, None)).reason == "m@2 is archived"
        assert catalog.model_aliases() == []

    def test_an_alias_that_is_taken_away_is_gone_from_the_artifact_too(self, catalog: Catalog) -> None:
        register(catalog, "m", 1)
        catalog.decide(change(1, None))
        made = catalog.decide(change(None, 1))
        assert (made.outcome, made.number, made.before) == ("accepted", None, 1)
        assert catalog.model_aliases() == []
        assert catalog.aliases() == []
        assert catalog.decide(change(None, None)).outcome == "unchanged"

    def test_an_alias_leaves_the_artifact_that_the_model_has_left(self, catalog: Catalog) -> None:
        register(catalog, "m", 1, artifact="a")
        (made,) = catalog.put_step(make_step("other", make_saved("b", "other")))
        catalog.put_model(ModelVersion("m", 2, made.ref, START, "sklearn"))
        catalog.decide(change(1, None))
        assert catalog.aliases() == [("champion", VersionRef("a", 1))]
        catalog.decide(change(2, 1))
        assert catalog.aliases() == [("champion", VersionRef("b", 1))]

    def test_two_models_of_one_artifact_do_not_take_each_others_alias(self, catalog: Catalog) -> None:
        register(catalog, "m", 2, artifact="a")
        one, two = catalog.models("m")[::-1]
        catalog.put_model(replace(two, name="n", number=1))
        catalog.decide(change(1, None))
        catalog.decide(replace(change(1, None), model="n"))
        assert catalog.aliases() == [("champion", one.version)]
        assert [(each.model, each.number) for each in catalog.model_aliases()] == [("m", 1), ("n", 1)]

    def test_what_promotion_set_is_not_moved_by_hand(self, catalog: Catalog) -> None:
        register(catalog, "m", 2)
        catalog.decide(change(1, None))
        with pytest.raises(OwnedAliasError, match="bridge models promote m@N --to champion"):
            catalog.set_alias(VersionRef("m", 2), "champion")
        with pytest.raises(OwnedAliasError, match="bridge models demote m champion"):
            catalog.remove_alias("m", "champion")
        with pytest.raises(OwnedAliasError):
            catalog.save(replace(make_saved("m", "new"), aliases=("champion",)), step_id=None, run_id=None)
        assert catalog.set_alias(VersionRef("m", 1), "champion") == VersionRef("m", 1)
        assert catalog.set_alias(VersionRef("m", 2), "dev") is None
        assert catalog.aliases("m") == [("champion", VersionRef("m", 1)), ("dev", VersionRef("m", 2))]
        catalog.decide(change(None, 1))
        assert catalog.set_alias(VersionRef("m", 2), "champion") is None

    def test_a_version_with_a_models_alias_is_not_forgotten(self, catalog: Catalog) -> None:
        register(catalog, "m", 2)
        catalog.decide(change(1, None))
        assert catalog.forget([VersionRef("m", 1)], despite=("latest", "alias", "run")) == []
        (standing,) = [each for each in catalog.standings() if each.ref.number == 1]
        assert [str(hold) for hold in standing.holds] == ["alias champion", "model m@1"]
