"""Models of real scripts: registered by the tracker's own process, loaded where the script's code is not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tracking.conftest import Script, mlflow_remarks
from tests.tracking.test_scripts import alone, home_of

__all__ = ["alone"]

pytestmark = [pytest.mark.slow, *mlflow_remarks]

BESIDE = """
import numpy

class Scaled:
    def __init__(self, factor):
        self.factor = factor

    def apply(self, rows):
        return (numpy.asarray(rows) * self.factor).sum(axis=1)
"""

TRAIN = """
    import sys
    from beside_script import Scaled
    from bridge import flow, task

    class Own:
        '''Defined in the script, holds what is defined beside it.'''

        def __init__(self, factor):
            self.inner = Scaled(factor)

        def predict(self, rows):
            return self.inner.apply(rows)

    @task(model="own")
    def train(factor):
        return Own(factor)

    @task(model="odd")
    def odd():
        return [1, 2]

    @flow
    def training():
        train(3)
        odd()
        return "done"

    if __name__ == "__main__":
        print(training(), "mlflow" in sys.modules)
"""


def loaded_elsewhere(database: Path, uri: str, rows: str) -> str:
    """What a model answers in a process that has neither the script nor bridge on its path."""
    code = f"import mlflow, numpy as np; print(mlflow.pyfunc.load_model({uri!r}).predict(np.array({rows})).tolist())"
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environment["MLFLOW_TRACKING_URI"] = f"sqlite:///{database}"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd="/", env=environment, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.matrix
def test_a_model_of_the_scripts_own_classes_answers_in_another_process(alone: Script) -> None:
    (alone.folder / "beside_script.py").write_text(BESIDE)
    exit_code, out, err = alone.run(TRAIN)
    assert (exit_code, out.strip()) == (0, "done False"), err
    said = [line for line in err.splitlines() if "bridge:" in line]
    assert len(said) == 1 and "'odd' failed: A list cannot be registered" in said[0]
    assert loaded_elsewhere(home_of(alone) / "mlflow.db", "models:/own/1", "[[1.0, 2.0], [3.0, 4.0]]") == "[9.0, 21.0]"


@pytest.mark.matrix
def test_a_model_of_a_flow_that_was_loaded_by_entrypoint_answers_in_another_process(alone: Script) -> None:
    (alone.folder / "beside_script.py").write_text(BESIDE)
    project = alone.folder / "project"
    project.mkdir()
    (project / "beside_script.py").write_text(BESIDE)
    import textwrap

    (project / "deployed.py").write_text(textwrap.dedent(TRAIN))
    code = f"""
        from prefect.flows import load_flow_from_entrypoint
        print(load_flow_from_entrypoint({str(project / "deployed.py:training")!r})())
    """
    exit_code, out, err = alone.run(code)
    assert (exit_code, out.strip()) == (0, "done"), err
    assert loaded_elsewhere(home_of(alone) / "mlflow.db", "models:/own/1", "[[1.0, 2.0]]") == "[9.0]"
