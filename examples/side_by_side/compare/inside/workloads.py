"""Small programs that are the same for all tools: `python workloads.py TOOL WHAT`.

Started by `compare` with the interpreter of the tool, so nothing of bridge is imported for the others. The last line
that it prints is a JSON document.
"""

import json
import sys
import time
from pathlib import Path
from typing import Annotated, Any

TOOL, WHAT = sys.argv[1], sys.argv[2]
HOME = Path(sys.argv[3]) if len(sys.argv) > 3 else Path()
DAYS = 10
ROWS = 200_000

if WHAT == "daily":
    import pandas as pd

if TOOL == "zenml":
    from zenml import pipeline, step

    flow, task = pipeline(enable_cache=False), step(enable_cache=False)
    at_once = pipeline(enable_cache=False, dynamic=True)
    ORDERS = "orders"
elif TOOL == "bridge":
    from bridge import Artifact, flow, task

    at_once, ORDERS = flow, Artifact("orders")
else:
    from prefect import flow, task

    at_once = flow

begun: list[float] = []
waited: list[tuple[float, float]] = []


@task
def trivial(x: int) -> int:
    """Note when it begins."""
    begun.append(time.perf_counter())
    return x


@task
def wait(x: int) -> int:
    """Note when it began and ended."""
    began = time.perf_counter()
    time.sleep(1)
    waited.append((began, time.perf_counter()))
    return x


if TOOL == "prefect":

    @task
    def today(day: int) -> None:
        """The table of a day, logged by hand: Prefect keeps no versions."""
        import mlflow

        path = HOME / "orders.parquet"
        table(day).to_parquet(path)
        mlflow.set_experiment("orders")
        with mlflow.start_run(run_name=f"day-{day}"):
            mlflow.log_artifact(str(path))
        path.unlink()

elif WHAT == "daily":

    @task
    def today(day: int) -> Annotated[pd.DataFrame, ORDERS]:
        """The table of a day."""
        return table(day)


@flow
def one() -> None:
    """One step."""
    trivial(0)


@flow
def many() -> None:
    """Twenty-one of them, one after the other."""
    x = trivial(0)
    for _ in range(20):
        x = trivial(x)


@at_once
def waiting() -> None:
    """Four steps, handed over in the way that the tool has for it."""
    for future in [wait.submit(x) for x in range(4)]:
        future.load() if TOOL == "zenml" else future.result()


@flow
def keeping(day: int) -> None:
    """A day."""
    today(day)


def startup() -> dict[str, Any]:
    """One step in a new process."""
    one()
    return {}


def steps() -> dict[str, Any]:
    """Seconds from the begin of a step to that of the next; one run before is not counted."""
    one()
    begun.clear()
    many()
    return {"seconds": [(begun[-1] - begun[0]) / (len(begun) - 1)]}


def parallel() -> dict[str, Any]:
    """How many of four steps ran at the same time, and how long all of them took."""
    waiting()
    most = max(sum(began <= moment < ended for began, ended in waited) for moment, _ in waited)
    return {"at once": most, "seconds": max(end for _, end in waited) - min(begin for begin, _ in waited)}


def daily() -> dict[str, Any]:
    """Bytes stored and seconds taken, for each of ten days."""
    sizes, seconds = [], []
    for day in range(1, DAYS + 1):
        began = time.perf_counter()
        keeping(day=day)
        seconds.append(time.perf_counter() - began)
        sizes.append(stored(HOME))
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
