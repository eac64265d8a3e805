"""Whatever goes wrong inside bridge, the user's flow returns its result, and one warning says what to do."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from bridge.workspace import current, reset
from tests.flows.conftest import Script

pytestmark = pytest.mark.slow

FLOW = """
    import sys
    from bridge import flow, task

    @task
    def load(n):
        return [float(i) for i in range(n)]

    @task
    def total(values):
        return sum(values)

    @flow
    def adding(n: int = 1000):
        return total(load(n))

    print(adding(), flush=True)
"""
RESULT = "499500.0"


def warnings_in(text: str) -> list[str]:
    return [line for line in text.splitlines() if "bridge:" in line and "Task run" not in line]


def test_a_read_only_home(script: Script, read_only: Path) -> None:
    code, out, err = script.run(FLOW, BRIDGE_HOME=str(read_only / "home"))
    assert (code, out.strip()) == (0, RESULT), err
    assert len(warnings_in(err)) == 1, err
    assert "BRIDGE_HOME" in err
    assert "Traceback" not in err


def test_a_full_disk(script: Script, nearly_full: Path) -> None:
    (nearly_full / "filler").write_bytes(b"x" * (560 * 1024))
    code, out, err = script.run(FLOW, BRIDGE_HOME=str(nearly_full))
    assert (code, out.strip()) == (0, RESULT), err
    assert len(warnings_in(err)) == 1, err
    assert "Traceback" not in err


def test_a_disk_that_fills_while_a_result_is_saved(script: Script, nearly_full: Path) -> None:
    code, out, err = script.run(FLOW.replace("range(n)]", "range(n)] + [0.0] * 200_000"), BRIDGE_HOME=str(nearly_full))
    assert (code, out.strip()) == (0, RESULT), err
    assert len(warnings_in(err)) == 1, err
    assert "Traceback" not in err


def test_a_catalog_that_is_no_database(script: Script, bridge_home: Path) -> None:
    bridge_home.mkdir()
    (bridge_home / "catalog.db").write_text("this is not a database, it is a note to myself\n" * 100)
    code, out, err = script.run(FLOW)
    assert (code, out.strip()) == (0, RESULT), err
    (said,) = warnings_in(err)
    assert "catalog.db" in said and "not a database" in said
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BRIDGE_ON_ERROR", "maybe"),
        ("BRIDGE_FLUSH_TIMEOUT", "soon"),
        ("BRIDGE_CATALOG", "mysql://nobody@nowhere/x"),
        ("BRIDGE_CATALOG", "junk"),
        ("BRIDGE_STORE", "nosuch://bucket"),
        ("BRIDGE_HOME", "/dev/null/home"),
        ("BRIDGE_ENABLED", "perhaps"),
    ],
)
def test_junk_in_a_setting(script: Script, name: str, value: str) -> None:
    code, out, err = script.run(FLOW, **{name: value})
    assert (code, out.strip()) == (0, RESULT), err
    assert len(warnings_in(err)) == 1, err
    assert value.split(":")[0].split("/")[-1] in err
    assert "Traceback" not in err


def test_strict_mode_says_it_as_an_error(script: Script, read_only: Path) -> None:
    code, out, err = script.run(FLOW, BRIDGE_HOME=str(read_only / "home"), BRIDGE_ON_ERROR="raise")
    assert code == 1
    assert out == ""
    assert err.strip().splitlines()[-1].startswith("bridge.domain.errors.")
    assert "BRIDGE_HOME" in err.strip().splitlines()[-1]


@pytest.mark.matrix
def test_eight_processes_at_once(script: Script) -> None:
    code = FLOW.replace("return sum(values)", "return sum(values) + float(sys.argv[1])")
    processes = [script.start(code, str(n)) for n in range(8)]
    for n, process in enumerate(processes):
        out, err = process.communicate(timeout=170)
        assert process.returncode == 0, err
        assert out.strip() == str(499500.0 + n)
        assert not warnings_in(err), err
    workspace = current()
    runs = workspace.catalog.runs()
    assert len(runs) == 8
    assert {run.state for run in runs} == {"Completed"}
    totals = workspace.catalog.versions("adding/total")
    assert sorted(version.ref.number for version in totals) == list(range(1, 9))
    assert [version.ref.number for version in workspace.catalog.versions("adding/load")] == [1]
    for run in runs:
        steps = [step for step in workspace.catalog.steps(run.id) if step.id != run.id]
        assert sorted(step.task for step in steps) == ["load", "total"]
        assert [str(one.version) for step in steps for one in step.inputs] == ["adding/load@1"]


def test_a_process_killed_while_it_saves_leaves_no_version_without_its_bytes(script: Script) -> None:
    pytest.importorskip("numpy")
    code = """
        import sys
        import numpy as np
        from bridge import flow, task

        @task
        def small():
            return [1.5, 2.5] * 1000

        @task
        def large(seed):
            print("saving", flush=True)
            return np.random.default_rng(seed).random(25_000_000)

        @flow
        def heavy(seed: int):
            small()
            large(seed)

        heavy(int(sys.argv[1]))
    """
    for seed, delay in enumerate((0.15, 0.3, 0.45)):
        process = script.start(code, str(seed))
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "saving", process.communicate()[1]
        time.sleep(delay)
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
    reset()
    workspace = current()
    for manifest in workspace.catalog.contents():
        assert workspace.store.verify(manifest) == []
    code_, _, err = script.run(code, "7")
    assert code_ == 0, err
    runs = current().catalog.runs(flow="heavy")
    assert [run.state for run in runs] == ["Completed", "Crashed", "Crashed", "Crashed"]
    assert current().load("heavy/large")[1].shape == (25_000_000,)


def test_an_interrupted_run_is_recorded_as_prefect_leaves_it(script: Script) -> None:
    code = """
        import time
        from bridge import flow, task

        @task
        def quick():
            return [1.5]

        @task
        def slow(values):
            print("slow", flush=True)
            time.sleep(60)

        @flow
        def waiting():
            slow(quick())

        waiting()
    """
    process = script.start(code)
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "slow", process.communicate()[1]
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=120)
    assert process.returncode != 0
    assert "KeyboardInterrupt" in err
    assert "bridge/flows" not in err, err
    run = current().catalog.runs()[0]
    assert run.state == "Crashed"
    assert run.ended is not None
    states = {step.task: step.state for step in current().catalog.steps(run.id)}
    assert states["quick"] == "Completed"
    assert states["slow"] == "Crashed"
