"""Flows run from deployments of every kind, unchanged, and a client elsewhere sees what they made."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import textwrap
import time
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import mlflow
import pytest
from prefect import flow
from prefect.client.orchestration import get_client
from prefect.deployments import run_deployment
from prefect.events import DeploymentEventTrigger

from .conftest import PATIENCE, POOL, PROJECT, Site, of_the_environment

pytestmark = pytest.mark.matrix


def deploy(name: str, entrypoint: str = "flows.py:summing", source: Path = PROJECT, **options: Any) -> str:
    """Deploy by `flow.deploy`; the deployment's full name."""
    remote = flow.from_source(str(source), entrypoint=entrypoint)
    remote.deploy(name=name, work_pool_name=POOL, print_next_steps=False, ignore_warnings=True, **options)
    return f"{remote.name}/{name}"


def recorded(site: Site, run_id: object) -> dict[str, Any]:
    """What a client is told of a run; fails if it is not recorded whole, with what the worker said."""
    try:
        shown = site.bridge("runs", "show", str(run_id))
        until = time.monotonic() + PATIENCE
        while shown["state"] == "Running" and time.monotonic() < until:  # Prefect is told that it is over before
            shown = site.bridge("runs", "show", str(run_id))
    except AssertionError as error:
        raise AssertionError(f"{error}\n{site.worker_said()}") from error
    assert shown["state"] == "Completed", site.worker_said()
    steps = {step["task"]: step["state"] for step in shown["steps"]}
    assert steps["numbers"] == steps["total"] == "Completed"
    return shown


def total_tracked(site: Site, shown: dict[str, Any]) -> float:
    """The metric of a finished MLflow run."""
    tracked = mlflow.MlflowClient(site.tracking).get_run(shown["tracking_id"])
    assert tracked.info.status == "FINISHED"
    return float(tracked.data.metrics["total"])


def test_on_a_schedule(site: Site) -> None:
    name = deploy("scheduled", interval=timedelta(seconds=5))
    run = site.first_run_over(name)
    with get_client(sync_client=True) as client:
        client.delete_deployment(client.read_deployment_by_name(name).id)
    assert run.auto_scheduled
    shown = recorded(site, run.id)
    assert total_tracked(site, shown) == 3
    assert site.bridge("load", f"total@run:{run.id}")["value"] == "3"


def test_with_parameters_deployed_by_prefect_yaml(site: Site, tmp_path: Path) -> None:
    project = tmp_path / "project"
    shutil.copytree(PROJECT, project)
    (project / "prefect.yaml").write_text(
        textwrap.dedent(f"""
            name: project
            pull:
              - prefect.deployments.steps.set_working_directory:
                  directory: {project}
            deployments:
              - name: from-yaml
                entrypoint: flows.py:summing
                parameters: {{n: 4}}
                work_pool: {{name: {POOL}}}
        """)
    )
    site.prefect("deploy", "--all", cwd=project)
    by_default = run_deployment("summing/from-yaml", timeout=PATIENCE, poll_interval=1)
    by_hand = run_deployment("summing/from-yaml", parameters={"n": 5}, timeout=PATIENCE, poll_interval=1)
    for run, n in ((by_default, 4), (by_hand, 5)):
        shown = recorded(site, run.id)
        assert shown["parameters"] == {"n": n}
        assert site.bridge("load", f"numbers@run:{run.id}")["value"] == str(list(range(n)))


def test_served(site: Site) -> None:
    served = subprocess.Popen(
        [sys.executable, str(PROJECT / "flows.py")],
        env=site.environment(BRIDGE_HOME=str(site.folder / "served"), PREFECT_RUNNER_POLL_FREQUENCY="2"),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert served.stdout is not None
        for line in served.stdout:
            if "being served" in line:
                break
        run = run_deployment("summing/served", timeout=PATIENCE, poll_interval=1)
    finally:
        served.terminate()
        rest, _ = served.communicate(timeout=PATIENCE)
    assert recorded(site, run.id)["parameters"] == {"n": 6}, rest


def test_triggered_by_an_event(site: Site) -> None:
    template = {"__prefect_kind": "jinja", "template": "{{ event.payload.rows }}"}
    number = {"__prefect_kind": "json", "value": template}
    trigger = DeploymentEventTrigger(expect={"data.arrived"}, parameters={"n": number})
    name = deploy("triggered", triggers=[trigger])
    payload = ["--resource-id", "data.of-the-test", "--payload", '{"rows": 7}']
    site.prefect("event", "emit", "data.arrived", *payload)
    run = site.first_run_over(name)
    assert recorded(site, run.id)["parameters"] == {"n": 7}


@pytest.mark.parametrize("where", ["environment", "pyproject"])
def test_settings_without_a_block(site: Site, where: str, tmp_path: Path) -> None:
    places = of_the_environment(site)
    if where == "pyproject":
        shutil.copytree(PROJECT, tmp_path, dirs_exist_ok=True)
        store, catalog = places["BRIDGE_STORE"], places["BRIDGE_CATALOG"]
        (tmp_path / "pyproject.toml").write_text(f'[tool.bridge]\nstore = "{store}"\ncatalog = "{catalog}"\n')
        places = site.s3.environment
    variables = {"env": {**places, "BRIDGE_WORKSPACE": "", "MLFLOW_TRACKING_URI": site.tracking}}
    name = deploy(where, source=tmp_path if where == "pyproject" else PROJECT, job_variables=variables)
    run = run_deployment(name, parameters={"n": 8}, timeout=PATIENCE, poll_interval=1)
    assert recorded(site, run.id)["parameters"] == {"n": 8}
    assert site.bridge("load", f"total@run:{run.id}")["value"] == "28"


def test_a_flow_that_knows_nothing_of_bridge(site: Site) -> None:
    name = deploy("plain", "plain.py:plainly", job_variables={"env": {"PREFECT_PLUGINS_ENABLED": "true"}})
    run = run_deployment(name, timeout=PATIENCE, poll_interval=1)
    shown = recorded(site, run.id)
    assert total_tracked(site, shown) == 3
    assert site.bridge("load", f"plainly/numbers@run:{run.id}")["value"] == "[0, 1, 2]"


def test_worker_and_client_share_no_files(site: Site) -> None:
    run = run_deployment(deploy("apart"), timeout=PATIENCE, poll_interval=1)
    recorded(site, run.id)
    for home in (site.folder / "worker" / "bridge", site.folder / "client" / "bridge"):
        kept = [path for path in home.rglob("*") if path.is_file() and "staging" not in path.parts]
        assert kept == []


@pytest.mark.timeout(900)
def test_eight_runs_at_once_are_all_recorded(site: Site) -> None:
    name = deploy("crowd")
    asked = [run_deployment(name, parameters={"n": 10 + i}, timeout=0) for i in range(8)]
    over = [state_at_the_end(run.id) for run in asked]
    assert over == ["Completed"] * 8, site.worker_said()
    for i, run in enumerate(asked):
        assert recorded(site, run.id)["parameters"] == {"n": 10 + i}


def state_at_the_end(run_id: UUID) -> str:
    """Wait for a run's end; the name of the state it ended in."""
    until = time.monotonic() + 3 * PATIENCE
    with get_client(sync_client=True) as client:
        while time.monotonic() < until:
            state = client.read_flow_run(run_id).state
            if state is not None and state.is_final():
                return str(state.name)
            time.sleep(0.5)
    return "not over"


def test_secrets_are_in_nothing_that_is_said(site: Site) -> None:
    before = dict(os.environ)  # another file's S3 server has the same secret
    run = run_deployment(deploy("quiet"), timeout=PATIENCE, poll_interval=1)
    recorded(site, run.id)
    secret = site.s3.options["secret"]
    assert secret not in site.worker_said()
    assert secret not in site.prefect("flow-run", "logs", str(run.id))
    assert secret not in str(site.bridge("doctor"))
    assert secret not in [value for name, value in os.environ.items() if before.get(name) != value]
