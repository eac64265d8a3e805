"""A flow of Prefect 1 that another file imports keeps its name, and that file calls it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bridge.migrate.running import plan

ETL = """\
from prefect import Flow, Parameter, task


@task
def double(n):
    return n * 2


with Flow("ETL") as flow:
    n = Parameter("n", default=1)
    print("doubled:", double(n))
"""

BUILT = """\
from prefect import Flow, task


@task
def half(n):
    return n / 2


def build(n):
    with Flow("half") as flow:
        print("halved:", half(n))
    return flow
"""

MAIN = """\
from flows import etl, passed_on
from flows.built import build
from flows.etl import flow

flow.run(parameters={"n": 4})
etl.flow.run(n=5)
passed_on.run(n=7)
state = build(6).run()
print(state.is_successful())
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "__init__.py").write_text("from .etl import flow as passed_on\n")
    (tmp_path / "flows" / "etl.py").write_text(ETL)
    (tmp_path / "flows" / "built.py").write_text(BUILT)
    (tmp_path / "main.py").write_text(MAIN)
    return tmp_path


@pytest.mark.slow
def test_such_a_project_runs(project: Path, prefect_server: None, bridge_home: Path) -> None:
    from prefect.settings import PREFECT_API_URL

    plan(project).write(allow_dirty=True)
    etl = (project / "flows" / "etl.py").read_text()
    assert etl.startswith("from bridge import task\nimport bridge\n\n\n@task\n")  # and nothing that is not used
    assert '@bridge.flow(name="ETL")\ndef flow(n=1):\n' in etl
    assert (project / "main.py").read_text() == MAIN.replace('flow.run(parameters={"n": 4})', "flow(n=4)").replace(
        "etl.flow.run(n=5)", "etl.flow(n=5)"
    ).replace("passed_on.run", "passed_on").replace("build(6).run()", "build(6)(return_state=True)").replace(
        "is_successful", "is_completed"
    )
    environment = {**os.environ, "BRIDGE_HOME": str(bridge_home), "PREFECT_API_URL": PREFECT_API_URL.value()}
    words = [sys.executable, "main.py"]
    done = subprocess.run(words, cwd=project, env=environment, capture_output=True, text=True, timeout=150)
    assert done.returncode == 0, done.stderr
    said = [line for line in done.stdout.splitlines() if line.startswith(("doubled", "halved", "True"))]
    assert said == ["doubled: 8", "doubled: 10", "doubled: 14", "halved: 3.0", "True"]
    assert not plan(project).changed


def test_a_flow_that_no_other_file_names_is_called_like_itself(project: Path) -> None:
    (project / "main.py").unlink()
    (project / "flows" / "__init__.py").write_text("")
    (changed,) = [file for file in plan(project).files if file.path.name == "etl.py"]
    assert "def etl(n=1):" in changed.after


def test_a_file_of_its_own_is_not_guessed_about(project: Path) -> None:
    assert not plan(project / "main.py").files


def test_a_name_that_is_read_of_a_module_that_is_loaded_by_its_name_stays(project: Path) -> None:
    (project / "main.py").write_text("from importlib import import_module\nimport_module('flows.etl')\nm.flow.run()\n")
    changed = {file.path.name: file.after for file in plan(project).files}
    assert "def flow(n=1):" in changed["etl.py"]
