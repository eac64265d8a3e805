"""A real store of ZenML 0.98 moves over: counts, lineage, values as ZenML loads them."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import bridge
from bridge.cli.app import main
from bridge.domain.errors import UnsafeFormatError
from bridge.domain.migration_errors import MigrationError
from bridge.migrate.data.moving import Moving
from bridge.migrate.data.registering import register_models
from bridge.migrate.data.verifying import verify
from bridge.migrate.data.zenml.reading import read_zenml
from bridge.workspace import Workspace, current
from tests.migrate.data.stores import database_of, expected, zenml_store
from tests.migrate.data.told import told

pytestmark = pytest.mark.usefixtures("bridge_home")

VERSIONS = 37


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return zenml_store(tmp_path / "zenml")


@pytest.fixture
def without_mlflow(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Models are not what the test is about, and MLflow takes seconds."""
    monkeypatch.setattr("bridge.migrate.data.registering.register_models", lambda *_: ())
    yield


def moved(store: Path, **options: Any) -> Moving:
    moving = Moving(read_zenml(str(store), **options), current())
    moving.move()
    return moving


def everything(workspace: Workspace) -> list[Any]:
    catalog = workspace.catalog
    versions = [version for latest in catalog.artifacts() for version in catalog.versions(latest.ref.name)]
    return [versions, catalog.runs(), [catalog.edges_of_version(one.ref) for one in versions]]


def digest_of(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def changed(store: Path, sql: str, *values: object) -> None:
    database = sqlite3.connect(database_of(store))
    database.execute(sql, values)
    database.commit()
    database.close()


def test_counts_digests_lineage_and_loaded_values_are_equal_and_the_store_is_not_changed(store: Path) -> None:
    before = digest_of(store)
    moving = moved(store, allow_pickle=True)
    found = verify(moving)
    assert (found.versions, found.runs, found.steps, found.edges, found.problems) == (VERSIONS, 7, 25, 75, ())
    assert digest_of(store) == before
    values = {id: ref for id, ref in moving.refs.items() if expected()[id] is not None}
    assert len(values) == VERSIONS - 3
    for id, ref in values.items():
        assert json.loads(json.dumps(told(bridge.load(str(ref))))) == expected()[id], ref


def test_what_made_what_is_as_zenml_tells_it(store: Path) -> None:
    catalog = moved(store).workspace.catalog
    (run,) = (run for run in catalog.runs() if run.flow == "scoring")
    assert run.state == "Failed"
    steps = {step.task: step for step in catalog.steps(run.id)}
    assert {name: step.state for name, step in steps.items()} == {
        "oddities": "Completed",
        "predict": "Completed",
        "fail": "Failed",
    }
    assert steps["fail"].error == "ValueError: no such score"
    assert [(str(one.version), one.slot, one.tie) for one in steps["predict"].inputs] == [
        ("classifier@1", "model", "declared")
    ]
    assert [(one.slot, str(one.what)) for one in steps["oddities"].outputs] == [
        ("0", "odd@1"),
        ("1", "unknown@1"),
        ("2", "settings@1"),
        ("3", "id@1"),
    ]
    ancestors = {str(edge.version) for edge in catalog.ancestors(current().resolve("predictions").ref)}
    assert ancestors >= {"classifier@1", "x@1", "y@1", "measurements@1"}


def test_a_run_that_found_its_steps_in_the_cache_is_tied_to_what_it_found(store: Path) -> None:
    catalog = moved(store).workspace.catalog
    cached = [
        step
        for run in catalog.runs()
        if run.flow == "training"
        for step in catalog.steps(run.id)
        if step.task == "train"
    ]
    assert sorted(step.state for step in cached) == ["Cached", "Completed", "Completed", "Completed"]
    (found,) = (step for step in cached if step.state == "Cached")
    assert [(str(one.what), one.tie) for one in found.outputs] == [("classifier@1", "cached")]
    assert current().resolve("classifier@1").step_id != found.id


def test_names_numbers_tags_metadata_and_times_come(store: Path) -> None:
    workspace = moved(store).workspace
    table = workspace.resolve("measurements@2")
    assert table.tags.keys() >= {"raw", "zenml"}
    assert (table.metadata["source"], table.metadata["rows"]) == ("sensor 7", 30)
    assert table.created < workspace.resolve("measurements@3").created
    assert {latest.ref.name for latest in workspace.catalog.artifacts()} >= {"ingest/describe.0", "training/evaluate.0"}
    named = workspace.resolve("raw-bytes@first-20")
    assert named.ref.number == 3
    assert bridge.load("raw-bytes@first-20") == b"\x00\x01raw"
    assert workspace.resolve("classifier").metadata["zenml"]["models"] == [
        {"name": "tumours", "version": "4", "stage": "staging", "metadata": {"c": 0.5}, "tags": ["linear"]}
    ]
    (run, *_) = (run for run in workspace.catalog.runs() if run.flow == "training")
    assert run.parameters == {"rows": 30, "c": 0.5}


def test_pickles_come_unopened_and_are_loaded_only_when_that_is_allowed(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moving = moved(store)
    assert {one.past.name for one in moving.moved if one.how == "pickle"} == {"classifier", "unknown"}
    with pytest.raises(UnsafeFormatError, match="BRIDGE_ALLOW_PICKLE"):
        bridge.load("classifier@1")
    monkeypatch.setenv("BRIDGE_ALLOW_PICKLE", "true")
    (id,) = (id for id, ref in moving.refs.items() if str(ref) == "classifier@1")
    assert json.loads(json.dumps(told(bridge.load("classifier@1")))) == expected()[id]


def test_what_only_the_users_own_materializer_reads_comes_as_its_files(store: Path) -> None:
    moving = moved(store)
    (one,) = (one for one in moving.moved if one.how == "files")
    assert one.why == "make.OddMaterializer is not known here"
    assert (bridge.load("odd") / "odd.txt").read_text() == "odd"
    assert moving.workspace.resolve("odd").metadata["zenml"]["materializer"] == "make.OddMaterializer"


def test_doing_it_again_adds_nothing(store: Path) -> None:
    before = everything(moved(store).workspace)
    again = moved(store)
    assert again.moved == []
    assert everything(again.workspace) == before
    assert verify(again).problems == ()


def test_what_zenml_has_made_since_comes_the_next_time(store: Path, tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    shutil.copytree(store, whole)
    changed(store, "DELETE FROM artifact_version WHERE version_number = 2")
    moved(store)
    moving = moved(whole)
    assert {one.past.called for one in moving.moved} == {"2"}
    numbers = {one.past.name: one.now.number for one in moving.moved if one.now is not None}
    assert numbers.pop("raw-bytes") == 4  # the versions that somebody named had the free numbers by then
    assert set(numbers.values()) == {2}
    assert verify(moving).problems == ()


@pytest.mark.slow
def test_killed_anywhere_and_done_again_everything_is_there_once(store: Path, bridge_home: Path) -> None:
    command = [sys.executable, "-m", "bridge", "migrate-data", "zenml", str(store)]
    begun = time.monotonic()
    for wait in (0.0, 0.3, 0.8):  # after the first version is there
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        while process.poll() is None and not _count(bridge_home):
            time.sleep(0.02)
            assert time.monotonic() - begun < 120
        time.sleep(wait)
        process.send_signal(signal.SIGKILL)
        process.communicate()
    there = _count(bridge_home)
    assert 0 < there <= VERSIONS
    moving = moved(store)
    assert len(moving.moved) == VERSIONS - there
    assert _count(bridge_home) == VERSIONS
    found = verify(moving)
    assert (found.versions, found.edges, found.problems) == (VERSIONS, 75, ())
    for manifest in moving.workspace.catalog.contents():
        assert moving.workspace.store.verify(manifest) == []


def _count(home: Path) -> int:
    file = home / "catalog.db"
    if not file.exists():
        return 0
    database = sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=30)
    try:
        return int(database.execute("SELECT count(*) FROM versions").fetchone()[0])
    except sqlite3.OperationalError:  # no tables yet
        return 0
    finally:
        database.close()


@pytest.mark.slow
def test_models_are_registered_with_their_stages_once(store: Path) -> None:
    moving = moved(store, allow_pickle=True)
    done = register_models(moving.workspace, moving.history, moving.refs)
    assert [(one.past.number, one.now, one.why) for one in done] == [(n, f"tumours@{n}", "") for n in range(1, 5)]
    models = {model.number: model for model in moving.workspace.catalog.models("tumours")}
    assert {n: model.aliases for n, model in models.items()} == {1: (), 2: (), 3: ("production",), 4: ("staging",)}
    assert models[1].archived is not None
    assert models[1].details.licence == "MIT"
    assert models[1].details.description == "Finds tumours"
    assert models[3].tags.keys() >= {"linear", "zenml"}
    assert str(models[3].version) == "classifier@2"
    assert moving.workspace.resolve("classifier@production").ref.number == 2
    assert bridge.models.load("tumours@production").predict([[9.0]]).tolist() == [1]
    again = register_models(moving.workspace, moving.history, moving.refs)
    assert {one.fate for one in again} == {"there"}


def test_a_model_that_is_a_pickle_is_an_alias_of_its_artifact(store: Path) -> None:
    moving = moved(store)
    done = register_models(moving.workspace, moving.history, moving.refs)
    assert {one.fate for one in done} == {"left"}
    assert "BRIDGE_ALLOW_PICKLE" in done[0].why
    assert moving.workspace.resolve("classifier@production").ref.number == 2


# -- what is broken there


def without_files(store: Path) -> None:
    for folder in store.glob("local_stores/*/load"):
        shutil.rmtree(folder)


def with_empty_tables(store: Path) -> None:
    for file in store.glob("local_stores/*/load/**/df.parquet.gzip"):
        file.write_bytes(b"")


def with_junk(store: Path) -> None:
    for file in store.glob("local_stores/*/load/**/df.parquet.gzip"):
        file.write_bytes(b"junk")


@pytest.mark.parametrize(
    ("harm", "how", "said"),
    [
        (without_files, "missing", "nothing is at /srv/zenml-0.98/"),
        (with_empty_tables, "files", "it cannot be read"),
        (with_junk, "files", "it cannot be read"),
    ],
)
def test_of_what_is_broken_the_reason_is_said_and_the_rest_comes(
    store: Path, harm: Callable[[Path], None], how: str, said: str
) -> None:
    harm(store)
    moving = moved(store)
    broken = [one for one in moving.moved if one.past.name == "measurements"]
    assert [one.how for one in broken] == [how] * 3
    assert all(said in one.why for one in broken)
    found = verify(moving)
    assert (found.versions, found.edges, found.problems) == (VERSIONS, 75, ())


def test_versions_without_bytes_get_them_when_the_store_is_found(store: Path, tmp_path: Path) -> None:
    away = tmp_path / "bucket"
    (root,) = (path for path in (store / "local_stores").iterdir() if path.name != "default_zen_store")
    shutil.move(root, away)
    changed(store, "UPDATE artifact_version SET uri = replace(uri, '/srv/', '/nowhere/')")
    first = moved(store)
    assert {one.how for one in first.moved} == {"missing"}
    assert "nothing is at /nowhere" in current().resolve("x@1").metadata["not_stored"]
    moving = moved(store, artifact_store=str(away))
    assert {one.fate for one in moving.moved} == {"completed"}
    assert bridge.load("x@1").shape == (20, 1)
    assert "not_stored" not in current().resolve("x@1").metadata
    assert moving.workspace.catalog.versions("x")[0].metadata["shape"] == [30, 1]


def test_a_pickle_that_is_not_what_zenml_wrote_is_not_opened(store: Path) -> None:
    for file in store.glob("local_stores/*/train/**/artifact.pkl"):
        file.write_bytes(b"cos\nsystem\n(S'false'\ntR.")
    moving = moved(store, allow_pickle=True)
    broken = [one for one in moving.moved if one.past.name == "classifier"]
    assert [one.how for one in broken] == ["files"] * 3
    assert "is not what ZenML wrote" in broken[0].why


def test_a_run_that_goes_on_comes_when_it_has_ended(store: Path) -> None:
    going = "status = 'running', end_time = NULL, updated = datetime('now')"
    changed(store, f"UPDATE pipeline_run SET {going} WHERE name LIKE 'scoring%'")
    history = read_zenml(str(store))
    assert [note[:12] for note in history.notes] == ["the run scor"]
    assert {past.name for past in history.versions}.isdisjoint({"predictions", "odd"})
    changed(store, "UPDATE pipeline_run SET updated = '2026-01-01 00:00:00' WHERE name LIKE 'scoring%'")
    history = read_zenml(str(store))
    assert history.notes == ()
    assert {run.state for run in history.runs if run.flow == "scoring"} == {"Crashed"}


def test_of_several_projects_one_is_to_be_named(store: Path) -> None:
    changed(
        store,
        "INSERT INTO project (id, created, updated, name, display_name, description) "
        "VALUES ('" + "0" * 32 + "', '2026-01-01', '2026-01-01', 'other', 'other', '')",
    )
    changed(store, "UPDATE artifact SET project_id = ? WHERE name = 'id'", "0" * 32)
    with pytest.raises(MigrationError, match=r"several projects \(default, other\). Say which one: --project NAME"):
        read_zenml(str(store))
    assert [past.name for past in read_zenml(str(store), project="other").versions] == ["id"]
    assert len(read_zenml(str(store), project="default").versions) == VERSIONS - 1
    with pytest.raises(MigrationError, match="It has: default, other"):
        read_zenml(str(store), project="third")


def test_what_is_no_zenml_store_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(MigrationError, match=r"there is no zenml.db in it. Name the folder"):
        read_zenml(str(tmp_path))
    with pytest.raises(MigrationError, match="a ZenML server is read by its database"):
        read_zenml("https://zenml.example.com")
    (tmp_path / "config.yaml").write_text("store:\n  url: https://zenml.example.com\n  type: rest\n")
    with pytest.raises(MigrationError, match="names a ZenML server"):
        read_zenml(str(tmp_path))
    with sqlite3.connect(tmp_path / "zenml.db") as database:
        database.execute("CREATE TABLE artifact (id TEXT)")
    database.close()
    with pytest.raises(MigrationError, match="no database of ZenML: it has no table artifact_version"):
        read_zenml(str(tmp_path))
    with sqlite3.connect(tmp_path / "zenml.db") as database:
        database.execute("CREATE TABLE step_run (id TEXT)")
    database.close()
    with pytest.raises(MigrationError, match=r"a ZenML before 0.52: .*artifact_version. A newer ZenML brings a copy"):
        read_zenml(str(tmp_path))


def test_inputs_of_an_older_zenml_are_tied_by_what_its_run_has_made(store: Path) -> None:
    now = read_zenml(str(store)).edges
    changed(store, "UPDATE step_run_input_artifact SET type = 'default' WHERE type = 'step_output'")
    assert read_zenml(str(store)).edges == now
    changed(store, "UPDATE step_run_input_artifact SET type = 'default'")
    assert read_zenml(str(store)).edges == now


def test_the_model_is_what_zenml_calls_one_else_what_a_framework_made(store: Path) -> None:
    now = read_zenml(str(store)).models
    assert len({model.version for model in now} - {None}) == 3
    changed(store, "UPDATE artifact_version SET type = 'DataArtifact' WHERE type = 'ModelArtifact'")
    assert read_zenml(str(store)).models == now
    changed(store, "ALTER TABLE model_versions_artifacts ADD COLUMN is_model_artifact INTEGER DEFAULT 0")
    metrics = "SELECT id FROM artifact_version WHERE uri LIKE '%/metrics/%'"
    changed(
        store, f"UPDATE model_versions_artifacts SET is_model_artifact = 1 WHERE artifact_version_id IN ({metrics})"
    )
    history = read_zenml(str(store))
    names = {past.id: past.name for past in history.versions}
    assert {names[model.version] for model in history.models if model.version} == {"metrics"}


# -- the command


@pytest.mark.usefixtures("without_mlflow")
def test_a_dry_run_keeps_nothing_and_says_what_would_come(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["migrate-data", "zenml", str(store), "--dry-run"]) == 0
    said = capsys.readouterr()
    assert "37 versions, 7 runs, 25 steps, 75 edges, 4 model versions" in said.out
    assert "Nothing was kept: --dry-run" in said.out
    assert "odd 1: files, as make.OddMaterializer is not known here" in said.err
    assert current().catalog.artifacts() == []


@pytest.mark.usefixtures("without_mlflow")
def test_the_command_ends_with_4_if_bytes_are_missing(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    changed(store, "UPDATE artifact_version SET uri = '/nowhere' WHERE uri LIKE '%/split/x/%'")
    assert main(["migrate-data", "zenml", str(store), "--json"]) == 4
    document = json.loads(capsys.readouterr().out)
    assert {one["name"] for one in document["versions"] if one["as"] == "missing"} == {"x"}
    assert document["verified"] | {"contents": 0, "size": 0} == {
        "versions": 37,
        "runs": 7,
        "steps": 25,
        "edges": 75,
        "contents": 0,
        "size": 0,
        "problems": [],
    }
    assert main(["migrate-data", "zenml", str(store), "--json"]) == 4
    assert "there already" not in capsys.readouterr().out


@pytest.mark.matrix
def test_a_store_that_zenml_makes_now_moves_over(tmp_path: Path) -> None:
    python = Path(os.environ.get("ZENML_PYTHON", ".venv-zenml/bin/python")).absolute()
    if not python.exists():
        pytest.skip("no environment with ZenML: make bench-values makes one")
    script = Path(__file__).parent / "zenml" / "make.py"
    subprocess.run([python, script, tmp_path], check=True, timeout=600, capture_output=True)
    moving = moved(Path("/tmp/zenml-0.98/stores"), allow_pickle=True)
    assert verify(moving).problems == ()
    now = json.loads((tmp_path / "expected.json").read_text())
    assert len(moving.refs) == len(now) == VERSIONS
    for id, ref in moving.refs.items():
        assert now[id] is None or json.loads(json.dumps(told(bridge.load(str(ref))))) == now[id]
