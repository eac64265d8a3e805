"""Projects without a line of bridge, recorded by way of Prefect's plugins."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from bridge.workspace import current

from .conftest import Script

CODE = """
    from prefect import flow, task

    @task
    def double(x):
        return 2 * x

    @flow
    def doubling(x: int = 1):
        return double(x)

    if __name__ == "__main__":
        print(type(double).__name__, doubling())
"""


@pytest.mark.parametrize(
    ("environment", "printed"),
    [
        ({}, "Task 2"),
        ({"PREFECT_PLUGINS_ENABLED": "true"}, "BridgeTask 2"),
        ({"PREFECT_PLUGINS_ENABLED": "true", "PREFECT_PLUGINS_ALLOW": "bridge"}, "BridgeTask 2"),
        ({"PREFECT_PLUGINS_ENABLED": "true", "PREFECT_PLUGINS_DENY": "bridge"}, "Task 2"),
        ({"PREFECT_PLUGINS_ENABLED": "true", "BRIDGE_ENABLED": "false"}, "Task 2"),
    ],
)
def test_prefects_settings_and_bridges_own_say_whether_it_is_active(
    script: Script, bridge_home: Path, environment: dict[str, str], printed: str
) -> None:
    code, out, err = script.run(CODE, **environment)
    assert (code, out.strip()) == (0, printed), err
    assert (bridge_home / "catalog.db").exists() == printed.startswith("Bridge")


def test_a_process_that_decorates_nothing_imports_no_more_than_the_plugin() -> None:
    code = """
        import sys
        import prefect.main
        print(*sorted(name for name in sys.modules if name.split(".")[0] in {"bridge", "mlflow"}))
        print(prefect.flow.__class__.__name__)
    """
    environment = {**os.environ, "PREFECT_PLUGINS_ENABLED": "true"}
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], env=environment, capture_output=True, text=True, check=True
    )
    modules, decorator = done.stdout.splitlines()
    assert modules.split() == [
        "bridge",
        "bridge.domain",
        "bridge.domain.lazy",
        "bridge.domain.switch",
        "bridge.domain.watching",
        "bridge.flows",
        "bridge.flows.activation",
        "bridge.flows.plugin",
    ]
    assert decorator == "StandIn"


def test_a_plugin_that_fails_does_not_stop_the_project(script: Script, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text("import sys; sys.modules['bridge.flows.activation'] = None\n")
    path = os.pathsep.join([str(tmp_path), script.environment["PYTHONPATH"]])
    code, out, err = script.run(CODE, PREFECT_PLUGINS_ENABLED="true", PYTHONPATH=path)
    assert (code, out.strip()) == (0, "Task 2")
    assert "Failed to load plugin bridge" in err


@pytest.mark.slow
def test_a_workers_flow_runs_are_recorded(script: Script, tmp_path: Path) -> None:
    from prefect import flow
    from prefect.client.orchestration import get_client
    from prefect.deployments import run_deployment

    (tmp_path / "pipeline.py").write_text(textwrap.dedent(CODE))
    environment = {**script.environment, "PREFECT_PLUGINS_ENABLED": "true"}
    prefect = [sys.executable, "-m", "prefect"]
    made = [*prefect, "work-pool", "create", "of-the-test", "--type", "process", "--overwrite"]
    subprocess.run(made, env=environment, check=True, capture_output=True)
    pipeline = flow.from_source(str(tmp_path), "pipeline.py:doubling")
    pipeline.deploy("by-worker", work_pool_name="of-the-test", print_next_steps=False)
    asked = run_deployment("doubling/by-worker", parameters={"x": 21}, timeout=0)
    worker = [*prefect, "worker", "start", "--pool", "of-the-test", "--type", "process", "--run-once"]
    said = subprocess.run(worker, env=environment, capture_output=True, text=True, timeout=150)
    with get_client(sync_client=True) as client:
        state = client.read_flow_run(asked.id).state
    assert state is not None
    assert state.is_completed(), said.stdout + said.stderr
    (run,) = current().catalog.runs()
    assert run.id == str(asked.id)
    assert current().load("doubling/double@1")[1] == 42
