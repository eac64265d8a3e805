"""Tasks in other processes: one process does the tracker's work for all of them."""

from __future__ import annotations

import json

import pytest

from tests.tracking.conftest import Script, mlflow_remarks
from tests.tracking.test_scripts import alone, home_of, runs_in

__all__ = ["alone"]

pytestmark = [pytest.mark.slow, *mlflow_remarks]

IN_A_POOL = """
    import json, os, sys, time
    from pathlib import Path
    from typing import Annotated
    from prefect.task_runners import ProcessPoolTaskRunner
    from bridge import Metrics, flow, task

    def below(pid):
        found = []
        for thread in Path(f"/proc/{pid}/task").iterdir():
            found += (thread / "children").read_text().split()
        return found

    @task
    def work(n) -> Annotated[dict, Metrics()]:
        time.sleep(0.5)
        return {"n": n, "processes": len(below(os.getpid())), "pid": os.getpid()}

    @flow(task_runner=ProcessPoolTaskRunner(max_workers=2), run_scope="task")
    def pooled():
        return [one.result() for one in [work.submit(n) for n in range(4)]]

    if __name__ == "__main__":
        done = pooled()
        commands = [Path(f"/proc/{pid}/cmdline").read_bytes() for pid in below(os.getpid())]
        trackers = [command for command in commands if b"tracker of bridge" in command]
        print(json.dumps([len(trackers), "mlflow" in sys.modules, done]))
"""


def test_one_process_tracks_the_tasks_of_a_whole_pool_and_all_of_them_are_there_at_the_end(alone: Script) -> None:
    exit_code, out, err = alone.run(IN_A_POOL)
    assert exit_code == 0, err
    assert "bridge:" not in err
    trackers, loaded, done = json.loads(out.splitlines()[-1])
    assert (trackers, loaded) == (1, False)
    assert [one["processes"] for one in done] == [0, 0, 0, 0]
    assert len({one["pid"] for one in done}) == 2
    runs = runs_in(home_of(alone) / "mlflow.db")
    (outer,) = [run for run in runs if "bridge.task" not in run.data.tags]
    tasks = [run for run in runs if "bridge.task" in run.data.tags]
    assert {run.info.status for run in runs} == {"FINISHED"}
    assert {run.data.tags["mlflow.parentRunId"] for run in tasks} == {outer.info.run_id}
    assert sorted(run.data.metrics["n"] for run in tasks) == [0, 1, 2, 3]
