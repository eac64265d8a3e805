"""Tasks that are sent away with `delay` and run by `serve`, in a process that shares nothing but the settings."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bridge.workspace import Workspace, current
from tests.flows.conftest import Script

TASKS = """
from bridge import task
from prefect.task_worker import serve


@task(output="rows", persist_result=True)
def load(n: int) -> list[float]:
    return [i + 0.5 for i in range(n)]


@task(output="total", persist_result=True)
def total(rows: list[float]) -> float:
    import mlflow

    mlflow.log_metric("total", sum(rows))
    return sum(rows)


if __name__ == "__main__":
    serve(load, total)
"""

CALLER = """
import sys
sys.path.insert(0, sys.argv[1])
from background import load, total
from bridge import flow


@flow
def main() -> float:
    rows = load.delay(50).result(timeout=60)
    return total.delay(rows).result(timeout=60)


if __name__ == "__main__":
    print(main())
"""


@pytest.fixture()
def served(script: Script) -> Iterator[Path]:
    """A folder whose tasks are served by another process."""
    folder = script.folder / "served"
    folder.mkdir()
    (folder / "background.py").write_text(TASKS)
    worker = subprocess.Popen(
        [sys.executable, str(folder / "background.py")], cwd=folder, env=script.environment, text=True
    )
    yield folder
    worker.terminate()
    worker.wait(30)


@pytest.mark.slow
def test_delayed_tasks_are_recorded_in_their_flow(script: Script, served: Path, workspace: Workspace) -> None:
    code, out, err = script.run(CALLER, str(served))
    assert (code, out.strip().splitlines()[-1]) == (0, "1250.0"), err
    until = time.monotonic() + 30
    while not (found := [step for step in _steps() if step.task == "total"]) and time.monotonic() < until:
        time.sleep(0.1)
    (step,) = found
    assert [(one.slot, str(one.version)) for one in step.inputs] == [("rows", "rows@1")]
    assert current().resolve("total").ref.number == 1


def _steps() -> list:  # type: ignore[type-arg]
    catalog = current().catalog
    return [step for run in catalog.runs() for step in catalog.steps(run.id)]
