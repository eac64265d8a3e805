"""`CONTENT` across processes: edited code, killed processes, runners."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from bridge.cache import explain
from bridge.workspace import Workspace, current
from tests.flows.conftest import Script

pytestmark = [pytest.mark.matrix, pytest.mark.timeout(600)]  # a Ray of its own takes a busy machine minutes

HELPERS = '''
FACTOR = 2


def clean(values):
    """Leave out what is small."""
    kept = [value for value in values if value > 1]
    return kept


def unused(values):
    return values
'''

PIPELINE = """
import helpers
from bridge import CONTENT, flow, task

@task(cache_policy=CONTENT)
def numbers():
    return [1.5, 2.5, 0.5]

@task(cache_policy=CONTENT)
def prepare(values):
    return helpers.clean(values)

@task(cache_policy=CONTENT)
def scale(values):
    return [value * helpers.FACTOR for value in values]

@flow
def pipeline():
    renamed = numbers()
    return scale(prepare(renamed))

if __name__ == "__main__":
    pipeline()
"""


def decided() -> dict[str, str]:
    """What was decided of each task in the latest run."""
    catalog = current().catalog
    run = catalog.runs(limit=1)[0]
    return {step.task: step.cache["decision"] for step in catalog.steps(run.id) if step.cache}


def edited(script: Script, text: str) -> dict[str, str]:
    (script.folder / "helpers.py").write_text(text)
    code, _, err = script.run(PIPELINE)
    assert code == 0, err
    return decided()


def test_one_changed_line_runs_the_tasks_that_reach_it_and_explain_names_the_line(script: Script) -> None:
    assert edited(script, HELPERS) == {"numbers": "miss", "prepare": "miss", "scale": "miss"}
    assert edited(script, HELPERS) == {"numbers": "hit", "prepare": "hit", "scale": "hit"}
    neither = HELPERS.replace("    return values", "    return list(values)").replace(
        "    kept =", "    # why\n    kept ="
    )
    assert edited(script, neither) == {"numbers": "hit", "prepare": "hit", "scale": "hit"}

    assert edited(script, HELPERS.replace("value > 1]", "value > 2]")) == {
        "numbers": "hit",
        "prepare": "miss",
        "scale": "miss",
    }
    (why,) = explain("prepare")
    (change,) = why.changes
    assert (change.kind, change.name) == ("code", "helpers:clean")
    assert change.place == f"{script.folder / 'helpers.py'}:7"
    assert [line for line in change.lines if line[0] in "+-"] == [
        "-    kept = [value for value in values if value > 1]",
        "+    kept = [value for value in values if value > 2]",
    ]
    (scaled,) = explain("scale")
    assert [(one.kind, one.name) for one in scaled.changes] == [("input", "values")]

    assert edited(script, HELPERS.replace("FACTOR = 2", "FACTOR = 3")) == {
        "numbers": "hit",
        "prepare": "hit",
        "scale": "miss",
    }
    (constant,) = explain("scale")
    assert [(one.kind, one.name, one.old, one.new) for one in constant.changes] == [
        ("value", "script:helpers.FACTOR", "2", "3")
    ]


KILLED = """
import os, signal
from bridge import CONTENT, flow, task
from bridge.flows.caching.records import CatalogRecords

@task(cache_policy=CONTENT)
def numbers():
    return list(range(100))

def killed(self, *args, **options):
    os.kill(os.getpid(), signal.SIGKILL)

if os.environ.get("KILL"):
    CatalogRecords.write_path = killed

numbers()
"""


def test_a_process_that_is_killed_between_version_and_record_leaves_a_miss(script: Script) -> None:
    code, _, _ = script.run(KILLED, KILL="1")
    assert code == -signal.SIGKILL
    assert current().catalog.results(prefix="bridge-catalog/") == []
    for _ in range(2):
        code, _, err = script.run(KILLED)
        assert code == 0, err
    steps = current().catalog.steps_of_task("numbers")
    assert [step.cache["decision"] for step in steps] == ["hit", "miss", "miss"]
    assert {str(step.outputs[0].what) for step in steps} == {"numbers@1"}


TOGETHER = """
import sys, time
from pathlib import Path
from prefect.locking.filesystem import FileSystemLockManager
from bridge import CONTENT, task

locks = FileSystemLockManager(lock_files_directory=Path(sys.argv[1]))
policy = CONTENT.configure(lock_manager=locks, isolation_level="SERIALIZABLE") if sys.argv[2] == "locked" else CONTENT

@task(cache_policy=policy)
def slow(n):
    time.sleep(3)
    return [n]

Path(sys.argv[3]).touch()
while len(list(Path(sys.argv[3]).parent.iterdir())) < 2:
    time.sleep(0.01)
assert slow(1) == [1]
"""


@pytest.mark.parametrize("how", ["locked", "free"])
def test_two_processes_at_once_are_both_right_and_compute_once_with_locks(
    script: Script, tmp_path: Path, how: str
) -> None:
    (tmp_path / "ready").mkdir()
    both = [
        script.start(TOGETHER, str(tmp_path / "locks"), how, str(tmp_path / "ready" / str(i)), PYTHONUNBUFFERED="1")
        for i in range(2)
    ]
    for process in both:
        _, err = process.communicate(timeout=150)
        assert process.returncode == 0, err
    found = sorted(step.cache["decision"] for step in current().catalog.steps_of_task("slow"))
    if how == "locked":
        assert found == ["hit", "miss"]
    assert {str(step.outputs[0].what) for step in current().catalog.steps_of_task("slow")} == {"slow@1"}


RUNNERS = """
import sys
from bridge import CONTENT, flow, task
from prefect.task_runners import ProcessPoolTaskRunner, ThreadPoolTaskRunner

def runner(name):
    if name == "threads":
        return ThreadPoolTaskRunner(max_workers=2)
    if name == "processes":
        return ProcessPoolTaskRunner(max_workers=2)
    if name == "dask":
        from prefect_dask import DaskTaskRunner
        return DaskTaskRunner(cluster_kwargs={"n_workers": 2, "threads_per_worker": 1, "dashboard_address": None})
    from prefect_ray import RayTaskRunner
    return RayTaskRunner(init_kwargs={"num_cpus": 2, "include_dashboard": False})

@task(cache_policy=CONTENT)
def numbers(n):
    return list(range(n))

@task(cache_policy=CONTENT)
def total(values):
    return sum(values)

@flow
def pipeline():
    made = numbers.submit(10)
    sums = total.map([[1, 2], [3, 4]])
    return [total.submit(made).result(), *[one.result() for one in sums]]

if __name__ == "__main__":
    assert pipeline.with_options(task_runner=runner(sys.argv[1]))() == [45, 3, 7]
"""


@pytest.mark.parametrize("name", ["threads", "processes", "dask", "ray"])
def test_hits_hold_in_every_runner(script: Script, name: str) -> None:
    for expected in (["miss"], ["hit"]):
        code, _, err = script.run(RUNNERS, name, PYTHONWARNINGS="ignore")
        assert code == 0, err
        catalog = current().catalog
        steps = catalog.steps(catalog.runs(limit=1)[0].id)
        assert sorted({step.cache["decision"] for step in steps if step.cache}) == expected


def test_the_command_names_the_line_on_a_terminal_and_in_json(script: Script) -> None:
    edited(script, HELPERS)
    edited(script, HELPERS.replace("value > 1]", "value > 2]"))

    def bridge(*words: str) -> str:
        command = [sys.executable, "-m", "bridge", *words]
        done = subprocess.run(command, env=script.environment, capture_output=True, text=True, check=True)
        return done.stdout

    shown = bridge("cache", "explain", "prepare")
    assert "helpers.py:7" in shown
    assert "+    kept = [value for value in values if value > 2]" in shown
    document: Any = json.loads(bridge("cache", "explain", "prepare", "--json"))
    assert document["steps"][0]["changes"][0]["name"] == "helpers:clean"
    assert "pipeline/numbers@1" in bridge("cache")
    assert "Forgot 2 results of prepare" in bridge("cache", "clear", "--task", "prepare")
    assert edited(script, HELPERS)["prepare"] == "miss"
    assert "nothing is kept of that result" in bridge("cache", "explain", "prepare")


def test_somebody_elses_lock_ends_with_his_process(workspace: Workspace, tmp_path: Path) -> None:
    from prefect.locking.filesystem import FileSystemLockManager

    from bridge.flows.caching import leases

    manager = FileSystemLockManager(lock_files_directory=tmp_path)
    manager.acquire_lock("key", "one that died", hold_timeout=0.5)
    began = time.monotonic()
    assert leases.leases.acquire(manager, "key", "me", None)
    assert time.monotonic() - began >= 0.3
    leases.leases.release(manager, "key", "me")
    leases.leases.release(manager, "key", "me")
    assert not manager.is_locked("key")
