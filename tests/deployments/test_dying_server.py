"""The Prefect server dies in the middle of a run: what Prefect does happens, and nothing recorded is lost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bridge.testing.servers import prefect_server

pytestmark = pytest.mark.matrix

CODE = """
    import pathlib, sys, time
    from prefect.runtime import flow_run
    from {module} import flow, task

    folder = pathlib.Path(sys.argv[1])

    @task
    def step(i):
        return i * 11

    @flow
    def stepping():
        print("run", flow_run.id, flush=True)
        done = [step(i) for i in range(3)]
        (folder / "ready").touch()
        while not (folder / "dead").exists():
            time.sleep(0.1)
        done += [step(i) for i in range(3, 5)]
        print("returned", done, flush=True)
        return done

    try:
        stepping()
    except BaseException as error:
        print("raised", type(error).__module__, type(error).__name__, flush=True)
        sys.exit(3)
"""


@dataclass
class End:
    """How a process ended."""

    code: int
    said: list[str]
    errors: str
    environment: dict[str, str]


@pytest.fixture()
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="bridge-", ignore_cleanup_errors=True) as name:
        yield Path(name)


def run_until_the_server_is_dead(module: str, folder: Path) -> End:
    folder.mkdir()
    (folder / "script.py").write_text(textwrap.dedent(CODE.format(module=module)))
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("BRIDGE_", "PREFECT_"))}
    environment = {
        **inherited,
        "PREFECT_HOME": str(folder / "prefect"),
        "BRIDGE_HOME": str(folder / "bridge"),
        "MLFLOW_TRACKING_URI": f"sqlite:///{folder / 'mlflow.db'}",
        "PREFECT_CLIENT_MAX_RETRIES": "1",
    }
    with prefect_server(folder / "server") as api:
        environment["PREFECT_API_URL"] = api
        process = subprocess.Popen(
            [sys.executable, str(folder / "script.py"), str(folder)],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        until = time.monotonic() + 120
        while not (folder / "ready").exists() and process.poll() is None and time.monotonic() < until:
            time.sleep(0.1)
    (folder / "dead").touch()
    said, errors = process.communicate(timeout=150)
    return End(process.returncode, said.splitlines(), errors, environment)


def test_what_prefect_does_happens_and_what_was_recorded_stays(folder: Path) -> None:
    plain = run_until_the_server_is_dead("prefect", folder / "plain")
    ours = run_until_the_server_is_dead("bridge", folder / "ours")
    assert (ours.code, ours.said[1:]) == (plain.code, plain.said[1:]), ours.errors
    run_id = ours.said[0].split()[1]

    def bridge(*words: str) -> dict[str, Any]:
        # no server is there any more, and none is needed to look
        command = [sys.executable, "-m", "bridge", *words, "--json"]
        done = subprocess.run(command, env=ours.environment, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        return dict(json.loads(done.stdout))

    shown = bridge("runs", "show", run_id)
    steps = [step for step in shown["steps"] if step["task"] == "step"]
    values = [bridge("load", f"stepping/step@{i + 1}")["value"] for i in range(len(steps))]
    assert values == [str(i * 11) for i in range(len(steps))]
    assert len(steps) >= 3
    assert shown["state"] != "Running"
    assert shown["ended"] is not None
    assert "| bridge" not in ours.errors  # nothing of its own to say
