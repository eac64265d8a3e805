"""Starts the flow of `endings.py` in processes of its own, and ends each in another way while its task is at work."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.tracking_matrix.endings import FLOW, RUNNER
from tests.tracking_matrix.looking import ENDED, Expected

PATIENCE = 180.0
KILLED_OR_FAILED = ("KILLED", "FAILED")


@dataclass(frozen=True)
class Ending:
    """A way to end.

    Args:
        signal: Sent to the flow's process; None for a cancellation through Prefect's API.
        statuses: How the flow's run may end.
    """

    signal: signal.Signals | None
    statuses: tuple[str, ...]


ENDINGS: Mapping[str, Ending] = {
    "crash": Ending(signal.SIGKILL, ("KILLED",)),
    "ctrl_c": Ending(signal.SIGINT, KILLED_OR_FAILED),
    "terminated": Ending(signal.SIGTERM, KILLED_OR_FAILED),
    "cancelled": Ending(None, ("KILLED",)),
}


def of_ending(name: str, runner: str) -> Expected:
    """What is to be found of an ending."""
    statuses = ENDINGS[name].statuses
    if runner == "ray" and name == "cancelled":  # Ray takes SIGTERM for itself: the flow does not learn why it ends
        statuses = KILLED_OR_FAILED
    return Expected(f"{name}-{runner}", {"a": 1, "b": 1}, 1, statuses, {"b": ENDED}, frozenset({"b-after"}))


class Started:
    """A flow at work in a process, which will end in a given way.

    Args:
        name: Of the ending.
        runner: Of its tasks.
        folder: For what it says.
    """

    def __init__(self, name: str, runner: str, folder: Path) -> None:
        self._name, self._folder, self._ending = name, folder, ENDINGS[name]
        folder.mkdir(parents=True)
        self._log = (folder / "log").open("w")
        words = [sys.executable, "-m", "tests.tracking_matrix.endings"]
        self._process = subprocess.Popen(
            words if self._ending.signal is None else [*words, str(folder)],
            env={**os.environ, FLOW: f"{name}-{runner}", RUNNER: runner, "PYTHONPATH": str(Path.cwd())},
            stdout=self._log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self._deployment = f"{name}-{runner}/cancelled"
        self._run: Any = None

    def end(self) -> None:
        """Wait until its task is at work, and end it."""
        if self._ending.signal is None:
            self._run = self._created()
        self._await("at work", (self._folder / "at-work").exists)
        if self._ending.signal is None:
            self._cancel()
        else:
            os.kill(self._process.pid, self._ending.signal)

    def is_over(self) -> None:
        """Wait until the flow is over; whatever is left of a crash goes on for now.

        Raises:
            TimeoutError: If it does not end.
        """
        if self._ending.signal is None:
            self._await("cancelled", lambda: self._state() in ("CANCELLED", "CRASHED", "FAILED"))
            self.stop()
            os.kill(self._process.pid, signal.SIGINT)  # the one that serves it
        elif self._ending.signal is not signal.SIGKILL:
            self.stop()
        self._await("over", lambda: self._process.poll() is not None)

    def stop(self) -> None:
        """Let a task that outlived its flow end."""
        (self._folder / "stop").touch()

    def close(self) -> None:
        """End whatever there still is."""
        self.stop()
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._log.close()

    def _created(self) -> Any:
        from prefect.client.orchestration import get_client
        from prefect.exceptions import ObjectNotFound

        until = time.monotonic() + PATIENCE
        with get_client(sync_client=True) as client:
            while True:
                try:
                    deployment = client.read_deployment_by_name(self._deployment)
                    break
                except ObjectNotFound:
                    if time.monotonic() > until or self._process.poll() is not None:
                        raise
                    time.sleep(0.2)
            made = client.create_flow_run_from_deployment(deployment.id, parameters={"folder": str(self._folder)})
            return made.id

    def _cancel(self) -> None:
        from prefect.client.orchestration import get_client
        from prefect.states import Cancelling

        with get_client(sync_client=True) as client:
            client.set_flow_run_state(self._run, Cancelling())

    def _state(self) -> str:
        from prefect.client.orchestration import get_client

        with get_client(sync_client=True) as client:
            state = client.read_flow_run(self._run).state
        return "" if state is None else state.type.value

    def _await(self, what: str, happened: Callable[[], bool]) -> None:
        until = time.monotonic() + PATIENCE
        while not happened():
            if time.monotonic() > until:
                said = (self._folder / "log").read_text()[-3000:]
                raise TimeoutError(f"{self._name} is not {what} after {PATIENCE:g} s: {said}")
            if what == "at work" and self._process.poll() is not None:
                raise RuntimeError(f"{self._name} ended by itself: {(self._folder / 'log').read_text()[-3000:]}")
            time.sleep(0.1)
