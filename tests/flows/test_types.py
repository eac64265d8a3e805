"""A decorated task or flow keeps its parameters' and result's types: checked by mypy, run here for what it says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

CODE = """
from typing_extensions import assert_type
from prefect.futures import PrefectFuture
from bridge import flow, task

@task
def double(x: int) -> int:
    return 2 * x

@task(retries=2, output="halves")
def halve(x: int, by: float = 2.0) -> float:
    return x / by

@task
async def fetch(url: str) -> bytes:
    return b""

@flow
def doing(n: int) -> float:
    assert_type(double(n), int)
    assert_type(double.submit(n), PrefectFuture[int])
    assert_type(halve(double(n), by=3.0), float)
    return halve(n)

@flow(name="named", experiment="trials")
async def awaiting() -> bytes:
    return await fetch("there")

@flow(run_scope="task", autolog=True)
def scoped(n: int) -> int:
    return n

assert_type(scoped(1), int)
assert_type(doing(3), float)
"""

WRONG = (
    CODE
    + """
text: str = halve(1)
task(retry=3)
flow(run_scope="tasks")(double)
"""
)


def check(code: str, folder: Path) -> str:
    script = folder / "typed.py"
    script.write_text(code)
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "mypy",
            "--strict",
            "--no-error-summary",
            "--cache-dir",
            str(folder / "cache"),
            str(script),
        ],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parent.parent.parent,
    )
    return done.stdout + done.stderr


@pytest.mark.matrix
def test_parameters_and_results_keep_their_types(tmp_path: Path) -> None:
    assert check(CODE, tmp_path) == ""


@pytest.mark.matrix
def test_wrong_uses_are_type_errors(tmp_path: Path) -> None:
    said = check(WRONG, tmp_path)
    assert 'expression has type "float", variable has type "str"' in said
    assert '"retry"' in said
    assert "No overload" in said
    assert "typed.py:38" in said
