"""Promotion in flows: the run pauses until a person has answered through Prefect's API; MLflow follows."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated, Any

import pytest
from mlflow.tracking import MlflowClient
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import FlowRun
from prefect.input import read_flow_run_input
from sklearn.linear_model import LinearRegression

import bridge
from bridge import Artifact, Metrics, Model, flow, task
from bridge.flows import approval, events
from bridge.models import gates
from bridge.models.promotion import Answer, Approval
from bridge.workspace import Workspace
from tests.tracking.conftest import mlflow_remarks

pytestmark = mlflow_remarks


@task
def held_out() -> Annotated[list[list[float]], Artifact("held-out")]:
    return [[2.0], [3.0]]


@task
def fit(slope: float) -> Annotated[Any, Model("promoted-line")]:
    return LinearRegression().fit([[0.0], [1.0]], [0.0, slope])


@task
def score(model: Any, rows: list[list[float]]) -> Annotated[dict[str, Any], Metrics()]:
    return {"slope": float(model.coef_[0])}


@task
def is_a_line(model: Any) -> tuple[bool, str]:
    return True, f"{model.selector} is a line"


@flow
def fitting(slope: float) -> None:
    score(fit(slope), held_out())


@flow
def asking(version: str, approval: Any) -> tuple[str, str]:
    decision = bridge.promote(
        version, gates=["slope > 0", gates.better("slope", by=0.5), is_a_line], data="held-out@1", approval=approval
    )
    return decision.outcome, decision.reason


@pytest.fixture()
def lines(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """Two versions, the second better; Prefect is asked often whether somebody has answered."""
    monkeypatch.setattr(approval, "POLL", 0.3)
    first = len(bridge.models.versions("promoted-line"))
    for slope in (2.0, 3.0):
        fitting(slope)
        workspace.tracker.flush(60)
    assert len(bridge.models.versions("promoted-line")) == first + 2
    return workspace


def paused(known: set[Any]) -> FlowRun:
    until = time.monotonic() + 60
    with get_client(sync_client=True) as client:
        while time.monotonic() < until:
            for run in client.read_flow_runs():
                if run.id not in known and run.state is not None and run.state.is_paused():
                    return run
            time.sleep(0.2)
    raise TimeoutError("no flow run paused")


def described(key: str, run: FlowRun) -> Any:
    """What the form says: it follows the pause."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        said = read_flow_run_input(key, flow_run_id=run.id)
        if said is not None:
            return said
        time.sleep(0.1)
    raise TimeoutError("the pause has no form")


def answered(version: str, approval: Approval | bool, **said: Any) -> tuple[str, str]:
    """What comes of a promotion that is answered through Prefect's API."""
    with ThreadPoolExecutor(1) as aside:
        outcome = aside.submit(asking, version, approval)
        run = paused(set())
        keys = run.state.state_details.run_input_keyset  # type: ignore[union-attr]
        assert keys is not None
        description = str(described(keys["description"], run))
        assert f"Is {version} to be champion of promoted-line?" in description
        assert "is_a_line" in description
        with get_client(sync_client=True) as client:
            client.resume_flow_run(run.id, run_input=said)
        return outcome.result(timeout=60)


@pytest.mark.slow
def test_a_flow_waits_for_a_person_and_everything_follows(lines: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[tuple[str, dict[str, Any], dict[str, Any]]] = []
    monkeypatch.setattr(
        events, "emit_event", lambda event, resource, related, payload: heard.append((event, resource, payload))
    )
    one, two = sorted(model.selector for model in bridge.models.versions("promoted-line"))[-2:]
    assert asking(one, None)[0] == "accepted"
    said = answered(two, Approval(approvers=("ann",)), approve=False, who="ann", reason="not on a Friday")
    assert said == ("refused", "ann said no: not on a Friday")
    said = answered(two, True, approve=True, who=" ann ", reason="")
    assert said == ("accepted", "passed 3 gates; approved by ann")
    number = int(two.partition("@")[2])
    assert bridge.models.get("promoted-line@champion").number == number
    in_mlflow = MlflowClient().get_model_version_by_alias("promoted-line", "champion")
    assert int(in_mlflow.version) == number
    decision = bridge.models.promotion.decisions("promoted-line")[0]
    assert decision.answer == Answer(True, "ann", "", "Prefect")
    assert set(decision.run) == {"id", "name"}
    assert bridge.rollback("promoted-line", reason="alarms").number == number - 1
    assert [event for event, _, _ in heard if event.startswith("bridge.model.")][-3:] == [
        "bridge.model.promoted",
        "bridge.model.promoted",
        "bridge.model.rolled_back",
    ]
    (_, resource, payload) = [each for each in heard if each[0].startswith("bridge.model.")][-2]
    assert resource["bridge.model.alias"] == "champion"
    assert (payload["from"], payload["to"], payload["position"]) == (number - 1, number, decision.position)
    assert payload["digest"] == decision.digest
    bridge.demote("promoted-line", "champion")
    lines.tracker.flush(60)
    assert "champion" not in MlflowClient().get_registered_model("promoted-line").aliases


def test_nobody_answers_and_the_flow_goes_on(lines: Workspace) -> None:
    one = sorted(model.selector for model in bridge.models.versions("promoted-line"))[-2]
    assert asking(one, Approval(timeout=1)) == ("refused", "nobody answered within 1 s")


@flow
def fitting_and_promoting(slope: float) -> tuple[int | None, str]:
    score(fit(slope), held_out())
    decision = bridge.promote("promoted-line", gates=["slope > 0"])
    return decision.number, decision.outcome


def test_the_flow_that_trains_a_model_promotes_that_very_version(lines: Workspace) -> None:
    last = bridge.models.get("promoted-line").number
    assert fitting_and_promoting(4.0) == (last + 1, "accepted")
    assert bridge.models.get("promoted-line@champion").number == last + 1


@pytest.mark.slow
def test_an_alias_that_was_moved_with_mlflow_itself_is_found(lines: Workspace) -> None:
    one, two = sorted(model.selector for model in bridge.models.versions("promoted-line"))[-2:]
    assert asking(two, None)[0] == "accepted"
    audit = bridge.models.promotion.verify()
    assert (audit.faults, audit.tracker) == ((), "same")
    assert str(audit).endswith("every alias is where the log says, in MLflow too")
    was, at = (int(selector.partition("@")[2]) for selector in (one, two))
    MlflowClient().set_registered_model_alias("promoted-line", "champion", str(was))
    audit = bridge.models.promotion.verify()
    assert [fault.what for fault in audit.faults] == [
        f"it set promoted-line@champion to {at}, and in MLflow it is at {was} (bridge sync sets it there again)"
    ]
    bridge.models.promotion.reconcile_aliases()
    lines.tracker.flush(60)
    assert bridge.models.promotion.verify().is_intact


def test_a_tracker_that_does_not_answer_is_no_fault_of_the_log(
    lines: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    asking(bridge.models.get("promoted-line").selector, None)
    monkeypatch.setattr("bridge.models.promotion.tracked.read_aliases", lambda *_: time.sleep(5))
    audit = bridge.models.promotion.verify(patience=0.1)
    assert audit.is_intact
    assert audit.tracker == "The aliases in MLflow were not compared: the tracker did not answer in time."
