"""Time a pipeline on 1 GB, run twice, with what finds work that was done: `python -m tests.benchmarks.second_run`.

Ten tasks (`tests.benchmarks.twice`) under bridge's `CONTENT`, Prefect's own `INPUTS + TASK_SOURCE` with results in its
default storage, and ZenML's cache with its local stack. Each run is a process of its own, in a home of the tool's own;
all first runs come before all second ones. Task time is the sum, over the tasks, of the time from Prefect's Running to
the final state; of a step that ZenML finds it says none, as it does not start it, and hands on no value. The whole is
the call of the flow. Prefect's server is warm. Models are trained with one thread, bridge has no tracker.

ZenML runs in an environment of its own, which `make bench` makes; without `--zenml` it is left out.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from tests.benchmarks.homes import of_zenml

SCRIPT = Path(__file__).with_name("twice.py")

TOOLS = {
    "bridge": "bridge, CONTENT",
    "prefect": "Prefect, INPUTS + TASK_SOURCE",
    "zenml": "ZenML, its cache",
}

FOUND = {"Cached", "cached"}


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.second_run", description=__doc__.split("\n")[0])
    parser.add_argument("--gigabytes", type=float, default=1.0, help="size of the table")
    parser.add_argument("--zenml", metavar="PYTHON", help="interpreter of an environment that has ZenML")
    chosen = parser.parse_args()
    from prefect.settings import PREFECT_API_URL
    from prefect.testing.utilities import prefect_test_harness

    console = Console(width=max(140, Console().width))
    tools = [tool for tool in TOOLS if tool != "zenml" or (chosen.zenml and Path(chosen.zenml).exists())]
    runs: dict[str, list[Any]] = {tool: [] for tool in tools}
    with tempfile.TemporaryDirectory() as folder, prefect_test_harness(server_startup_timeout=300):
        api = str(PREFECT_API_URL.value())
        for which in ("first", "second"):
            for tool in tools:
                console.print(f"{TOOLS[tool]}: {which} run ...", style="dim")
                python = str(Path(chosen.zenml).absolute()) if tool == "zenml" else sys.executable
                runs[tool].append(_run(tool, python, Path(folder) / tool, api, chosen.gigabytes))
                took = _task_time(runs[tool][-1])
                console.print(f"{TOOLS[tool]}: {which} run: {took:.2f} s of task time", style="dim")
        bytes_kept = {tool: _bytes_in(Path(folder) / tool) for tool in tools}
    console.print(_table(chosen.gigabytes, runs, bytes_kept))
    _say_more(console, runs)
    if "zenml" not in tools:
        console.print("ZenML is left out: `make bench` makes an environment that has it.")
    return 0


def _run(tool: str, python: str, home: Path, api: str, gigabytes: float) -> Any:
    home.mkdir(exist_ok=True)
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("BRIDGE_", "PREFECT_", "ZENML"))},
        "TWICE": tool,
        "OMP_NUM_THREADS": "1",
        "BRIDGE_HOME": str(home / "bridge"),
        "BRIDGE_TRACKER": "null",
        "PREFECT_API_URL": api,
        "PREFECT_LOCAL_STORAGE_PATH": str(home / "results"),
        "PREFECT_LOGGING_LEVEL": "CRITICAL",
        **of_zenml(home),
    }
    words = [python, str(SCRIPT), str(gigabytes)]
    done = subprocess.run(words, env=environment, cwd=home, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{TOOLS[tool]} failed:\n{done.stderr[-2000:]}")
    return json.loads(done.stdout.strip().splitlines()[-1])


def _table(gigabytes: float, runs: dict[str, list[Any]], bytes_kept: dict[str, int]) -> Table:
    table = Table(title=f"A pipeline of ten tasks on {gigabytes:g} GB", title_justify="left", title_style="bold")
    table.add_column("", no_wrap=True)
    for heading in ("tasks, first", "second", "ratio", "whole, first", "second", "decision median", "most", "on disk"):
        table.add_column(heading, justify="right")
    for tool, (first, second) in runs.items():
        before, after = (_task_time(one) for one in (first, second))
        found = sum(state in FOUND for _, state, _ in second["tasks"])
        cells = [f"{before:.1f} s", f"{after:.2f} s", f"{after / before:.2%}" if after else "not started"]
        cells += [f"{first['wall']:.1f} s", f"{second['wall']:.1f} s", *_decisions(second["decisions"])]
        name = TOOLS[tool] if found == len(second["tasks"]) else f"{TOOLS[tool]} ({found} found)"
        table.add_row(name, *cells, f"{bytes_kept[tool] / 1e9:.2f} GB")
    return table


def _say_more(console: Console, runs: dict[str, list[Any]]) -> None:
    second = runs["bridge"][1]
    each = ", ".join(f"{name} {seconds:.2f}" for name, _, seconds in second["tasks"])
    console.print(f"bridge's second run, seconds of each task: {each}.")
    steady = second["steady"]
    console.print(
        f"bridge's decision (key and look-up) on values of that size at hand: median "
        f"{statistics.median(steady) * 1000:.2f} ms, least {min(steady) * 1000:.2f}, most {max(steady) * 1000:.2f} "
        f"of {len(steady)}; in the table is what is done once in a process, too."
    )


def _task_time(run: Any) -> float:
    return sum(seconds for _, _, seconds in run["tasks"])


def _decisions(seconds: Sequence[float]) -> tuple[str, str]:
    if not seconds:
        return "-", "-"
    return f"{statistics.median(seconds) * 1000:.1f} ms", f"{max(seconds) * 1000:.0f} ms"


def _bytes_in(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file() and not file.is_symlink())


if __name__ == "__main__":
    sys.exit(main())
