"""Small programs that are the same for all tools: `python workloads.py TOOL WHAT`.

Started by `compare` with the interpreter of the tool, so nothing of bridge is imported for the others. The last line
that it prints is a JSON document.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

TOOL, WHAT = sys.argv[1], sys.argv[2]
DAYS = 10
ROWS = 200_000


def decorators() -> tuple[Any, Any]:
    """What makes a pipeline and a step, with nothing found that was done before."""
    if TOOL == "zenml":
        from zenml import pipeline, step

        return pipeline(enable_cache=False), step(enable_cache=False)
    if TOOL == "bridge":
        from bridge import flow, task

        return flow, task
    from prefect import flow, task

    return flow, task


def startup() -> dict[str, Any]:
    """One empty step."""
    flow, task = decorators()

    @task
    def nothing() -> int:
        return 1

    @flow
    def one() -> None:
        nothing()

    one()
    return {}


def steps() -> dict[str, Any]:
    """Twenty-one steps one after the other, each noting when it begins; one run before is not counted."""
    flow, task = decorators()
    begun: list[float] = []

    @task
    def trivial(x: int) -> int:
        begun.append(time.perf_counter())
        return x

    @flow
    def warm_up() -> None:
        trivial(0)

    @flow
    def many() -> None:
        x = trivial(0)
        for _ in range(20):
            x = trivial(x)

    warm_up()
    begun.clear()
    many()
    return {"seconds": [(begun[-1] - begun[0]) / (len(begun) - 1)]}


def parallel() -> dict[str, Any]:
    """Four steps that wait a second, handed over in the way that the tool has for it."""
    flow, task = decorators()
    if TOOL == "zenml":
        from zenml import pipeline

        flow = pipeline(enable_cache=False, dynamic=True)
    times: list[tuple[float, float]] = []

    @task
    def wait(x: int) -> int:
        began = time.perf_counter()
        time.sleep(1)
        times.append((began, time.perf_counter()))
        return x

    @flow
    def waiting() -> None:
        for future in [wait.submit(x) for x in range(4)]:
            future.result() if TOOL != "zenml" else future.load()

    waiting()
    at_once = max(sum(began <= moment < ended for began, ended in times) for moment, _ in times)
    return {"at once": at_once, "seconds": max(end for _, end in times) - min(begin for begin, _ in times)}


def daily() -> dict[str, Any]:
    """Ten runs that each keep the table of a day: as a step's result, or logged by hand where the tool keeps none."""
    import pandas as pd

    flow, task = decorators()
    home = Path(sys.argv[3])
    if TOOL == "zenml":
        from typing import Annotated

        @task
        def today(day: int) -> Annotated[pd.DataFrame, "orders"]:
            return table(day)

    elif TOOL == "bridge":

        @task(output="orders")
        def today(day: int) -> pd.DataFrame:
            return table(day)

    else:
        import mlflow

        mlflow.set_experiment("orders")

        @task
        def today(day: int) -> None:
            path = home / "orders.parquet"
            table(day).to_parquet(path)
            with mlflow.start_run(run_name=f"day-{day}"):
                mlflow.log_artifact(str(path))
            path.unlink()

    @flow
    def keeping(day: int) -> None:
        today(day)

    sizes, seconds = [], []
    for day in range(1, DAYS + 1):
        began = time.perf_counter()
        keeping(day=day)
        seconds.append(time.perf_counter() - began)
        sizes.append(stored(home))
    return {"sizes": sizes, "seconds": seconds}


def table(day: int) -> Any:
    """Orders of a shop up to a day: each day adds 2 % of the first, and corrects twenty prices of before."""
    import numpy as np
    import pandas as pd

    rows = ROWS + (day - 1) * ROWS // 50
    random = np.random.default_rng(7)
    made = pd.DataFrame(
        {
            "order": np.arange(ROWS * 2),
            "customer": random.integers(0, 200_000, ROWS * 2),
            "product": random.integers(0, 5_000, ROWS * 2).astype("int32"),
            "quantity": random.integers(1, 12, ROWS * 2).astype("int16"),
            "price": random.gamma(2.0, 20.0, ROWS * 2).round(2),
            "weight": random.gamma(3.0, 1.5, ROWS * 2),
            "score": random.normal(size=ROWS * 2),
            "returned": random.random(ROWS * 2) < 0.03,
        }
    ).iloc[:rows]
    for before in range(2, day + 1):
        wrong = np.random.default_rng(before).integers(0, ROWS, 20)
        made.loc[wrong, "price"] = np.random.default_rng(before).gamma(2.0, 20.0, 20).round(2)
    return made


def stored(home: Path) -> int:
    """Bytes of all files in a home, databases and logs of runs left out."""
    files = (file for file in home.rglob("*") if file.is_file() and not file.is_symlink())
    return sum(file.stat().st_size for file in files if ".db" not in file.name and file.suffix != ".log")


if __name__ == "__main__":
    print(json.dumps({"startup": startup, "steps": steps, "parallel": parallel, "daily": daily}[WHAT]()))
