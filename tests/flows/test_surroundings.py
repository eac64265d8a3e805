from __future__ import annotations

import json
import random
import subprocess
import threading
from pathlib import Path

import pytest

from bridge import flow, seed_everything, task
from bridge.domain.errors import CatalogError
from bridge.flows import surroundings
from bridge.workspace import Workspace

FACTOR = 3


def tripled(n: int) -> int:
    return FACTOR * n


@task
def multiply(n: int) -> int:
    return tripled(n)


@flow
def outer(n: int) -> int:
    return inner(multiply(n))


@flow
def inner(n: int) -> int:
    return multiply(n)


@flow
def seeded_flow() -> float:
    seed_everything(7)
    return random.random()


def test_a_run_tells_its_commit_its_packages_and_its_machine(workspace: Workspace) -> None:
    outer(2)
    runs = {run.flow: run for run in workspace.catalog.runs()}
    code, environment = runs["outer"].code, runs["outer"].environment
    root = subprocess.run(
        ["git", "rev-parse", "--show-toplevel", "HEAD"], capture_output=True, text=True, cwd=Path(__file__).parent
    )
    if root.returncode == 0:
        assert [code["root"], code["commit"]] == root.stdout.split()
        assert code["entrypoint"] == "tests/flows/test_surroundings.py:outer"
        assert code["dirty"] in (True, False)
    packages = json.loads(workspace.catalog.document(environment["packages"]) or "")
    assert "prefect" in packages
    assert environment["cpus"] > 0
    assert runs["inner"].environment == environment
    assert runs["inner"].parent_id == runs["outer"].id


def test_a_step_tells_the_code_that_it_reached_and_the_flow_its_own(workspace: Workspace) -> None:
    outer(2)
    run = next(run for run in workspace.catalog.runs() if run.flow == "outer")
    steps = {step.task: step for step in workspace.catalog.steps(run.id)}
    parts = json.loads(workspace.catalog.document(steps["multiply"].code or "") or "")["parts"]
    told = {part["name"].rpartition(":")[2]: part for part in parts}
    assert parts[0]["name"].endswith(":multiply") and parts[0]["kind"] == "function"
    assert told["tripled"]["text"] == "def tripled(n: int) -> int:\n    return FACTOR * n\n"
    assert told["FACTOR"]["text"] == "3"
    flows = json.loads(workspace.catalog.document(steps["outer"].code or "") or "")["parts"]
    assert {"outer", "inner", "multiply"} <= {part["name"].rpartition(":")[2] for part in flows}


def test_a_constant_that_was_changed_meanwhile_is_told_as_it_is(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    outer(1)
    monkeypatch.setattr(f"{__name__}.FACTOR", 4)
    outer(1)
    codes = [step.code for step in workspace.catalog.steps_of_task("multiply")]
    assert codes[0] == codes[1] != codes[2] == codes[3]


def test_code_with_large_or_hostile_values_costs_nothing_and_touches_nothing(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Hostile:
        def __reduce_ex__(self, protocol: object) -> str:
            raise AssertionError("it was pickled")

        def __repr__(self) -> str:
            raise AssertionError("it was printed")

    monkeypatch.setattr(f"{__name__}.FACTOR", Hostile())
    assert surroundings  # the module that records, not a mock of it

    @task
    def look() -> int:
        return 1 if FACTOR else 0

    @flow
    def looking() -> int:
        return look()

    looking()
    (step,) = workspace.catalog.steps_of_task("look")
    assert step.code is not None and "Hostile" in (workspace.catalog.document(step.code) or "")


def test_a_seed_is_recorded_with_the_run_that_sets_it(workspace: Workspace) -> None:
    assert seeded_flow() == seeded_flow() == 0.32383276483316237
    for run in workspace.catalog.runs():
        assert run.environment["seeds"]["seed"] == 7


def test_a_seed_that_a_task_sets_in_another_process_is_recorded_with_its_run(workspace: Workspace) -> None:
    from bridge.domain.run import Run
    from bridge.flows.current import RunContext, current_run
    from bridge.flows.runs import here
    from tests.lineage.runs.test_diff_runs import START

    workspace.record_run(
        Run("elsewhere", "training", "far", "Running", START, environment={"python": "3"}, host=here())
    )
    token = current_run.set(RunContext("elsewhere", "training", "elsewhere"))
    try:
        seed_everything(9)
    finally:
        current_run.reset(token)
    assert workspace.catalog.run("elsewhere").environment["seeds"]["seed"] == 9
    assert workspace.catalog.run("elsewhere").environment["python"] == "3"


def test_what_was_gathered_is_recorded_while_the_flow_runs(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    surroundings.machine.cache_clear()  # as in a new process

    @flow
    def waiting() -> bool:
        for thread in threading.enumerate():
            if thread.name == "bridge-surroundings":
                thread.join(20)
        return bool(workspace.catalog.runs(limit=1)[0].environment)

    assert waiting()


def test_a_catalog_that_fails_keeps_documents_for_later(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(text: str) -> str:
        raise CatalogError("the catalog", "it is away")

    monkeypatch.setenv("BRIDGE_ON_ERROR", "warn")
    broken = Workspace(
        settings=workspace.settings.model_copy(update={"on_error": "warn"}),
        store=workspace.store,
        catalog=workspace.catalog,
        tracker=workspace.tracker,
    )
    with monkeypatch.context() as patch:
        patch.setattr(workspace.catalog, "put_document", refuse)
        digest = broken.keep_document("a\udcff\n")
    assert workspace.catalog.document(digest) is None
    assert broken.replay() == 1
    assert workspace.catalog.document(digest) == "a\udcff\n"
