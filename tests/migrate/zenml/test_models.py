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
