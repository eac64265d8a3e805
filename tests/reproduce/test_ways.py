"""Runs that began in other ways than `python script.py`."""

from __future__ import annotations

import pytest

from bridge.workspace import current
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


def test_a_flow_that_its_own_script_serves_is_run_and_not_served_again(project: Project) -> None:
    serving = FLOW.format(host="bridge", more="") + "\n    if __name__ == '__main__':\n        training.serve('mine')\n"
    project.commit(serving)
    begin = "import runpy; from prefect.flows import Flow; Flow.serve = lambda self, name: self(5)"
    run = project.run("-c", f"{begin}; runpy.run_path('train.py', run_name='__main__')", name="-B")
    found = project.again(run)
    assert found.same, found.document()


def test_a_script_is_given_the_arguments_that_it_was_given_unless_one_may_be_a_secret(project: Project) -> None:
    code = FLOW.format(host="bridge", more="import sys").replace("n: int = 2", "held, n: int = 2")
    project.commit(code + "\n    if __name__ == '__main__':\n        training(object(), n=len(sys.argv))\n")
    for words, kept in ((("--rows", "a b"), ["--rows", "a b"]), (("--api-key=x",), None)):
        run = project.run(*words)
        assert current().catalog.run(run).code.get("arguments") == kept
        assert project.again(run).same


def test_a_flow_that_fails_now_after_all_its_steps_is_no_run_that_is_reproduced(project: Project) -> None:
    code = FLOW.format(host="bridge", more="import os").replace(
        "return len(rows(n))", "rows(n); {}[len(os.environ['NOW'])]"
    )
    project.commit(code.replace("{}[", "{3: 1}[") + MAIN.replace("LIMIT", "2"))
    found = project.again(project.run(NOW="now"))
    assert not found.same
    assert found.divergence is not None
    assert found.divergence.task == "training"
    assert "The flow was Completed then and is Failed now: KeyError: 'NOW'" in found.divergence.causes[-1].text
