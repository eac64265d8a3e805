"""The contract of what a catalog knows of registered models: inherit it beside `CatalogContract`."""

# ruff: noqa: D102 - the names of tests are sentences

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bridge.domain.errors import ModelNotFoundError, VersionNotFoundError
from bridge.domain.model import ModelDetails, ModelVersion
from bridge.domain.ports import Catalog
from bridge.domain.version import VersionRef
from bridge.testing.catalog import START, make_saved, make_step

DETAILS = ModelDetails(
    description="Who leaves",
    licence="MIT",
    owners=("ann", "bob"),
    intended_use="Letters to customers",
    data=(VersionRef("train", 3), VersionRef("labels", 1)),
    requirements=("numpy==2.0",),
    signature={"inputs": [{"type": "double", "name": "a", "required": True}], "outputs": []},
    no_signature="",
    example=VersionRef("train", 3),
    code={"file": "train.py", "commit": "abc", "dirty": True},
    environment={"python": "3.11"},
)
CHURN = VersionRef("churn", 1)


class ModelContract:
    """What every `ModelCatalog` promises.

    >>> ModelContract.__name__
    'ModelContract'
    """

    @pytest.fixture
    def catalog(self) -> Catalog:
        """An empty catalog; to be overridden."""
        raise NotImplementedError

    def test_models_come_latest_first_and_are_recorded_once(self, catalog: Catalog) -> None:
        put_churn(catalog)
        first = ModelVersion("churn", 1, VersionRef("churn", 1), START, "sklearn", tags={"a": "b"})
        second = ModelVersion("churn", 2, VersionRef("churn", 1), START, "sklearn", "s1", "r1", "m1", "uri")
        other = ModelVersion("fraud", 1, VersionRef("churn", 1), START - timedelta(days=1), "xgboost")
        for model in (other, first, second, second):
            catalog.put_model(model)
        assert catalog.models("churn") == [second, first]
        assert catalog.models() == [second, first, other]
        with pytest.raises(VersionNotFoundError):
            catalog.put_model(ModelVersion("churn", 3, VersionRef("churn", 9), START, "sklearn"))

    def test_what_is_known_of_a_model_comes_back_as_it_was(self, catalog: Catalog) -> None:
        put_churn(catalog)
        model = ModelVersion("churn", 1, CHURN, START, "pytorch", "s1", "r1", "m1", "uri", {"a": "b"}, DETAILS)
        bare = ModelVersion("churn", 2, CHURN, START, "sklearn")
        catalog.put_model(model)
        catalog.put_model(bare)
        assert catalog.models() == [bare, model]

    def test_details_and_tags_are_changed_one_by_one(self, catalog: Catalog) -> None:
        put_churn(catalog)
        catalog.put_model(ModelVersion("churn", 1, CHURN, START, "sklearn", tags={"a": "1", "b": "2"}, details=DETAILS))
        catalog.put_model(ModelVersion("churn", 2, CHURN, START, "sklearn"))
        changed = catalog.amend_model("churn", 1, details={"owners": ("eve",)}, tags={"a": None, "c": "3"})
        assert changed.details == replace(DETAILS, owners=("eve",))
        assert changed.tags == {"b": "2", "c": "3"}
        assert catalog.models("churn")[1] == changed
        assert catalog.models("churn")[0].tags == {}
        with pytest.raises(TypeError):
            catalog.amend_model("churn", 1, details={"colour": "red"}, tags={})

    def test_an_archived_model_is_found_and_comes_back(self, catalog: Catalog) -> None:
        put_churn(catalog)
        catalog.put_model(ModelVersion("churn", 1, CHURN, START, "sklearn"))
        when = START + timedelta(days=1)
        assert catalog.archive_model("churn", 1, when).archived == when
        assert catalog.models()[0].archived == when
        assert catalog.archive_model("churn", 1, None).archived is None
        assert catalog.models()[0].archived is None

    def test_a_deleted_model_is_gone_and_holds_its_version_no_more(self, catalog: Catalog) -> None:
        put_churn(catalog)
        catalog.put_step(make_step("s2", make_saved("churn", "2")))
        for number in (1, 2):
            catalog.put_model(ModelVersion("churn", number, CHURN, START, "sklearn"))
        catalog.delete_model("churn", 1)
        assert [model.number for model in catalog.models()] == [2]
        assert catalog.forget([CHURN]) == []
        catalog.delete_model("churn", 2)
        assert catalog.models("churn") == []
        assert catalog.forget([CHURN]) == [CHURN]

    def test_what_is_not_there_cannot_be_changed(self, catalog: Catalog) -> None:
        put_churn(catalog)
        for number in (1, 2):
            catalog.put_model(ModelVersion("churn", number, CHURN, START, "sklearn"))
        catalog.delete_model("churn", 1)
        for change in (
            lambda: catalog.delete_model("churn", 1),
            lambda: catalog.archive_model("churn", 1, START),
            lambda: catalog.amend_model("churn", 1, details={}, tags={"a": "b"}),
        ):
            with pytest.raises(ModelNotFoundError, match=r"churn@1.*churn@2"):
                change()
        with pytest.raises(ModelNotFoundError, match="none yet"):
            catalog.delete_model("fraud", 1)


def put_churn(catalog: Catalog) -> None:
    """Save what the models are: `churn@1`.

    >>> put_churn.__name__
    'put_churn'
    """
    catalog.put_step(make_step("s1", make_saved("churn", "1")))
