"""A real MLflow's runs, files and models move over."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

import bridge
from bridge.cli.app import main
from bridge.domain.errors import TrackingError
from bridge.domain.migration_errors import MigrationError
from bridge.migrate.data.mlflow import read_mlflow
from bridge.migrate.data.moving import Moving
from bridge.migrate.data.registering import register_models
from bridge.migrate.data.verifying import verify
from bridge.testing.servers import mlflow_server
from bridge.workspace import current

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("bridge_home")]


def recorded(uri: str, folder: Path, *, artifacts: str | None = None) -> str:
    """Two runs with files and models, one of which is the champion, and a run that goes on."""
    from mlflow import MlflowClient
    from mlflow.entities import Metric, Param

    client = MlflowClient(uri)
    experiment = client.create_experiment("churn", artifact_location=artifacts)
    (folder / "a.csv").write_text("x\n1\n")
    (folder / "deep").mkdir(exist_ok=True)
    client.create_registered_model("churner")
    for c in ("1.0", "0.5"):
        run = client.create_run(experiment, run_name=f"c={c}").info
        client.log_batch(run.run_id, metrics=[Metric("accuracy", 0.9, 1, 0)], params=[Param("c", c)])
        client.log_artifact(run.run_id, str(folder / "a.csv"))
        (folder / "deep" / "b.txt").write_text(c)
        client.log_artifacts(run.run_id, str(folder / "deep"), "model/deep")
        client.create_model_version("churner", f"{run.artifact_uri}/model", run.run_id)
        client.set_terminated(run.run_id)
    client.set_registered_model_alias("churner", "champion", "1")
    client.create_run(experiment, run_name="going on")
    return uri


@pytest.fixture
def store(tmp_path: Path) -> str:
    (tmp_path / "files").mkdir()
    return recorded(f"sqlite:///{tmp_path / 'old.db'}", tmp_path / "files", artifacts=(tmp_path / "there").as_uri())


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """A server that gives files only itself."""
    (tmp_path / "files").mkdir()
    (tmp_path / "server").mkdir()
    with mlflow_server(tmp_path / "server") as uri:
        yield recorded(uri, tmp_path / "files")


def moved(uri: str) -> Moving:
    moving = Moving(read_mlflow(uri), current())
    moving.move()
    return moving


def test_files_runs_and_facts_come_once(store: str) -> None:
    moving = moved(store)
    assert moving.history.notes == ("the run going on goes on; run this again when it has ended",)
    found = verify(moving)
    assert (found.versions, found.runs, found.edges, found.problems) == (4, 2, 4, ())
    assert (bridge.load("churn/model@2") / "deep" / "b.txt").read_text() == "0.5"
    assert bridge.load("churn/a.csv@1").read_text() == "x\n1\n"
    version = moving.workspace.resolve("churn/model@1")
    told = version.metadata["mlflow"]
    assert (told["params"], told["metrics"], told["models"]) == ({"c": "1.0"}, {"accuracy": 0.9}, ["churner/1"])
    run = moving.workspace.catalog.run(str(version.run_id))
    assert (run.flow, run.name, run.state, run.parameters) == ("churn", "c=1.0", "Completed", {"c": "1.0"})
    assert run.tracking_id == run.id
    again = moved(store)
    assert again.moved == []
    assert len(moving.workspace.catalog.versions("churn/a.csv")) == 2


def test_a_model_of_another_mlflow_is_an_alias_of_its_files(store: str) -> None:
    moving = moved(store)
    done = register_models(moving.workspace, moving.history, moving.refs)
    assert [one.fate for one in done] == ["left", "left"]
    assert "churn/model@champion" in done[0].why
    assert moving.workspace.resolve("churn/model@champion").ref.number == 1
    assert moving.workspace.catalog.models() == []


def test_a_model_of_the_workspaces_own_mlflow_is_linked_to_its_files(
    store: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", store)
    moving = moved(store)
    done = register_models(moving.workspace, moving.history, moving.refs)
    assert [(one.now, one.why) for one in done] == [("churner@1", ""), ("churner@2", "")]
    champion = bridge.models.get("churner@champion")
    assert (champion.number, str(champion.version), champion.uri) == (1, "churn/model@1", "models:/churner/1")
    again = register_models(moving.workspace, moving.history, moving.refs)
    assert {one.fate for one in again} == {"there"}


def test_files_that_only_the_server_gives_come(server: str) -> None:
    moving = moved(server)
    assert {one.past.place[:18] for one in moving.moved} == {"mlflow-artifacts:/"}
    assert verify(moving).problems == ()
    assert (bridge.load("churn/model@2") / "deep" / "b.txt").read_text() == "0.5"
    assert bridge.load("churn/a.csv@1").read_text() == "x\n1\n"


def test_files_that_are_gone_are_said_and_the_rest_comes(
    store: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for file in (tmp_path / "there").glob("*/artifacts/a.csv"):
        file.rename(file.with_name("b.csv"))
    history = read_mlflow(store)
    assert {past.name for past in history.versions} == {"churn/b.csv", "churn/model"}  # MLflow lists what is there
    assert main(["migrate-data", "mlflow", store, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["verified"]["versions"] == 4


def test_what_is_not_there_is_said(store: str, tmp_path: Path) -> None:
    with pytest.raises(MigrationError, match="there is no such file"):
        read_mlflow(f"sqlite:///{tmp_path / 'new.db'}")
    assert not (tmp_path / "new.db").exists()
    with pytest.raises(TrackingError, match="it has no experiment 'other'; it has: Default, churn"):
        read_mlflow(store, experiments=["other"])
    assert {run.flow for run in read_mlflow(store, experiments=["churn"]).runs} == {"churn"}
