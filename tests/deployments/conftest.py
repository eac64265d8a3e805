"""A whole site on loopback: Prefect server and worker, PostgreSQL, S3, MLflow; worker and client share nothing else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterDeploymentId,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import TERMINAL_STATES, FlowRun
from prefect.settings import PREFECT_API_URL, temporary_settings

from bridge import WorkspaceBlock
from bridge.testing.servers import S3, mlflow_server, postgres_server, prefect_server, prefect_worker, s3_server

PROJECT = Path(__file__).parent / "project"
POOL = "processes"
PATIENCE = 180.0


@dataclass
class Site:
    """What is running, and how a client in a process of its own asks.

    Args:
        folder: Of everything; the worker's is `worker` in it.
        api: URL of Prefect's.
        catalog: URL of PostgreSQL's database.
        s3: Where the store is.
        tracking: URL of MLflow's server.
    """

    folder: Path
    api: str
    catalog: str
    s3: S3
    tracking: str

    def environment(self, **more: str) -> dict[str, str]:
        """Of a client: it knows the API and the workspace's name, and has homes of its own."""
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("BRIDGE_", "PREFECT_", "MLFLOW_TRACKING"))
        }
        homes = {"PREFECT_HOME": str(self.folder / "client"), "BRIDGE_HOME": str(self.folder / "client" / "bridge")}
        return {**inherited, **homes, "PREFECT_API_URL": self.api, "BRIDGE_WORKSPACE": "team", **more}

    def bridge(self, *words: str) -> dict[str, Any]:
        """What a command of bridge's says to a client."""
        command = [sys.executable, "-m", "bridge", *words, "--json"]
        done = subprocess.run(command, env=self.environment(), capture_output=True, text=True, timeout=PATIENCE)
        assert done.returncode == 0, done.stdout + done.stderr
        return dict(json.loads(done.stdout))

    def prefect(self, *words: str, cwd: Path | None = None) -> str:
        """What a command of Prefect's says to a client."""
        command = [sys.executable, "-m", "prefect", "--no-prompt", *words]
        done = subprocess.run(
            command, env=self.environment(), cwd=cwd, capture_output=True, text=True, timeout=PATIENCE
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def first_run_over(self, deployment: str) -> FlowRun:
        """The first run of a deployment that is over; waits for it."""
        with get_client(sync_client=True) as client:
            return self._first_run_over(client, deployment)

    def _first_run_over(self, client: SyncPrefectClient, deployment: str) -> FlowRun:
        of_it = FlowRunFilter(
            deployment_id=FlowRunFilterDeploymentId(any_=[client.read_deployment_by_name(deployment).id]),
            state=FlowRunFilterState(type=FlowRunFilterStateType(any_=list(TERMINAL_STATES))),
        )
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            for run in client.read_flow_runs(flow_run_filter=of_it, limit=1):
                return run
            time.sleep(0.5)
        raise TimeoutError(f"no run of {deployment} was over; {self.worker_said()}")

    def worker_said(self) -> str:
        """The end of the worker's log, with what its flow runs print."""
        return (self.folder / "worker" / "worker.log").read_text()[-5000:]


def of_the_environment(site: Site) -> Mapping[str, str]:
    """The workspace without its block."""
    return {"BRIDGE_STORE": f"s3://{site.s3.bucket}/team", "BRIDGE_CATALOG": site.catalog, **site.s3.environment}


@pytest.fixture(scope="session")
def site(_private_hosts: None) -> Iterator[Site]:
    """Everything, once per session."""
    with ExitStack() as running:
        folder = Path(running.enter_context(tempfile.TemporaryDirectory(prefix="bridge-", ignore_cleanup_errors=True)))
        there = Site(
            folder=folder,
            catalog=running.enter_context(postgres_server(folder / "postgres")),
            s3=running.enter_context(s3_server(folder / "s3")),
            tracking=running.enter_context(mlflow_server(folder / "mlflow")),
            api=running.enter_context(prefect_server(folder / "server")),
        )
        running.enter_context(temporary_settings({PREFECT_API_URL: there.api}))
        WorkspaceBlock(
            store=f"s3://{there.s3.bucket}/team",
            store_options=there.s3.options,
            catalog=there.catalog,
            tracking=there.tracking,
        ).save("team", overwrite=True)
        shared = {"PREFECT_API_URL": there.api, "BRIDGE_WORKSPACE": "team", "MLFLOW_TRACKING_URI": None}
        running.enter_context(prefect_worker(folder / "worker", shared, pool=POOL))
        _await_pool()
        yield there


def _await_pool() -> None:
    until = time.monotonic() + PATIENCE
    with get_client(sync_client=True) as client:
        while time.monotonic() < until:
            if any(pool.name == POOL for pool in client.read_work_pools()):
                return
            time.sleep(0.5)
    raise TimeoutError("the worker made no pool")
