"""Metrics are compared where they were found on the same data, and only there."""

from __future__ import annotations

from typing import Annotated, Any

import pytest
from sklearn.linear_model import Ridge

import bridge.models
from bridge import Metrics, Model, flow, task
from bridge.workspace import Workspace
from tests.tracking.conftest import mlflow_remarks

pytestmark = mlflow_remarks


@task
def rows(shift: float) -> list[list[float]]:
    return [[0.0 + shift], [1.0], [2.0]]


@task
def fit(given: list[list[float]], alpha: float) -> Annotated[Ridge, Model("side")]:
    return Ridge(alpha=alpha).fit(given, [0.0, 1.0, 2.0])


@task
def score(model: Any, given: list[list[float]]) -> Annotated[dict[str, float], Metrics()]:
    return {"r2": float(model.score(given, [0.0, 1.0, 2.0])), "rows": 3}


@flow
def comparing(alpha: float, shift: float) -> None:
    held_out = rows.with_options(output="held-out")(shift)
    score(fit(rows(0.0), alpha), held_out)


def test_only_numbers_of_the_same_data_stand_side_by_side(workspace: Workspace) -> None:
    comparing(1.0, 0.25)
    comparing(2.0, 0.25)
    comparing(3.0, 0.5)
    found = bridge.models.compare("side@1", "side@2")
    (measured,) = found.measured
    assert [str(ref) for ref in measured.data] == ["held-out@1"]
    r2, count = measured.metrics
    assert (r2.what, count.what, count.change) == ("r2", "rows", 0)
    assert isinstance(r2.a, float) and isinstance(r2.b, float)
    assert r2.change == pytest.approx(r2.b - r2.a)
    assert r2.change is not None and r2.change < 0
    assert found.alone == ()
    assert ("comparing(alpha)", 1.0, 2.0) in [(one.what, one.a, one.b) for one in found.parameters]
    assert [(one.what, one.a, one.b) for one in found.data] == [("comparing/rows", "@1", "@1")]
    other = bridge.models.compare("side@1", "side@3")
    assert other.measured == ()
    assert [(side, str(one.data[0])) for side, one in other.alone] == [("a", "held-out@1"), ("b", "held-out@2")]
