"""Where `model=` may be said, what then becomes a model version, and who is told of it."""

from __future__ import annotations

import time
from typing import Annotated, Any

import httpx
import pandas as pd
import pytest
from prefect.settings import PREFECT_API_URL
from sklearn.linear_model import LinearRegression, Ridge

import bridge.models
from bridge import Artifact, Model, flow, load, save, task
from bridge.workspace import Workspace
from tests.tracking.conftest import NewRuns, mlflow_remarks

pytestmark = mlflow_remarks

ROWS = [[0.0], [1.0], [2.0]]
ANSWERS = [0.0, 2.0, 4.0]


def line(slope: float = 2.0) -> LinearRegression:
    return LinearRegression().fit(ROWS, [slope * row[0] for row in ROWS])


def registered(workspace: Workspace) -> dict[str, list[str]]:
    """Names of models with the artifact versions that they are, the first first."""
    found: dict[str, list[str]] = {}
    for model in reversed(workspace.catalog.models()):
        found.setdefault(model.name, []).append(str(model.version))
    return found


def test_a_task_names_its_model_and_an_output_may_name_its_artifact(workspace: Workspace) -> None:
    @task(model="t-plain")
    def plain() -> Any:
        return line()

    @task(model=Model("t-named", licence="MIT"), output="kept-as")
    def named() -> Any:
        return line(3.0)

    @task(model="t-outer")
    def nearest() -> Annotated[Any, Model("t-inner")]:
        return line(4.0)

    @task(model="t-pair")
    def pair() -> Any:
        return line(5.0), {"slope": 5}

    @flow
    def naming() -> None:
        plain(), named(), nearest(), pair()

    naming()
    assert registered(workspace) == {
        "t-plain": ["t-plain@1"],
        "t-named": ["kept-as@1"],
        "t-inner": ["t-inner@1"],
        "t-pair": ["t-pair@1"],
    }
    assert workspace.load("naming/pair.1")[1] == {"slope": 5}
    assert bridge.models.get("t-named").details.licence == "MIT"


def test_a_model_that_is_neither_a_name_nor_a_model_is_refused_at_once() -> None:
    with pytest.raises(TypeError, match=r"model=3: give the registered model's name"):
        task(model=3)(lambda: 1)
    with pytest.raises(TypeError):
        flow(model=["churn"])(lambda: 1)


def test_with_options_keeps_the_model_and_changes_it() -> None:
    @task(model="a")
    def fit() -> None: ...

    assert fit.with_options(retries=1).bridge_model == Model("a")  # type: ignore[attr-defined]
    assert fit.with_options(model="b").bridge_model == Model("b")  # type: ignore[call-arg,attr-defined]
    assert fit.with_options(model=None).bridge_model is None  # type: ignore[call-arg,attr-defined]


@task
def small() -> Ridge:
    return Ridge(alpha=1.0).fit(ROWS, ANSWERS)


@task
def large() -> Ridge:
    return Ridge(alpha=9.0).fit(ROWS, ANSWERS)


@task
def own_name() -> Annotated[Ridge, Model("f-own")]:
    return Ridge(alpha=5.0).fit(ROWS, ANSWERS)


def test_a_flow_registers_the_models_in_its_result_and_not_the_others(workspace: Workspace) -> None:
    @flow(model="f-best")
    def choosing() -> Any:
        return min(small(), large(), key=lambda one: one.alpha), {"alpha": 1.0}

    choosing()
    assert registered(workspace) == {"f-best": ["choosing/small@1"]}
    step = workspace.catalog.step(bridge.models.get("f-best").step_id or "")
    assert step is not None and step.task == "small"


def test_a_flow_that_returns_no_model_registers_those_of_its_tasks(workspace: Workspace) -> None:
    @flow(model=Model("f-all", tags={"a": "b"}))
    def all_of_them() -> int:
        small.submit().result(), large(), own_name()
        return 3

    all_of_them()
    found = registered(workspace)
    assert found.pop("f-own") == ["f-own@1"]
    assert {name: set(versions) for name, versions in found.items()} == {
        "f-all": {"all_of_them/small@1", "all_of_them/large@1"}
        if "all_of_them/small@1" in found["f-all"]
        else {"all-of-them/small@1", "all-of-them/large@1"}
    }
    assert bridge.models.get("f-all").tags == {"a": "b"}


def test_a_flows_own_model_is_registered_and_one_with_a_name_of_its_own_is_not_again(workspace: Workspace) -> None:
    @flow(model="f-self")
    def itself() -> Any:
        return line(7.0)

    @flow(model="f-not")
    def named_below() -> Any:
        return own_name()

    itself()
    named_below()
    assert registered(workspace) == {"f-self": ["itself@1"], "f-own": ["f-own@1"]}


def test_a_flow_that_fails_registers_nothing_of_its_own(workspace: Workspace) -> None:
    @flow(model="f-failed")
    def failing() -> None:
        small()
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        failing()
    assert registered(workspace) == {}


def test_data_loaded_by_hand_gives_the_signature_and_data_without_preview_no_example(workspace: Workspace) -> None:
    frame = pd.DataFrame({"a": [0.0, 1.0, 2.0], "secret": [0.0, 2.0, 4.0]})
    save(frame, "by-hand")

    @task
    def private() -> Annotated[pd.DataFrame, Artifact("private", preview=False)]:
        return frame + 1.0

    @task(model="s-hand")
    def fit_loaded() -> Any:
        given = load("by-hand")
        return LinearRegression().fit(given[["a"]], given["secret"])

    @task(model="s-private")
    def fit_private(given: pd.DataFrame) -> Any:
        return LinearRegression().fit(given[["secret"]], given["a"])

    @flow
    def loading() -> None:
        fit_loaded()
        fit_private(private())

    loading()
    by_hand, kept = bridge.models.get("s-hand"), bridge.models.get("s-private")
    assert [column["name"] for column in by_hand.details.signature["inputs"]] == ["a"]
    assert str(by_hand.details.example) == "by-hand@1"
    assert [column["name"] for column in kept.details.signature["inputs"]] == ["secret"]
    from mlflow.models import Model as Document

    assert Document.load(by_hand.uri).saved_input_example_info is not None
    assert Document.load(kept.uri).saved_input_example_info is None


def test_prefect_is_told_of_a_registered_model(workspace: Workspace, new_runs: NewRuns) -> None:
    @task(model="told")
    def fit() -> Any:
        return line(11.0)

    @flow
    def telling() -> None:
        fit()

    telling()
    wanted = {"filter": {"event": {"name": ["bridge.model.registered"]}, "resource": {"id": ["bridge.model.told"]}}}
    events: list[Any] = []
    for _ in range(100):
        events = httpx.post(f"{PREFECT_API_URL.value()}/events/filter", json=wanted, timeout=30).json()["events"]
        if events:
            break
        time.sleep(0.1)
    model = bridge.models.get("told")
    (event,) = events
    assert event["payload"]["version"] == model.number
    assert event["resource"]["bridge.model.uri"] == model.uri
    assert f"prefect.flow-run.{model.run_id}" in [one["prefect.resource.id"] for one in event["related"]]
