"""What the three scripts of answers have in common: each answer is a function that asks, prints, and says in a line."""

import contextlib
import inspect
import io
import json
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

PIPELINES = Path(__file__).parents[2]
sys.path.insert(0, str(PIPELINES))  # what is asked may need the pipeline itself

ANSWERS: dict[str, Callable[[], str]] = {}


def answers(row: str) -> Callable[[Callable[[], str]], Callable[[], str]]:
    """Make a function the answer of a row."""

    def register(function: Callable[[], str]) -> Callable[[], str]:
        ANSWERS[row] = function
        return function

    return register


def shell(command: str, *, most: int = 40) -> str:
    """Run a command of the tool's environment, return what it printed, and print at most so many lines of it."""
    done = subprocess.run(
        f"{Path(sys.executable).parent}/{command}", shell=True, capture_output=True, text=True, check=False
    )
    if not most:
        return done.stdout
    print(f"$ {command}" + (f"  # ends with {done.returncode}" if done.returncode else ""))
    lines = (done.stdout + (done.stderr if done.returncode else "")).strip().splitlines()
    print("\n".join([*lines[:most], *(["…"] if len(lines) > most else [])]))
    return done.stdout


def workload(tool: str, what: str) -> dict[str, object]:
    """Run one of the small programs."""
    words = [sys.executable, str(Path(__file__).with_name("workloads.py")), tool, what]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr.strip()[-600:])
    told: dict[str, object] = json.loads(done.stdout.strip().splitlines()[-1])
    print(told)
    return told


def serving(tool: str) -> str:
    """Run a pipeline's `schedule` against the Prefect server until the server has its schedule, and say what it has."""
    from prefect.client.orchestration import get_client

    words = [sys.executable, str(PIPELINES / f"{tool}_pipeline.py"), "schedule"]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        with get_client(sync_client=True) as client:
            until = time.monotonic() + 120
            while time.monotonic() < until and process.poll() is None:
                runs = sorted(client.read_flow_runs(), key=lambda run: run.expected_start_time)
                coming = [run for run in runs if run.deployment_id and run.state and run.state.is_scheduled()]
                if coming:
                    deployment = client.read_deployment(coming[0].deployment_id)
                    print(deployment.name, [each.schedule for each in deployment.schedules])
                    print(*(f"{run.name} at {run.expected_start_time}" for run in coming[:3]), sep="\n")
                    client.delete_deployment(deployment.id)
                    return f"the server has {len(coming)} runs to come, the first at {coming[0].expected_start_time}"
                time.sleep(1)
    finally:
        process.kill()
        process.wait()
    raise RuntimeError("no run was scheduled within two minutes")


def main() -> None:
    """Give every answer; what raises is an answer too. The last line printed is a JSON document."""
    told = {row: _answer(function) for row, function in ANSWERS.items() if len(sys.argv) == 1 or row in sys.argv[1:]}
    print(json.dumps(told))


def _answer(function: Callable[[], str]) -> dict[str, object]:
    printed, failed = io.StringIO(), False
    with contextlib.redirect_stdout(printed):
        try:
            said = function()
        except (Exception, SystemExit) as error:  # noqa: BLE001 - the report shows it
            said, failed = f"fails: {type(error).__name__}: {' '.join(str(error).split())[:200]}", True
            print(f"{type(error).__name__}: {error}")
    return {"said": said, "query": _query(function), "evidence": printed.getvalue().strip(), "failed": failed}


def _query(function: Callable[[], str]) -> str:
    """The body of a function."""
    lines = inspect.getsource(function).splitlines()
    start = next(number for number, line in enumerate(lines) if line.lstrip().startswith("def ")) + 1
    return textwrap.dedent("\n".join(lines[start:])).strip()
