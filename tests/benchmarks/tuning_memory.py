"""Memory of a study whose trials share a large training set: `python -m tests.benchmarks.tuning_memory`.

A training set of 500 MB, 32 trials in four processes. Summed up, several times a second, is the proportional set size
of the driver and every process below it (the tracker's own is one of them): memory that processes share counts once.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

CODE = """
import time
from typing import Annotated
import numpy as np
from prefect.task_runners import ProcessPoolTaskRunner
from bridge import flow, task, tune
from bridge.tuning import Uniform

@task
def load():
    return np.random.default_rng(1).random(({rows}, 10))

@task
def objective(x: Annotated[float, Uniform(0, 1)], data) -> float:
    time.sleep({seconds})
    return float(np.mean(data @ np.full(10, x)))  # reads all of it

@flow(task_runner=ProcessPoolTaskRunner(max_workers={jobs}))
def search():
    study = tune(objective, n_trials={trials}, n_jobs={jobs}, data=load(), study_name="large", progress=False)
    return len(study.trials)

if __name__ == "__main__":
    print("TRIALS", search())
"""


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.tuning_memory", description=__doc__.split("\n")[0]
    )
    parser.add_argument("--megabytes", type=int, default=500)
    parser.add_argument("--trials", type=int, default=32)
    parser.add_argument("--jobs", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=0.5, help="that an objective waits beside its work")
    asked = parser.parse_args()
    from prefect.settings import PREFECT_API_URL
    from prefect.testing.utilities import prefect_test_harness

    size = asked.megabytes * 1_000_000
    code = CODE.format(rows=size // 80, trials=asked.trials, jobs=asked.jobs, seconds=asked.seconds)
    with tempfile.TemporaryDirectory() as name, prefect_test_harness(server_startup_timeout=120):
        home = Path(name)
        most, processes = _run(home, code, str(PREFECT_API_URL.value()))
        stored = sum(file.stat().st_size for file in (home / "bridge" / "store").rglob("*") if file.is_file())
    table = Table(
        "a training set of", "most memory", "in processes", "times the set", "bound: 4 x the set + 1 GB", "stored"
    )
    table.add_row(
        f"{size / 1e6:.0f} MB",
        f"{most / 1e6:.0f} MB",
        str(processes),
        f"{most / size:.2f}",
        f"{(4 * size + 1e9) / 1e6:.0f} MB",
        f"{stored / 1e6:.0f} MB",
    )
    Console().print(table)
    return 0 if most <= 4 * size + 1e9 and stored < 1.1 * size else 1


def _run(home: Path, code: str, api: str) -> tuple[int, int]:
    """Run a script; the most memory that it and its processes had, and how many these were."""
    (home / "script.py").write_text(code)
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("BRIDGE_", "PREFECT_"))},
        "BRIDGE_HOME": str(home / "bridge"),
        "PREFECT_API_URL": api,
        "PREFECT_LOGGING_LEVEL": "CRITICAL",
    }
    words = [sys.executable, str(home / "script.py")]
    most = (0, 0)
    with subprocess.Popen(words, env=environment, cwd=home, stdout=subprocess.PIPE, text=True) as process:
        while process.poll() is None:
            sizes = [_pss(pid) for pid in _family(process.pid)]
            most = max(most, (sum(sizes), len(sizes)))
            time.sleep(0.1)
        assert process.stdout is not None
        if process.returncode or "TRIALS" not in process.stdout.read():
            raise RuntimeError("the study came to no end")
    return most


def _family(pid: int) -> list[int]:
    """A process with those below it."""
    try:
        below = [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        for thread in Path(f"/proc/{pid}/task").iterdir():
            if thread.name != str(pid):
                below += [int(one) for one in (thread / "children").read_text().split()]
    except OSError:
        return []
    return [pid, *(found for child in below for found in _family(child))]


def _pss(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


if __name__ == "__main__":
    sys.exit(main())
