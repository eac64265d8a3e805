"""Time a study of objectives that wait: `python -m tests.benchmarks.tuning`.

64 trials of a second, eight at a time: eight seconds, if asking, submitting, recording and telling took none. On each
task runner the flow first runs eight tasks, so that its processes are there, and then the study; counted is the study.
Beside it are the same function as 64 tasks of Prefect's on that runner, eight at a time, and as tasks of bridge's; and
Optuna's own `study.optimize(n_jobs=8)` on a database of its own, and the same with its MLflow callback. Each is a
process of its own against one warm Prefect server.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

ON_A_RUNNER = """
import queue, time
from typing import Annotated
{names}
from tests.matrix.runners import started

@task
def objective(x: Annotated[float, Uniform(-10, 10)], seconds: float) -> float:
    time.sleep(seconds)
    return x * x

@task
def warm(seconds):
    {imports}
    time.sleep(seconds)

def tuned():
    options = dict(n_trials={trials}, n_jobs={jobs}, study_name="bench", progress=False)
    return len(tune(objective, seconds={seconds}, **options).trials)

def submitted():
    ended, waiting = queue.SimpleQueue(), iter(range({trials}))
    def begin(_):
        for n in waiting:
            objective.submit(float(n), {seconds}).add_done_callback(ended.put)
            return
    for n in range({jobs}):
        begin(n)
    for done in range({trials}):
        one = ended.get()
        one.wait()
        one.result()
        begin(done)
    return {trials}

def run(runner):
    @flow(task_runner=runner)
    def search():
        began = time.perf_counter()
        for one in [warm.submit(2.0) for _ in range({jobs})]:
            one.result()
        print("STARTED", time.perf_counter() - began - 2.0)
        began = time.perf_counter()
        done = {work}()
        print("TOOK", time.perf_counter() - began, done)
    search()

if __name__ == "__main__":
    with started("{runner}", workers={jobs}) as make:
        run(make())
"""

PLAIN = {"names": "from prefect import flow, task\nUniform = lambda *_: None", "imports": "pass", "work": "submitted"}
TASKS = {"names": "from bridge import flow, task\nUniform = lambda *_: None", "imports": "pass", "work": "submitted"}
STUDY = {
    "names": "from bridge import flow, task, tune\nfrom bridge.tuning import Uniform",
    "imports": "import bridge.tuning.attempt, optuna",
    "work": "tuned",
}

OPTUNA = """
import time, optuna
optuna.logging.set_verbosity(optuna.logging.ERROR)

def objective(trial):
    x = trial.suggest_float("x", -10, 10)
    time.sleep({seconds})
    return x * x

if __name__ == "__main__":
    {callback}
    study = optuna.create_study(storage="sqlite:///optuna.db")
    began = time.perf_counter()
    study.optimize(objective, n_trials={trials}, n_jobs={jobs}, callbacks=callbacks)
    print("TOOK", time.perf_counter() - began, len(study.trials))
"""

MLFLOW = """
import mlflow
    mlflow.set_tracking_uri("sqlite:///mlflow.db")
    mlflow.set_experiment("bench")
    def log(study, trial):
        with mlflow.start_run(run_name=str(trial.number)):
            mlflow.log_params(trial.params)
            mlflow.log_metric("value", trial.value)
    callbacks = [log]
"""


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.tuning", description=__doc__.split("\n")[0])
    parser.add_argument("--trials", type=int, default=64)
    parser.add_argument("--jobs", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=1.0, help="that an objective waits")
    parser.add_argument("--runners", default="threads,processes,dask,ray")
    options = vars(parser.parse_args())
    runners = options.pop("runners").split(",")
    os.environ["PREFECT_SERVER_ANALYTICS_ENABLED"] = "false"
    from prefect.settings import PREFECT_API_URL
    from prefect.testing.utilities import prefect_test_harness

    ideal = options["trials"] / options["jobs"] * options["seconds"]
    table = Table("what", "start-up", "trials", "/ ideal", "over the ideal, a trial")
    with tempfile.TemporaryDirectory() as folder, prefect_test_harness(server_startup_timeout=120):
        api = str(PREFECT_API_URL.value())
        plain = OPTUNA.format(callback="callbacks = []", **options)
        tracked = OPTUNA.format(callback=MLFLOW.strip(), **options)
        programs = {"Optuna, n_jobs": plain, "Optuna, n_jobs, a run in MLflow each": tracked}
        for runner in runners:
            for what, parts in (("tasks of Prefect", PLAIN), ("tasks of bridge", TASKS), ("bridge, a study", STUDY)):
                programs[f"{runner}: {what}"] = ON_A_RUNNER.format(runner=runner, **parts, **options)
        for number, (what, program) in enumerate(programs.items()):
            home = Path(folder) / str(number)
            home.mkdir()
            started, took = _run(home, program, api)
            row = (f"{took:.1f} s", f"{took / ideal:.2f}", f"{(took - ideal) / options['trials'] * 1000:.0f} ms")
            table.add_row(what, f"{started:.1f} s" if started else "", *row)
            print(what, *row, flush=True)
    Console().print(table)
    Console().print(f"Ideal: {ideal:g} s")
    return 0


def _run(home: Path, program: str, api: str) -> tuple[float, float]:
    (home / "script.py").write_text(program)
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("BRIDGE_", "PREFECT_"))},
        "BRIDGE_HOME": str(home / "bridge"),
        "PREFECT_API_URL": api,
        "PREFECT_LOGGING_LEVEL": "CRITICAL",
        "PYTHONPATH": str(Path(__file__).parent.parent.parent),
    }
    words = [sys.executable, str(home / "script.py")]
    done = subprocess.run(words, env=environment, cwd=home, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    found = {word: float(done.stdout.split(word)[1].split()[0]) for word in ("STARTED", "TOOK") if word in done.stdout}
    return found.get("STARTED", 0.0), found["TOOK"]


if __name__ == "__main__":
    sys.exit(main())
