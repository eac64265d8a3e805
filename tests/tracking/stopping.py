"""An MLflow server that can be stopped, made to hang, and started again on its port and its store."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from mlflow.tracking import MlflowClient

from bridge.testing.servers import free_port, mlflow_server


class StoppingServer:
    """An MLflow server in a folder.

    Args:
        folder: Of its database, its artifacts and its log.
    """

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._running = ExitStack()

    def start(self) -> None:
        self._running.enter_context(mlflow_server(self.folder, port=self.port))

    def stop(self) -> None:
        """Stop it: its port refuses connections."""
        self._running.close()
        self._running = ExitStack()

    def hang(self) -> None:
        """Keep it from answering: its port accepts connections."""
        self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        found = subprocess.run(
            ["pgrep", "-f", "--", f"--port {self.port} "], capture_output=True, text=True, check=False
        )
        for pid in found.stdout.split():
            os.kill(int(pid), number)
            children = subprocess.run(["pgrep", "-P", pid], capture_output=True, text=True, check=False)
            for child in children.stdout.split():
                os.kill(int(child), number)

    def client(self) -> MlflowClient:
        """A client of its database, whether it runs or not."""
        return MlflowClient(f"sqlite:///{self.folder / 'mlflow.db'}")

    def runs(self) -> list[Any]:
        """Every run that it has."""
        client = self.client()
        experiments = [one.experiment_id for one in client.search_experiments()]
        return list(client.search_runs(experiments, max_results=1000))

    def history(self, key: str) -> list[tuple[int, float]]:
        """Every value of a metric of the only run, by step."""
        (run,) = self.runs()
        client = self.client()
        return sorted((one.step, one.value) for one in client.get_metric_history(run.info.run_id, key))


def bridge(environment: dict[str, str], *words: str) -> tuple[int, str, str]:
    """What a command of bridge's says, with its exit code."""
    command = [sys.executable, "-m", "bridge", *words]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=150)
    return done.returncode, done.stdout, done.stderr


def wait_for(path: Path, patience: float = 100.0) -> None:
    """Wait until a file is there."""
    until = time.monotonic() + patience
    while not path.exists():
        if time.monotonic() > until:
            raise TimeoutError(f"{path} did not come")
        time.sleep(0.05)
