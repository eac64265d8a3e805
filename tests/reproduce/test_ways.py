"""Runs that began in other ways than `python script.py`."""

from __future__ import annotations

import pytest

from tests.reproduce.conftest import Project, verdicts

pytestmark = pytest.mark.matrix

FLOW = """
    from {host} import flow, task
    {more}

    class Row:
        def __init__(self, n):
            self.n = n

    @task
    def rows(n: int) -> list:
        return [Row(i) for i in range(n)]

    @flow
    def training(n: int = 2) -> int:
        return len(rows(n))
    """

MAIN = "\n    if __name__ == '__main__':\n        training(LIMIT)\n"


def test_a_flow_that_a_script_imports_from_a_package(project: Project) -> None:
    project.write("", "flows/__init__.py")
    project.write(FLOW.format(host="bridge", more=""), "flows/train.py")
    project.commit("from flows.train import training\n\ntraining(3)\n", "run.py")
    found = project.again(project.run(name="run.py"))
    assert found.identical, found.document()
    assert verdicts(found)["training/rows"] == "identical"


def test_a_module_that_was_run_by_its_name(project: Project) -> None:
    project.write("LIMIT = 3\n", "pkg/limits.py")
    project.write("", "pkg/__init__.py")
    project.commit(FLOW.format(host="bridge", more="from .limits import LIMIT") + MAIN, "pkg/train.py")
    found = project.again(project.run("pkg.train", name="-m"))
    assert found.same, found.document()
    assert verdicts(found)["training/rows"] == "equal"  # a script's class is pickled with its values, never the same


def test_a_script_that_takes_prefects_decorators_and_was_run_by_bridge_run(project: Project) -> None:
    project.commit(FLOW.format(host="prefect", more="LIMIT = 3") + MAIN)
    found = project.again(project.run("bridge", "run", "train.py", name="-m"))
    assert found.same, found.document()
    assert verdicts(found)["training/rows"] == "equal"


def test_a_deployment_whose_flow_was_loaded_by_its_entrypoint(project: Project) -> None:
    project.commit(FLOW.format(host="bridge", more="") + "\n    training(1)  # not when it is loaded\n", "train.py")
    project.write(
        """
        from prefect.flows import load_flow_from_entrypoint

        load_flow_from_entrypoint("flow.py:training")(4)
        """,
        "worker.py",
    )
    project.commit(FLOW.format(host="bridge", more=""), "flow.py")
    found = project.again(project.run(name="worker.py"))
    assert verdicts(found)["training/rows"] in (
        "identical",
        "equal",
        "different",
    )  # its class is of a module with another name
    assert found.outputs[-1].verdict == "identical"
