"""The tracker's process is started while a script still imports, and is gone where nothing came of that."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.tracking.conftest import Script, mlflow_remarks
from tests.tracking.test_scripts import alone, home_of, the_run_in

__all__ = ["alone"]

pytestmark = [pytest.mark.slow, *mlflow_remarks]

WAITING = """
import os, sys, time
from bridge.tracking import ahead
{before}
from bridge import flow, task

def waiting():
    there = ahead._waiting
    return there.reached.pid if there is not None else 0

print("waits" if waiting() else "none", flush=True)
{then}
"""

FLOW = """
@flow
def one():
    return task(lambda: 1)()

process = waiting()
one()
from bridge.workspace import current
used = current().tracker._process._line._there.pid
print(used == process, waiting())
"""


def said(script: Script, then: str = "", before: str = "", **environment: str) -> list[str]:
    code, out, err = script.run(WAITING.format(before=before, then=then), **environment)
    assert code == 0, err
    return out.split()


def is_there(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def wait_until_gone(pid: int) -> None:
    until = time.monotonic() + 60
    while is_there(pid):
        assert time.monotonic() < until, "the process that nobody needs goes on"
        time.sleep(0.1)


def test_a_flow_takes_the_process_that_waits(alone: Script) -> None:
    assert said(alone, FLOW) == ["waits", "True", "0"]
    assert the_run_in(home_of(alone) / "mlflow.db").info.status == "FINISHED"


def test_what_was_set_after_its_start_counts(alone: Script, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/elsewhere.db"
    then = f"os.environ['MLFLOW_TRACKING_URI'] = {url!r}; os.chdir({str(tmp_path)!r})\n"
    assert said(alone, then + FLOW)[1:] == ["True", "0"]
    assert (tmp_path / "elsewhere.db").exists()
    assert not (home_of(alone) / "mlflow.db").exists()


def test_it_is_ended_with_a_script_that_runs_no_flow(alone: Script) -> None:
    what, pid, door = said(alone, "print(waiting(), ahead._waiting.reached.door.path)")
    assert what == "waits"
    wait_until_gone(int(pid))
    assert not Path(door).parent.exists()


def test_it_ends_with_a_script_that_is_killed(alone: Script) -> None:
    then = "print(waiting(), ahead._waiting.reached.door.path, flush=True); time.sleep(60)"
    process: subprocess.Popen[str] = alone.start(WAITING.format(before="", then=then))
    assert process.stdout is not None
    process.stdout.readline()
    pid, door = process.stdout.readline().split()
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    wait_until_gone(int(pid))
    assert not Path(door).parent.exists()


def test_one_that_nobody_needs_in_time_is_ended(alone: Script) -> None:
    then = """
process, until = waiting(), time.monotonic() + 60
while os.path.exists(f"/proc/{process}") and time.monotonic() < until:
    time.sleep(0.1)
print(waiting(), os.path.exists(f"/proc/{process}"))
"""
    before = "ahead.LONGEST = 10.0  # more than the imports below take on a busy machine"
    assert said(alone, then, before=before) == ["waits", "0", "False"]


def test_a_script_that_loads_mlflow_itself_ends_it_when_its_flow_begins(alone: Script) -> None:
    then = "import mlflow\n@flow\ndef one(): return 1\none()\nprint(waiting())"
    assert said(alone, then) == ["waits", "0"]


@pytest.mark.parametrize("before", ["import mlflow", "os.environ['BRIDGE_ENABLED'] = 'false'"])
def test_none_is_started_where_none_is_needed(alone: Script, before: str) -> None:
    assert said(alone, before=before) == ["none"]


def test_none_is_kept_where_a_file_says_so(alone: Script) -> None:
    (alone.cwd / "pyproject.toml").write_text('[tool.bridge]\ntracker = "null"\n')
    then = "@task\ndef one(): return 1\nprint(waiting())"  # settings are read with the first that is decorated
    assert said(alone, then) == ["waits", "0"]


def test_one_that_is_not_wanted_is_started_once_for_both_decorators(alone: Script) -> None:
    (alone.cwd / "pyproject.toml").write_text('[tool.bridge]\ntracker = "null"\n')
    before = """
from bridge.tracking import starting
begun, launch = [], starting.launch
starting.launch = lambda *given, **more: begun.append(1) or launch(*given, **more)
"""
    then = "task(flow(lambda: 1).fn)\nprint(len(begun), waiting())"
    assert said(alone, then, before=before) == ["waits", "1", "0"]


def test_none_is_started_by_processes_of_a_script(alone: Script) -> None:
    then = """
if __name__ == "__main__":
    import multiprocessing
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        pool.apply(int)
"""
    assert said(alone, then) == ["waits", "none"]
