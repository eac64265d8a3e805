"""Versions of models that runs make."""

from __future__ import annotations

import pytest


def test_a_run_that_finds_every_step_gives_its_model_a_version_too(hosted: None) -> None:
    from zenml import Model, pipeline, step
    from zenml.client import Client

    sklearn = pytest.importorskip("sklearn.linear_model")

    @step
    def fit() -> sklearn.LogisticRegression:
        return sklearn.LogisticRegression().fit([[0.0], [1.0]], [0, 1])

    @step(model=Model(name="zen-own"))
    def fit_own() -> sklearn.LogisticRegression:
        return sklearn.LogisticRegression().fit([[0.0], [1.0]], [1, 0])

    @pipeline
    def fitting() -> None:
        fit()
        fit_own()

    fitting()
    first = fitting.with_options(model=Model(name="zen-first"))
    assert {one.status.value for one in first().steps.values()} == {"cached"}
    first()
    fitting.with_options(model=Model(name="zen-second"))()

    client = Client()
    numbers = {name: client.get_model_version(name).number for name in ("zen-own", "zen-first", "zen-second")}
    assert numbers == {"zen-own": 1, "zen-first": 1, "zen-second": 1}
    assert client.get_model_version("zen-first").get_artifact("fitting::fit::output").version == "1"


def test_a_word_of_one_s_own_names_a_version(hosted: None) -> None:
    from zenml import Model, pipeline, step
    from zenml.client import Client

    sklearn = pytest.importorskip("sklearn.linear_model")

    @step
    def fit(first: int) -> sklearn.LogisticRegression:
        return sklearn.LogisticRegression().fit([[0.0], [1.0]], [first, 1 - first])

    @pipeline
    def wording(first: int) -> None:
        fit(first)

    wording.with_options(model=Model(name="zen-worded", version="old"))(0)
    assert Model(name="zen-worded", version="new").number is None
    wording.with_options(model=Model(name="zen-worded", version="new"))(1)

    client = Client()
    versions = client.get_model("zen-worded").versions
    assert [(one.version, one.number) for one in versions] == [("old", 1), ("new", 2)]
    assert client.list_model_versions("zen-worded")[1].id == versions[1].id
    old = client.get_model_version("zen-worded", "old")
    assert old.get_artifact("wording::fit::output").version == "1"
    assert old.load_artifact("wording::fit::output").predict([[0.0]]) == [0]
    with pytest.raises(KeyError, match="No version other"):
        client.get_model_version("zen-worded", "other")
