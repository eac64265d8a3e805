"""Time the same flow under plain Prefect and under bridge, interleaved: `python -m tests.benchmarks`, or `make bench`.

Each measurement is a process of its own against one warm Prefect server: the wall time of the first call of the flow,
with everything that bridge does in it (it opens the workspace, imports MLflow, stores, tracks), and the process's peak
memory. Prints the medians and their ratio. Other rooms' benchmarks are rows here too.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from rich.console import Console
from rich.table import Table

FRAME = """
import resource, sys, time
from {module} import flow, task
{imports}

@task
def make():
    return {value}

@task
def passed(value):
    return value

@flow
def passing():
    value = make()
    for _ in range(5):
        value = passed(value)

began = time.perf_counter()
passing()
print(time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""

SUBFLOWS = """
import resource, time
from {module} import flow, task

@task
def one():
    return 1

@flow
def inner():
    return one()

@flow
def outer():
    return [inner() for _ in range(5)]

began = time.perf_counter()
outer()
print(time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""

ROWS: Mapping[str, str] = {
    "500 MB array through five tasks": FRAME.replace("{imports}", "import numpy as np").replace(
        "{value}", "np.arange(62_500_000, dtype='f8')"
    ),
    "200 MB frame through five tasks": FRAME.replace("{imports}", "import numpy as np, pandas as pd").replace(
        "{value}", "pd.DataFrame(np.random.default_rng(0).random((1_250_000, 20))).add_prefix('c')"
    ),
    "five subflows of one task": SUBFLOWS,
}


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__.split("\n")[0])
    parser.add_argument("--times", type=int, default=3, help="measurements of each; the median counts")
    chosen = parser.parse_args()
    from prefect.settings import PREFECT_API_URL
    from prefect.testing.utilities import prefect_test_harness

    table = Table("flow", "Prefect", "bridge", "ratio", "peak memory: Prefect", "bridge")
    with tempfile.TemporaryDirectory() as folder, prefect_test_harness(server_startup_timeout=120):
        api = PREFECT_API_URL.value()
        for name, code in ROWS.items():
            taken: dict[str, list[tuple[float, float]]] = {"prefect": [], "bridge": []}
            for i in range(chosen.times):
                for module, measured in taken.items():
                    home = Path(folder) / f"{module}{i}{len(table.rows)}"
                    measured.append(_measure(code.replace("{module}", module), home, str(api)))
            (plain, plain_peak), (ours, peak) = (_medians(measured) for measured in taken.values())
            cells = f"{plain:.2f} s", f"{ours:.2f} s", f"{ours / plain:.2f}", f"{plain_peak:.0f} MB", f"{peak:.0f} MB"
            table.add_row(name, *cells)
    Console().print(table)
    return 0


def _measure(code: str, home: Path, api: str) -> tuple[float, float]:
    home.mkdir(parents=True)
    (home / "script.py").write_text(code)
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("BRIDGE_")},
        "BRIDGE_HOME": str(home / "bridge"),
        "MLFLOW_TRACKING_URI": f"sqlite:///{home / 'mlflow.db'}",
        "PREFECT_API_URL": api,
        "PREFECT_LOGGING_LEVEL": "CRITICAL",
    }
    words = [sys.executable, str(home / "script.py")]
    done = subprocess.run(words, env=environment, cwd=home, capture_output=True, text=True, check=True)
    seconds, peak = done.stdout.split()
    return float(seconds), float(peak)


def _medians(measured: list[tuple[float, float]]) -> tuple[float, float]:
    return statistics.median(seconds for seconds, _ in measured), statistics.median(peak for _, peak in measured)


if __name__ == "__main__":
    sys.exit(main())
