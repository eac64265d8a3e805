"""Fluent calls, autologging, traces and runs of tasks on every task runner, against a tracking server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import mlflow
import pytest
from mlflow.tracking import MlflowClient

from bridge import flow, task
from bridge.testing.servers import mlflow_server
from bridge.workspace import Workspace, current
from tests.matrix.runners import RUNNERS, started
from tests.tracking.conftest import every_run, mlflow_remarks

pytestmark = [*mlflow_remarks, pytest.mark.matrix, pytest.mark.timeout(170), pytest.mark.filterwarnings("default")]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A tracking server."""
    with mlflow_server(tmp_path_factory.mktemp("server")) as url:
        yield url


@pytest.fixture()
def tracked(server: str, monkeypatch: pytest.MonkeyPatch, workspace: Workspace) -> Iterator[MlflowClient]:
    """Everything is tracked there, in workers too."""
    before = mlflow.get_tracking_uri()
    monkeypatch.setenv("MLFLOW_TRACKING_URI", server)
    mlflow.set_tracking_uri(server)
    yield MlflowClient(server)
    mlflow.set_tracking_uri(before)


@mlflow.trace
def answer(n: int) -> int:
    return n + 1


@task
def works(n: int) -> int:
    import matplotlib
    from sklearn.linear_model import LogisticRegression

    matplotlib.use("agg")
    from matplotlib.figure import Figure

    LogisticRegression(C=0.5).fit([[0.0], [1.0], [2.0], [3.0]], [0, 0, 1, 1])
    mlflow.log_metric("score", n)
    mlflow.log_table({"n": [n]}, f"table-{n}.json")
    mlflow.log_dict({"n": n}, f"dict-{n}.json")
    mlflow.log_text("text", f"text-{n}.txt")
    mlflow.log_figure(Figure(), f"figure-{n}.png")
    Path(f"file-{n}.txt").write_text("kept")
    mlflow.log_artifact(f"file-{n}.txt")
    Path(f"file-{n}.txt").unlink()
    return answer(n)


@task
def metrics(n: int) -> dict[str, int]:
    return {"n": n}


@pytest.mark.parametrize("runner", RUNNERS)
def test_every_call_lands_in_the_tasks_run_and_none_is_left_going_on(runner: str, tracked: MlflowClient) -> None:
    known = {run.info.run_id for run in every_run(tracked)}
    with ExitStack() as running:
        make = running.enter_context(started(runner))

        @flow(name=f"on-{runner}", task_runner=make(), run_scope="task", autolog=True)
        def on_runner() -> None:
            works.map([1, 2]).result()
            metrics.submit(3).result()

        on_runner()
    current().tracker.flush(60)
    mlflow.flush_trace_async_logging()
    runs = [run for run in every_run(tracked) if run.info.run_id not in known]
    by_task: dict[str, list[Any]] = {}
    for run in runs:
        by_task.setdefault(run.data.tags.get("bridge.task", "flow"), []).append(run)
    assert {name: len(found) for name, found in by_task.items()} == {"flow": 1, "works": 2, "metrics": 1}
    assert {run.info.status for run in runs} == {"FINISHED"}
    (outer,), (measured,) = by_task["flow"], by_task["metrics"]
    assert dict(measured.data.metrics) == {"n": 3.0}
    for run in by_task["works"]:
        n = int(run.data.params["n"])
        assert run.data.metrics["score"] == n
        assert run.data.params["C"] == "0.5", "autologged"
        assert run.data.tags["mlflow.parentRunId"] == outer.info.run_id
        files = {file.path for file in tracked.list_artifacts(run.info.run_id)}
        wanted = {f"table-{n}.json", f"dict-{n}.json", f"text-{n}.txt", f"figure-{n}.png", f"file-{n}.txt"}
        assert wanted <= files
        assert "model" not in files
        traces = mlflow.search_traces(
            locations=[run.info.experiment_id], run_id=run.info.run_id, return_type="list", include_spans=False
        )
        assert len(list(traces)) == 1


def test_the_pages_of_a_run_in_prefect_and_in_mlflow_point_at_each_other(tracked: MlflowClient, server: str) -> None:
    import threading

    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterFlowRunId

    @flow(name="linked both ways")
    def linked() -> None:
        pass

    linked()
    for thread in [thread for thread in threading.enumerate() if thread.name == "bridge-link"]:
        thread.join(30)
    run = current().catalog.runs(flow="linked both ways")[0]
    with get_client(sync_client=True) as client:
        of_run = ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=[run.id]))
        (artifact,) = client.read_artifacts(artifact_filter=of_run)
    assert artifact.key == "mlflow-linked-both-ways"
    assert f"({server}/#/runs/{run.tracking_id})" in str(artifact.data)
    tags = tracked.get_run(str(run.tracking_id)).data.tags
    assert tags["prefect.flow_run_url"].endswith(f"/runs/flow-run/{run.id}")
    assert tags["prefect.flow_run_url"] in tags["mlflow.note.content"]
