"""The tests of a project, with bridge active."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import bridge

from .conftest import Script

TESTS = """
from prefect import flow, task

@task
def double(x):
    return 2 * x

@flow
def doubling(x):
    return double(x)

def test_doubling():
    assert doubling(21) == 42
"""


def test_the_flows_of_a_projects_tests_are_recorded_without_the_libraries_of_extras(
    script: Script, tmp_path: Path
) -> None:
    (tmp_path / "test_project.py").write_text(TESTS)
    lacking = "import pytest, sys; sys.modules['optuna'] = sys.modules['libcst'] = None; sys.exit(pytest.main())"
    words = [sys.executable, "-c", lacking, "-q", "-p", "bridge.flows.pytest_plugin", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [*words, str(tmp_path / "test_project.py")],
        cwd=script.cwd,
        env=script.environment,
        capture_output=True,
        text=True,
        timeout=150,
    )
    assert "1 passed" in done.stdout, done.stdout + done.stderr
    assert bridge.load("doubling/double@1") == 42
