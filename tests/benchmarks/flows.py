"""Time the same flow under plain Prefect and under bridge, interleaved: `python -m tests.benchmarks.flows`.

Each measurement is a process of its own against one warm Prefect server: the wall time of the first call of the flow,
with everything that bridge does in it (it opens the workspace, starts the tracker, stores), and the process's peak
memory. The floor is Prefect told to look for nothing done before (`cache_policy=NO_CACHE`): no hashing, no recording.
Prints the medians and their ratio. Other rooms' benchmarks are rows here too.
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

PASSING = """
import time
{decorators}
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
{measured}
"""

SUBFLOWS = """
import time
{decorators}

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
{measured}
"""

DECORATORS: Mapping[str, str] = {
    "prefect": "from prefect import flow, task",
    "bridge": "from bridge import flow, task",
    "floor": """
import functools
import prefect
from prefect.cache_policies import NO_CACHE
flow, task = prefect.flow, functools.partial(prefect.task, cache_policy=NO_CACHE)
""",
}

MEASURED = """
took = time.perf_counter() - began
with open("/proc/self/status") as file:  # not getrusage, whose peak begins with that of the process before exec
    print(took, next(int(line.split()[1]) / 1024 for line in file if line.startswith("VmHWM")))
"""

ROWS: Mapping[str, str] = {
    "500 MB array through five tasks": PASSING.replace("{imports}", "import numpy as np").replace(
        "{value}", "np.arange(62_500_000, dtype='f8')"
    ),
    "200 MB frame through five tasks": PASSING.replace("{imports}", "import numpy as np, pandas as pd").replace(
        "{value}",
        "pd.DataFrame(np.random.rand(20, 1_250_000).T, columns=[*'abcdefghijklmnopqrst'], copy=False)",
    ),
    "five subflows of one task": SUBFLOWS,
}


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.flows", description=__doc__.split("\n")[0])
    parser.add_argument("--times", type=int, default=3, help="measurements of each; the median counts")
    chosen = parser.parse_args()
    from prefect.settings import PREFECT_API_URL
    from prefect.testing.utilities import prefect_test_harness

    table = Table("flow", "Prefect", "bridge", "ratio", "floor", "peak memory: Prefect", "bridge", "floor")
    with tempfile.TemporaryDirectory() as folder, prefect_test_harness(server_startup_timeout=120):
        api = PREFECT_API_URL.value()
        for name, code in ROWS.items():
            taken: dict[str, list[tuple[float, float]]] = {kind: [] for kind in DECORATORS}
            for i in range(chosen.times):
                for kind, measured in taken.items():
                    home = Path(folder) / f"{kind}{i}{len(table.rows)}"
                    measured.append(measure(code, DECORATORS[kind], home, str(api)))
            times, peaks = zip(*(medians(measured) for measured in taken.values()), strict=True)
            plain, ours, floor = times
            seconds = f"{plain:.2f} s", f"{ours:.2f} s", f"{ours / plain:.2f}", f"{floor:.2f} s"
            table.add_row(name, *seconds, *(f"{peak:.0f} MB" for peak in peaks))
    Console().print(table)
    return 0


def measure(code: str, decorators: str, home: Path, api: str) -> tuple[float, float]:
    home.mkdir(parents=True)
    code = code.replace("{decorators}", decorators).replace("{measured}", MEASURED)
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


def medians(measured: list[tuple[float, float]]) -> tuple[float, float]:
    return statistics.median(seconds for seconds, _ in measured), statistics.median(peak for _, peak in measured)


if __name__ == "__main__":
    sys.exit(main())
