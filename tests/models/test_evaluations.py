"""What steps found out about a model is found again, with the data it was found out on."""

from __future__ import annotations

from typing import Annotated, Any

from sklearn.linear_model import LinearRegression

import bridge.models
from bridge import Artifact, Metrics, Model, flow, task
from bridge.workspace import Workspace
from tests.tracking.conftest import mlflow_remarks

pytestmark = mlflow_remarks


@task
def held_out() -> Annotated[list[list[float]], Artifact("held-out")]:
    return [[2.0], [3.0]]


@task
def fit() -> Annotated[Any, Model("line", owners=["ann"], licence="MIT")]:
    return LinearRegression().fit([[0.0], [1.0]], [0.0, 2.0])


@task
def score(model: Any, rows: list[list[float]]) -> Annotated[dict[str, Any], Metrics()]:
    return {"error": 0.25, "by": {"row": 1}, "note": "fine"}


@task
def describe(model: Any) -> str:
    return "a line"


@flow
def evaluating() -> None:
    model = fit()
    score(model, held_out())
    describe(model)


def test_an_evaluation_has_its_numbers_and_its_data(workspace: Workspace) -> None:
    evaluating()
    model = bridge.models.get("line")
    (found,) = bridge.models.evaluations(model)
    assert found.metrics == {"error": 0.25, "by.row": 1.0}
    assert [str(ref) for ref in found.data] == ["held-out@1"]
    assert str(found.version) == "evaluating/score@1"
