"""The examples of docs/frameworks.md, each run once as a script, beside a real MLflow server."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from prefect.settings import PREFECT_API_URL

from bridge.testing.servers import free_port, mlflow_server, running

ROOT = Path(__file__).parent.parent.parent
PATIENCE = 180

ASKED = """
    import json
    rows = {rows}
    original = bridge.load({model!r})
    frame = hasattr(rows, "columns")
    asked = {{"dataframe_split": rows.to_dict("split")}} if frame else {{"inputs": rows.tolist()}}
    print(json.dumps([asked, {answers}.tolist()]))
"""
"""Put after an example: some rows of its test data, and what the model that it trained answers to them."""


@dataclass(frozen=True)
class Trained:
    """What an example has left.

    Args:
        model: Name of the registered model.
        rows: Some rows of its test data, as a server takes them: `dataframe_split`, or `inputs`.
        answers: What the model answered in the process that trained it.
        said: What the script printed last.
    """

    model: str
    rows: Mapping[str, Any]
    answers: Any
    said: str


@dataclass(frozen=True)
class Place:
    """Where the examples are run.

    Args:
        folder: Of bridge's home, and of files.
        tracking: URL of MLflow's server.
    """

    folder: Path
    tracking: str

    @property
    def environment(self) -> dict[str, str]:
        """Of a process: MLflow starts what serves a model by its name, which is that of the environment's here."""
        bin = self.folder / "bin"
        bin.mkdir(exist_ok=True)
        server = bin / "uvicorn"
        server.write_text(f'#!/bin/sh\nexec {sys.executable} -m uvicorn "$@"\n')
        server.chmod(0o755)
        return {
            **os.environ,
            "PATH": f"{bin}:{os.environ['PATH']}",
            "PREFECT_API_URL": str(PREFECT_API_URL.value()),
            "BRIDGE_HOME": str(self.folder / "home"),
            "BRIDGE_ON_ERROR": "raise",
            "BRIDGE_FLUSH_TIMEOUT": "120",  # the script looks at its model at once
            "MLFLOW_TRACKING_URI": self.tracking,
            "PYTHONPATH": str(ROOT),
        }

    def python(self, code: str, *words: str) -> str:
        """What a script prints; it must end well, and warn of nothing of bridge's."""
        script = self.folder / "script.py"
        script.write_text(code)
        done = subprocess.run(
            [sys.executable, str(script), *words],
            env=self.environment,
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert "bridge:" not in done.stderr, done.stderr
        return done.stdout

    @contextmanager
    def serving(self, uri: str) -> Iterator[str]:
        """Run `mlflow models serve`; gives its URL."""
        port = free_port()
        words = ["-m", "mlflow", "models", "serve", "-m", uri, "--env-manager", "local", "--port", str(port)]
        environment = {name: value for name, value in self.environment.items() if name != "PYTHONPATH"}
        url = f"http://127.0.0.1:{port}"
        with running(
            "The model",
            [sys.executable, *words],
            self.folder / "serving.log",
            answers=f"{url}/ping",
            settings={**environment, "PYTHONPATH": None},
            cwd=self.folder,
        ):
            yield url


def asked(url: str, rows: Mapping[str, Any]) -> Any:
    """What a served model answers."""
    request = urllib.request.Request(
        f"{url}/invocations", json.dumps(rows).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        return json.loads(answer.read())["predictions"]


@pytest.fixture(scope="session")
def place(prefect_server: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A home of bridge and an MLflow server."""
    folder = tmp_path_factory.mktemp("frameworks")
    with mlflow_server(folder / "mlflow") as tracking:
        yield Place(folder, tracking)
