"""What the budgets' rows are measured with."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from prefect.settings import PREFECT_API_URL

from bridge.catalog import open_catalog
from tests.benchmarks import daily, flows, million
from tests.benchmarks import values as kept
from tests.benchmarks.homes import of_zenml
from tests.benchmarks.keeping_values import orders

HOST = {
    "bridge": "from bridge import flow, task",
    "prefect": "from prefect import flow, task",
}

PER_TASK = """
import time
{host}

@task
def nothing(n):
    return n

@flow
def many(n):
    began = time.perf_counter()
    for i in range(n):
        nothing(i)
    return (time.perf_counter() - began) / n

many(10)
time.sleep(5)  # for the tracker's process to be at work
print(many(100) * 1000)
"""

PER_STEP = """
import time
from zenml import pipeline, step

@step(enable_cache=False)
def nothing(n: int) -> int:
    return n

@pipeline(enable_cache=False)
def many(n: int):
    at = 0
    for _ in range(n):
        at = nothing(at)

def took(n):
    began = time.perf_counter()
    many(n)
    return time.perf_counter() - began

took(2)
print((took(12) - took(2)) / 10 * 1000)
"""

THREE = """
{host}

@task
def load():
    return list(range(1000))

@task
def double(rows):
    return [2 * one for one in rows]

@task
def total(rows):
    return sum(rows)

@flow
def three():
    return total(double(load()))

if __name__ == "__main__":
    three()
"""

DECIDING = """
import json
import numpy as np
from bridge import CONTENT, flow, task
from tests.benchmarks.twice import steady

taken = []

@task(cache_policy=CONTENT)
def make():
    return np.random.default_rng(0).random(125_000_000)

@task(cache_policy=CONTENT)
def mean(array):
    return float(array.mean())

@flow
def deciding():
    array = make()
    mean(array)
    taken.extend(1000 * one for one in steady(mean.fn, {"array": array}, times=41))

deciding()
print(json.dumps(sorted(taken)))
"""


def _in_turn(
    names: Iterable[str],
    times: int,
    measure: Callable[[str, int], float | None],
    of: Callable[[list[float]], float] = statistics.median,
) -> dict[str, float]:
    """What is measured in turn.

    Args:
        names: Of what is measured.
        times: Rounds.
        measure: Given a name and the number of the round, from 0; None does not count.
        of: What counts of the figures of one name.
    """
    taken: dict[str, list[float]] = {name: [] for name in names}
    for i in range(times):
        for name, into in taken.items():
            if (figure := measure(name, i)) is not None:
                into.append(figure)
    return {name: of(found) for name, found in taken.items()}


def per_task(tools: Sequence[str], times: int, zenml: str | None) -> dict[str, float]:
    """Milliseconds of a task, or a step, that does nothing; of ZenML half as many measurements."""
    with tempfile.TemporaryDirectory() as folder:

        def measure(tool: str, i: int) -> float | None:
            if tool == "zenml":
                return None if i % 2 else float(_told(PER_STEP, Path(folder) / tool, str(zenml)))
            return float(_told(PER_TASK.format(host=HOST[tool]), Path(folder) / tool))

        return _in_turn(tools, times, measure)


def whole_scripts(times: int) -> dict[str, float]:
    """Seconds of a script from its start to its exit; each tool's home was used once before."""
    with tempfile.TemporaryDirectory() as folder:

        def measure(tool: str, i: int) -> float | None:
            began = time.perf_counter()
            _told(THREE.format(host=HOST[tool]), Path(folder) / tool)
            return time.perf_counter() - began if i else None

        return _in_turn(HOST, times + 1, measure)


def imports(times: int) -> dict[str, float]:
    """Milliseconds that a statement takes in a new process, beyond what Python's own start takes.

    The least of several: a process that imports waits for nothing, and what it takes longer is others' work.
    """

    def measure(statement: str, _: int) -> float:
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", statement], check=True)
        return time.perf_counter() - began

    took = _in_turn(("pass", "import bridge", *HOST.values()), 4 * times + 1, measure, min)
    start = took.pop("pass")
    return {statement: (seconds - start) * 1000 for statement, seconds in took.items()}


def kept_values(
    kind: str, size: float, tools: Sequence[str], times: int, zenml: str | None
) -> Mapping[str, Mapping[str, Mapping[str, float]]]:
    """Medians of saving and loading a value, by tool and side (`tests.benchmarks.values`)."""
    found: dict[str, list[Any]] = {tool: [] for tool in tools}
    for _ in range(times):
        for tool in tools:
            found[tool].append(kept.measure(tool, kind, size, zenml))
    failed = [one["failed"] for each in found.values() for one in each if "failed" in one]
    if failed:
        raise SystemExit(failed[0])
    parts = ("seconds", "cpu", "extra")
    return {
        tool: {
            side: {part: statistics.median(one[side][part] for one in each) for part in parts}
            for side in ("save", "load")
        }
        for tool, each in found.items()
    }


def changed_tables() -> Iterator[tuple[str, int, int]]:
    """Two ways a table of 200 MB changes: what it is, bytes that were added to the store, bytes of the change alone."""
    random = np.random.default_rng(7)
    table = orders(daily.ROWS, random)
    longer = daily.next_day(table, 2, daily.ROWS // 100, 0, random)
    other = longer.assign(price=(longer["price"] * 1.1).round(2))
    with tempfile.TemporaryDirectory() as folder:
        save = daily.stored_by(Path(folder), "bridge")
        save(table)
        for number, (what, later, change) in enumerate(
            (
                ("a table with 1 % of its rows appended", longer, longer.iloc[len(table) :].reset_index(drop=True)),
                ("… with one column changed", other, other[["price"]]),
            )
        ):
            before = daily.stored(Path(folder) / "bridge")
            save(later)
            added = daily.stored(Path(folder) / "bridge") - before
            alone = Path(folder) / f"alone{number}"
            daily.stored_by(alone, "bridge")(change)
            yield what, added, daily.stored(alone)


def decisions() -> Iterator[tuple[str, float]]:
    """Milliseconds to find out whether a task has to run: its key, and the look at what is kept under it."""
    with tempfile.TemporaryDirectory() as folder:
        taken = json.loads(_told(DECIDING, Path(folder)))
    yield "cache decision on 1 GB that a task made, median", statistics.median(taken)
    yield "… the slowest of 41", max(taken)


def passing(times: int) -> tuple[float, float]:
    """Seconds of a flow that hands 500 MB through five tasks: bridge's, plain Prefect's."""
    code = flows.ROWS["500 MB array through five tasks"]
    with tempfile.TemporaryDirectory() as folder:

        def measure(tool: str, i: int) -> float:
            home = Path(folder) / f"{tool}{i}"
            return flows.measure(code, HOST[tool], home, str(PREFECT_API_URL.value()))[0]

        took = _in_turn(HOST, times, measure)
    return took["bridge"], took["prefect"]


def registering() -> float:
    """Seconds to register a forest of 100 trees, the first time of the process left out."""
    with tempfile.TemporaryDirectory() as folder:
        program = "from tests.benchmarks import models; print(models.with_bridge(models.CASES[0], 5)[0])"
        return float(_told(program, Path(folder), MLFLOW_TRACKING_URI=f"sqlite:///{folder}/mlflow.db"))


def asked(kind: str, versions: int) -> dict[str, float]:
    """Milliseconds of questions to a catalog full of versions (`tests.benchmarks.million`)."""
    names, each = 1000, versions // 1000
    with million.database(kind) as url:
        million.fill(url, names, each)
        catalog = open_catalog(url)
        try:
            questions = million.questions(catalog, names, each)
            return {what: million.median(ask, times) * 1000 for what, (times, ask) in questions.items()}
        finally:
            catalog.close()


def _told(program: str, home: Path, python: str = sys.executable, **more: str) -> str:
    """The last line that a program prints, in a home of its own."""
    home.mkdir(exist_ok=True)
    (home / "script.py").write_text(program)
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("BRIDGE_", "PREFECT_", "ZENML"))},
        "BRIDGE_HOME": str(home / "bridge"),
        "PREFECT_API_URL": str(PREFECT_API_URL.value()),
        "PREFECT_LOGGING_LEVEL": "CRITICAL",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "MLFLOW_TRACKING_URI": f"sqlite:///{home / 'mlflow.db'}",
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "PYTHONPATH": str(Path(__file__).parent.parent.parent),
        **of_zenml(home),
        **more,
    }
    words = [python, str(home / "script.py")]
    done = subprocess.run(words, env=environment, cwd=home, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-3000:])
    return done.stdout.strip().splitlines()[-1] if done.stdout.strip() else ""
