"""Prefect's decorators while bridge stands in their place."""

from __future__ import annotations

import inspect
import pickle
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import cloudpickle
import prefect
import pytest
from prefect.assets import materialize
from prefect.tasks import MaterializingTask

import bridge
from bridge.flows import BridgeFlow, BridgeTask
from bridge.flows.activation import StandIn
from bridge.workspace import Workspace

from .conftest import Script

PLACES = (
    (prefect, "flow"),
    (prefect, "task"),
    (prefect.main, "flow"),
    (prefect.main, "task"),
    (prefect.flows, "flow"),
    (prefect.tasks, "task"),
)


@pytest.fixture()
def active() -> Iterator[None]:
    bridge.activate()
    yield
    bridge.deactivate()


@pytest.fixture()
def users_module() -> Iterator[ModuleType]:
    """A module of the user's that imported Prefect's decorators before bridge became active."""
    module = ModuleType("users_module")
    sys.modules["users_module"] = module
    exec("from prefect import flow, task as step\nimport prefect as p", vars(module))
    yield module
    del sys.modules["users_module"]


def one() -> int:
    return 1


@pytest.mark.parametrize(("module", "name"), PLACES, ids=lambda value: getattr(value, "__name__", value))
def test_every_place_of_a_decorator_makes_what_bridge_makes(active: None, module: Any, name: str) -> None:
    made = getattr(module, name)(one)
    assert type(made) is {"flow": BridgeFlow, "task": BridgeTask}[name]


def test_a_module_that_imported_the_decorators_before_uses_bridges_from_now_on(
    users_module: ModuleType, active: None
) -> None:
    assert type(users_module.step(one)) is BridgeTask
    assert type(users_module.flow(name="f")(one)) is BridgeFlow
    assert type(users_module.p.task(one)) is BridgeTask


def test_deactivating_gives_every_name_the_very_object_it_had(users_module: ModuleType) -> None:
    modules = {name: dict(vars(module)) for name, module in sys.modules.items() if isinstance(module, ModuleType)}
    finders = list(sys.meta_path)
    bridge.activate()
    bridge.activate()
    bridge.deactivate()
    bridge.deactivate()
    assert sys.meta_path == finders
    decorators = (prefect.flow, prefect.task, bridge.flow, bridge.task)
    for name, before in modules.items():
        now = vars(sys.modules[name])
        concerned = [key for key in before if any(one is before[key] or one is now.get(key) for one in decorators)]
        assert [key for key in concerned if now.get(key) is not before[key]] == [], name


def test_a_module_that_was_imported_meanwhile_gets_prefects_decorators_back() -> None:
    module = ModuleType("imported_meanwhile")
    sys.modules["imported_meanwhile"] = module
    try:
        bridge.activate()
        exec("from prefect import flow, task\nfrom bridge import task as ours", vars(module))
        bridge.deactivate()
    finally:
        del sys.modules["imported_meanwhile"]
    assert module.task is prefect.tasks.task
    assert module.flow is prefect.flows.flow
    assert module.ours is bridge.task


def test_a_reference_that_no_module_holds_turns_back_too() -> None:
    bridge.activate()
    kept = partial(prefect.task, retries=1)
    assert type(kept(one)) is BridgeTask
    bridge.deactivate()
    assert type(kept(one)) is prefect.Task


def test_tasks_made_meanwhile_stay_bridges_and_those_made_before_stay_prefects(workspace: Workspace) -> None:
    before = prefect.task(one)
    bridge.activate()
    meanwhile = prefect.task(one, name="meanwhile")
    bridge.deactivate()

    @bridge.flow
    def both() -> int:
        return before() + meanwhile()

    assert both() == 2
    assert type(before) is prefect.Task
    assert [version.ref.name for version in workspace.catalog.artifacts()] == ["both", "both/meanwhile"]


def test_the_stand_ins_look_like_prefects_own(active: None) -> None:
    flow, task = prefect.flow, prefect.task
    bridge.deactivate()
    assert isinstance(flow, StandIn)
    assert inspect.signature(flow) == inspect.signature(prefect.flow)
    assert inspect.signature(task) == inspect.signature(prefect.task)
    assert (task.__name__, task.__module__, task.__doc__) == ("task", "prefect.tasks", prefect.task.__doc__)
    assert flow.from_source == prefect.flow.from_source


def test_decorators_take_all_that_prefects_take(active: None) -> None:
    made = prefect.task(name="named", retries=3, cache_policy=prefect.cache_policies.INPUTS)(one)
    assert (made.name, made.retries, made.cache_policy) == ("named", 3, prefect.cache_policies.INPUTS)
    assert prefect.flow(one, name="f", log_prints=True).log_prints


@pytest.mark.parametrize("dumps", [pickle.dumps, cloudpickle.dumps])
def test_a_decorator_that_is_pickled_is_the_one_of_the_process_that_loads_it(active: None, dumps: Any) -> None:
    data = dumps([prefect.flow, prefect.task])
    assert pickle.loads(data) == [prefect.flow, prefect.task]
    bridge.deactivate()
    assert pickle.loads(data) == [prefect.flow, prefect.task]


def test_a_materializing_task_and_a_task_made_by_its_class_stay_prefects(active: None) -> None:
    assert type(materialize("file://a")(one)) is MaterializingTask
    assert type(prefect.Task(one)) is prefect.Task


def test_switched_off_by_its_variable_the_decorators_give_prefects(
    active: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BRIDGE_ENABLED", "false")
    assert type(prefect.task(one)) is prefect.Task
    assert type(prefect.flow(one)) is prefect.Flow


def test_activating_imports_nothing_and_waits_for_prefect() -> None:
    code = """
        import sys
        import bridge
        bridge.activate()
        assert 'prefect' not in sys.modules
        from prefect.tasks import task
        assert 'prefect.main' not in sys.modules
        from prefect.flows import flow
        assert 'bridge.flows.decorators' not in sys.modules
        print(type(task(lambda: 1)).__name__, type(flow(lambda: 1, name='f')).__name__)
        bridge.deactivate()
        print(type(task(lambda: 1)).__name__, type(flow(lambda: 1, name='f')).__name__)
    """
    done = subprocess.run(
        [sys.executable, "-c", inspect.cleandoc(code)], capture_output=True, text=True, check=True, cwd=Path.cwd()
    )
    assert done.stdout.split() == ["BridgeTask", "BridgeFlow", "Task", "Flow"]


def test_where_bridge_does_not_fit_prefect_the_project_runs_as_it_is(script: Script) -> None:
    code = """
        import bridge
        bridge.activate()
        import prefect.task_engine
        del prefect.task_engine.SyncTaskRunEngine.handle_success
        from prefect import task
        print(type(task(lambda: 1)).__name__)
    """
    exit_code, out, err = script.run(code)
    assert (exit_code, out) == (0, "Task\n")
    assert "handle_success is gone" in err
    assert "nothing is recorded" in err
    exit_code, out, err = script.run(code, BRIDGE_ON_ERROR="raise")
    assert exit_code == 1
    assert "HostVersionError" in err


def test_tasks_of_a_project_without_bridge_reach_worker_processes(script: Script, bridge_home: Path) -> None:
    code = """
        import bridge
        bridge.activate()
        from prefect import flow, task
        from prefect.task_runners import ProcessPoolTaskRunner

        @task
        def double(x):
            return 2 * x

        @task
        def total(values):
            return sum(values)

        @flow(task_runner=ProcessPoolTaskRunner(max_workers=2))
        def doubling():
            return total.submit(double.map([1, 2, 3])).result()

        if __name__ == "__main__":
            print(doubling())
    """
    exit_code, out, err = script.run(code)
    assert (exit_code, out) == (0, "12\n"), err
    catalog = bridge.workspace.current().catalog
    (run,) = catalog.runs()
    assert sorted(step.task for step in catalog.steps(run.id)) == ["double", "double", "double", "doubling", "total"]
