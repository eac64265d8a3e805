"""The environment of the process, and of then."""

from __future__ import annotations

import os
import sys
from datetime import datetime, timezone
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

import pytest

from bridge.domain.errors import ReproduceError
from bridge.domain.run import Run
from bridge.provenance.packages import installed_in
from bridge.reproduce.checkout import Code
from bridge.reproduce.surroundings import environment_of, packages_differing, scratch_settings, takes_prefects
from bridge.reproduce.venv import python_of, requirements

START = datetime(2026, 5, 3, tzinfo=timezone.utc)


def run(**environment: Any) -> Run:
    return Run("1", "training", "wise-otter", "Completed", START, environment=environment)


def test_recorded_variables_are_set_but_not_bridges_or_the_hosts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MINE", "kept")
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    code = Code(tmp_path, tmp_path / "train.py", "training", "")
    variables = {"OMP_NUM_THREADS": "3", "BRIDGE_STORE": "s3://theirs", "PREFECT_API_URL": "http://theirs"}
    found = environment_of(run(variables=variables), code, {}, folder=tmp_path, settings=scratch_settings(tmp_path))
    assert (found["OMP_NUM_THREADS"], found["MINE"]) == ("3", "kept")
    assert found["BRIDGE_STORE"] == str(tmp_path / "home" / "store")
    assert found.get("PREFECT_API_URL") != "http://theirs"
    assert found["PREFECT_TASKS_REFRESH_CACHE"] == "true"
    assert "PYTHONDONTWRITEBYTECODE" not in found


def test_packages_of_the_project_come_from_the_code_that_is_run(tmp_path: Path) -> None:
    was, now = tmp_path / "was", tmp_path / "now"
    for folder in (was / "lib" / "src", now / "lib" / "src", tmp_path / "other"):
        folder.mkdir(parents=True)
    packages = {
        "mine": {"version": "0.1", "editable": str(was / "lib")},
        "other": {"version": "0.1", "editable": str(tmp_path / "other")},
        "numpy": "2.1.0",
    }
    code = Code(now, now / "train.py", "training", "", was=was)
    found = environment_of(run(), code, packages, folder=tmp_path, settings=scratch_settings(tmp_path))
    path = found["PYTHONPATH"].split(os.pathsep)
    assert (Path(path[0]) / "bridge" / "__init__.py").is_file()
    assert path[1:3] == [str(now / "lib" / "src"), str(now / "lib")]
    assert str(tmp_path / "other") not in path
    assert set(installed_in(path[:1])) == {"mine", "prefect-bridge"}
    assert next(iter(distributions(name="mine", path=path[:1]))).version == "0.1"


def test_packages_that_only_came_since_are_no_difference() -> None:
    assert packages_differing({"a": "1", "b": {"version": "2", "url": "x"}}, {"a": "1", "b": "2", "new": "1"}) == []


def test_packages_from_repositories_are_asked_for_by_their_commit() -> None:
    git = {"version": "1", "url": "https://example.org/mine.git@abc"}
    wheel = {"version": "1", "url": "https://example.org/mine-1.whl"}
    assert requirements({"a": git, "b": wheel, "pip": "24"}) == [
        "a @ git+https://example.org/mine.git@abc",
        "b @ https://example.org/mine-1.whl",
    ]


def test_without_a_record_of_packages_or_uv_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ReproduceError, match="what was installed is not recorded"):
        python_of(run(), {}, home=tmp_path, say=print)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("bridge.reproduce.venv.find_spec", lambda name: None)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    with pytest.raises(ReproduceError, match=r"pip install 'prefect-bridge\[reproduce\]'"):
        python_of(run(), {"numpy": "1"}, home=tmp_path, say=print)


@pytest.mark.parametrize(
    ("source", "theirs"),
    [
        ("import prefect\n", True),
        ("from prefect import flow\n", True),
        ("from prefect import task\nfrom bridge import flow\n", False),
        ("import bridge\nimport prefect\n", False),
        ("x = 1\n", False),
    ],
)
def test_code_that_takes_prefects_decorators_is_told_from_code_that_takes_bridges(source: str, theirs: bool) -> None:
    assert takes_prefects(source) == theirs
