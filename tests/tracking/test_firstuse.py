"""A SQLite store that is not there is made whole, and once."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from bridge.tracking.firstuse import prepare, sqlite_file


def revision(file: Path) -> list[tuple[str]]:
    connection = sqlite3.connect(file)
    try:
        return connection.execute("SELECT version_num FROM alembic_version").fetchall()
    finally:
        connection.close()


def test_mlflow_opens_what_was_made_and_migrates_nothing(tmp_path: Path) -> None:
    from mlflow.tracking import MlflowClient

    file = tmp_path / "deep" / "mlflow.db"
    prepare(f"sqlite:///{file}", (tmp_path / "files").as_uri())
    made = revision(file)
    experiment = MlflowClient(f"sqlite:///{file}").get_experiment("0")
    assert experiment.artifact_location == f"{(tmp_path / 'files').as_uri()}/0"
    assert revision(file) == made
    assert sorted(path.name for path in file.parent.iterdir() if "-" not in path.name) == [
        "mlflow.db",
        "mlflow.db.lock",
    ]


def test_a_file_that_is_there_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "mlflow.db"
    file.write_text("somebody's")
    prepare(f"sqlite:///{file}")
    assert file.read_text() == "somebody's"


def test_an_empty_file_is_a_database_that_nobody_wrote_to(tmp_path: Path) -> None:
    file = tmp_path / "mlflow.db"
    file.touch()
    prepare(f"sqlite:///{file}")
    assert revision(file)


@pytest.mark.parametrize(
    "uri", ["http://127.0.0.1:9", "sqlite:///:memory:", "sqlite:///file:x?mode=memory&uri=true", "postgresql://x/y", ""]
)
def test_other_stores_are_not_touched(uri: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert sqlite_file(uri) is None
    prepare(uri)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_processes_at_once_make_one(tmp_path: Path) -> None:
    file = tmp_path / "mlflow.db"
    code = f"import mlflow.tracking; from bridge.tracking.firstuse import prepare; prepare('sqlite:///{file}')"
    processes = [subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE, text=True) for _ in range(4)]
    for process in processes:
        assert process.communicate(timeout=150)[1] == ""
        assert process.returncode == 0
    assert revision(file)
    assert not list(tmp_path.glob(".mlflow*"))
