"""The show: drivers of studies are killed at random points, and run again until their studies are over.

`python -m tests.tuning.kills --times 20 --runner threads`

A study of a name is begun, its process killed with `kill -9` a random time after it has begun to tune, and the same
script is run again, until the study has its trials; then comes the next study, until there were so many kills. Each
study is then compared with one that nobody interrupted.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bridge.testing.servers import postgres_server, prefect_server

CODE = """
    import json, sys, time
    from typing import Annotated
    import optuna
    from prefect.task_runners import ProcessPoolTaskRunner, ThreadPoolTaskRunner
    from bridge import flow, task, tune
    from bridge.tuning import Choice, Uniform

    name, runner, trials, jobs = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    made = ProcessPoolTaskRunner(max_workers=jobs) if runner == "processes" else ThreadPoolTaskRunner(max_workers=jobs)

    @task
    def objective(trial, x: Annotated[float, Uniform(-10, 10)], kind: Annotated[str, Choice("a", "b")]) -> float:
        time.sleep(0.15)
        y = trial.suggest_float("y", -1, 1)
        trial.report(y, 0)
        return (x - 2) ** 2 + y + (kind == "b")

    @flow(task_runner=made)
    def search():
        print("tuning", flush=True)
        sampler = optuna.samplers.TPESampler(seed=1, n_startup_trials=4)
        return tune(objective, n_trials=trials, n_jobs=jobs, study_name=name, sampler=sampler, progress=False)

    if __name__ == "__main__":
        study = search()
        print(json.dumps([[one.number, one.state.name, one.values, one.params] for one in study.trials]))
"""


@dataclass
class Studies:
    """What came of a series of studies whose drivers were killed.

    Args:
        kills: How many there were.
        finished: Trials of each study that was brought to its end: number, state, values, parameters.
    """

    kills: int = 0
    finished: list[list[list[Any]]] = field(default_factory=list)

    def is_each_counted_once(self, trials: int) -> bool:
        """Whether every study has its trials, each complete, under their numbers."""
        wanted = [(number, "COMPLETE") for number in range(trials)]
        return all([(number, state) for number, state, *_ in one] == wanted for one in self.finished)


class Killing:
    """Runs drivers, and kills them.

    Args:
        folder: Of the script and the workspace.
        environment: With `PREFECT_API_URL`; and `BRIDGE_CATALOG`, if it is not the workspace's own.
        runner: `threads` or `processes`.
        trials: Of each study.
        jobs: Trials at a time.
        chance: Where the random times come from.
    """

    def __init__(
        self,
        folder: Path,
        environment: Mapping[str, str],
        *,
        runner: str,
        trials: int,
        jobs: int,
        chance: random.Random,
    ) -> None:
        self._script, self._words, self._chance = folder / "script.py", [runner, str(trials), str(jobs)], chance
        self._script.write_text(textwrap.dedent(CODE))
        self._environment = {"BRIDGE_HOME": str(folder / "bridge"), **environment, "PREFECT_LOGGING_LEVEL": "ERROR"}
        self._longest = 0.35 * trials / jobs + 0.5

    def uninterrupted(self, name: str = "whole") -> list[list[Any]]:
        """The trials of a study that nobody interrupts."""
        ended = self._run(name, after=None)
        assert ended is not None
        return ended

    def killed(self, times: int) -> Studies:
        """Kill so many drivers; the last study is brought to its end as well."""
        found = Studies()
        while found.kills < times:
            ended, name = None, f"killed-{len(found.finished)}"
            while ended is None:
                after = self._chance.uniform(0, self._longest) if found.kills < times else None
                ended = self._run(name, after=after)
                found.kills += ended is None
            found.finished.append(ended)
        return found

    def _run(self, name: str, *, after: float | None) -> list[list[Any]] | None:
        """Run a driver; None if it was killed before its end."""
        command = [sys.executable, str(self._script), name, *self._words]
        with subprocess.Popen(
            command,
            env={**os.environ, **self._environment},
            cwd=self._script.parent,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        ) as process:
            assert process.stdout is not None
            if after is None:
                return self._told(process)
            assert process.stdout.readline().strip() == "tuning"
            time.sleep(after)
            if process.poll() is not None:
                return self._told(process)
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
            _kill_orphans(process.pid)
        return None

    def _told(self, process: subprocess.Popen[str]) -> list[list[Any]]:
        assert process.stdout is not None
        said = process.stdout.read()
        assert process.wait() == 0, said
        return list(json.loads(said.splitlines()[-1]))


def _kill_orphans(session: int) -> None:
    """End what a killed driver's pool has left: Python's own does not notice that its parent is gone."""
    try:
        os.killpg(session, signal.SIGKILL)
    except ProcessLookupError:
        return


def main() -> int:
    """Kill, and print what came of it."""
    parser = argparse.ArgumentParser(prog="python -m tests.tuning.kills", description=__doc__.split("\n")[0])
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--runner", choices=("threads", "processes"), default="threads")
    parser.add_argument("--catalog", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--trials", type=int, default=12, help="of each study")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--seed", type=int, default=None, help="of the random times")
    asked = parser.parse_args()
    with ExitStack() as running, tempfile.TemporaryDirectory(prefix="bridge-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        environment = {"PREFECT_API_URL": running.enter_context(prefect_server(folder / "server"))}
        if asked.catalog == "postgres":
            environment["BRIDGE_CATALOG"] = running.enter_context(postgres_server(folder / "pg"))
        killing = Killing(
            folder,
            environment,
            runner=asked.runner,
            trials=asked.trials,
            jobs=asked.jobs,
            chance=random.Random(asked.seed),
        )
        whole = killing.uninterrupted()
        found = killing.killed(asked.times)
    print(f"{asked.runner}, {asked.catalog}, {asked.trials} trials a study, {asked.jobs} at a time")
    print(f"drivers killed     {found.kills}")
    print(f"studies completed  {len(found.finished)}")
    print(f"each trial once    {found.is_each_counted_once(asked.trials)}")
    same = sum(one == whole for one in found.finished)
    promised = asked.jobs == 1
    print(f"as uninterrupted   {same} of {len(found.finished)}{'' if promised else ' (promised with --jobs 1)'}")
    is_well = found.is_each_counted_once(asked.trials) and (not promised or same == len(found.finished))
    return 0 if is_well else 1


if __name__ == "__main__":
    sys.exit(main())
