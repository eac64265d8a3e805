"""Time a pipeline on 1 GB, run twice, with what finds work that was done: `python -m tests.benchmarks.second_run`.

Three tasks: one makes an array, one passes over it, one sums it up. Each run is a process of its own against one warm
Prefect server; counted is the time of the calls of the tasks. Beside bridge's `CONTENT` is Prefect's own
`INPUTS + TASK_SOURCE`, with results in its default storage. Last comes what the key of one task costs by itself.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

SCRIPT = """
import time
import numpy as np
{imports}

@task(cache_policy=POLICY, persist_result=True)
def make(n):
    return np.random.default_rng(0).normal(size=n)

@task(cache_policy=POLICY, persist_result=True)
def scale(values):
    return np.sqrt(np.abs(values)) * 2.0

@task(cache_policy=POLICY, persist_result=True)
def total(values):
    return float(values.sum())

@flow
def pipeline(n):
    began = time.perf_counter()
    result = total(scale(make(n)))
    print("TOOK", time.perf_counter() - began)
    return result

pipeline({n})
"""

DECISION = """
import time
import numpy as np
from bridge import CONTENT, flow, task
from bridge.flows.caching.key import make_key
from bridge.workspace import current

@task(cache_policy=CONTENT)
def make(n):
    return np.random.default_rng(0).normal(size=n)

@task(cache_policy=CONTENT)
def total(values):
    return float(values.sum())

@flow
def pipeline(n):
    values = make(n)
    total(values)
    for _ in range(20):
        began = time.perf_counter()
        make_key(current(), total.fn, {{"values": values}})
        print("TOOK", time.perf_counter() - began)

pipeline({n})
"""

TOOLS = {
    "bridge, CONTENT": "from bridge import CONTENT as POLICY, flow, task",
    "Prefect, INPUTS + TASK_SOURCE": "from prefect import flow, task\n"
    "from prefect.cache_policies import INPUTS, TASK_SOURCE\nPOLICY = INPUTS + TASK_SOURCE",
}


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.second_run", description=__doc__.split("\n")[0])
    parser.add_argument("--size", type=float, default=1.0, help="gigabytes of the array")
    size = parser.parse_args().size
    from prefect.settings import PREFECT_API_URL
    from prefect.testing.utilities import prefect_test_harness

    table = Table("tool", "first run", "second run", "second / first")
    with tempfile.TemporaryDirectory() as folder, prefect_test_harness(server_startup_timeout=120):
        api = str(PREFECT_API_URL.value())
        for number, (tool, imports) in enumerate(TOOLS.items()):
            home = Path(folder) / str(number)
            home.mkdir()
            (home / "script.py").write_text(SCRIPT.format(imports=imports, n=int(size * 1e9 / 8)))
            first, second = (_run(home, api) for _ in range(2))
            table.add_row(tool, f"{first:.2f} s", f"{second:.3f} s", f"{second / first:.2%}")
        (home / "script.py").write_text(DECISION.format(n=int(size * 1e9 / 8)))
        keys = [_run(home, api) for _ in range(3)]
    Console().print(table)
    Console().print(f"The key of a task on {size:g} GB that a task returned: {min(keys) * 1000:.2f} ms")
    return 0


def _run(home: Path, api: str) -> float:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("BRIDGE_", "PREFECT_"))},
        "BRIDGE_HOME": str(home / "bridge"),
        "BRIDGE_TRACKER": "null",
        "PREFECT_API_URL": api,
        "PREFECT_LOCAL_STORAGE_PATH": str(home / "results"),
        "PREFECT_LOGGING_LEVEL": "CRITICAL",
    }
    words = [sys.executable, str(home / "script.py")]
    done = subprocess.run(words, env=environment, cwd=home, capture_output=True, text=True, check=True)
    return statistics.median(float(text.split()[0]) for text in done.stdout.split("TOOK")[1:])


if __name__ == "__main__":
    sys.exit(main())
