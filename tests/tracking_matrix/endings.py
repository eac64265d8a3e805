"""A flow whose process does not end by itself: it is killed, interrupted, cancelled. Run in a process of its own.

`python -m tests.tracking_matrix.endings FOLDER`, with FLOW and RUNNER in the environment, says in FOLDER that its task
is at work; whoever started it then ends it. Without FOLDER it serves the flow, to be started and cancelled by Prefect.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from bridge import flow, task
from tests.tracking_matrix.runners import made
from tests.tracking_matrix.work import logged

FLOW, RUNNER = "TRACKING_MATRIX_FLOW", "TRACKING_MATRIX_RUNNER"
PATIENCE = 90.0


def at_work(folder: str) -> None:
    """Say so, and go on until told to stop: a worker of a cluster outlives the flow."""
    (Path(folder) / "at-work").touch()
    until = time.monotonic() + PATIENCE
    while not (Path(folder) / "stop").exists() and time.monotonic() < until:
        time.sleep(0.05)


@task
def first() -> None:
    logged("a")


@task
def long(folder: str) -> None:
    logged("b", fit=False, then=lambda: at_work(folder))


@flow(name=os.environ.get(FLOW, "ending"), task_runner=made(os.environ.get(RUNNER, "threads")))
def ending(folder: str) -> None:
    first.submit().result()
    long.submit(folder).result()


if __name__ == "__main__":
    if len(sys.argv) > 1:
        ending(sys.argv[1])
    else:
        ending.serve(name="cancelled", print_starting_message=False)
