"""Runs the tools one after the other and gathers what happened; a tool that fails is noted, and the others go on."""

from __future__ import annotations

import getpass
import json
import os
import platform
import re
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from bridge.testing.servers import prefect_server
from examples.side_by_side.compare.lines import lines_of_code
from examples.side_by_side.compare.record import Answer, Gathering, Subject
from examples.side_by_side.compare.running import Ran, memory, run
from examples.side_by_side.compare.tools import NAMES, PACKAGES, Tool, tools

INSIDE = Path(__file__).parent / "inside"
TOP = Path(__file__).parents[3]
PATIENCE = 600.0
"""Seconds that one process may take."""

MISSING = "No interpreter that has ZenML was given: `make compare` makes an environment from .ci/zenml.txt."

FOUND = re.compile(r"in state Cached|Using cached version of step")
DONE = re.compile(r"Task run .* - Finished in state|Using cached version of step|Step .* has finished in")

Say = Callable[[str], None]


def gather(folder: Path, *, zenml: str | None, times: int, command: str, say: Say) -> Gathering:
    """Compare, in a folder that may be thrown away afterwards.

    Args:
        folder: For the homes of the tools and of a Prefect server.
        zenml: Interpreter of an environment that has ZenML, if there is one.
        times: How often the short things are measured, the tools in turn.
        command: What was typed, for the report.
        say: Told what is being done.
    """
    began = time.monotonic()
    gathering = Gathering(command, date.today().isoformat(), _machine())
    say("A Prefect server is started")
    with prefect_server(folder / "server", patience=PATIENCE) as api:
        there = tools(folder, api, zenml)
        gathering.subjects = [_subject(key, there, zenml) for key in NAMES]
        subjects = {subject.key: subject for subject in gathering.subjects}
        parts = [_Part(tool, subjects[tool.key], say) for tool in there]
        for part in parts:
            part.pipeline()
        for _ in range(times):
            for part in parts:
                part.start_up()
            for part in parts:
                part.steps()
        for part in parts:
            part.daily()
        for part in parts:
            part.answers()
        gathering.server_memory = (memory(os.getpid()) - _own_memory()) / 1e6
    gathering.seconds = time.monotonic() - began
    return gathering


def _subject(key: str, there: list[Tool], zenml: str | None) -> Subject:
    subject = Subject(key, NAMES[key])
    tool = next((tool for tool in there if tool.key == key), None)
    if tool is None:
        subject.missing = MISSING
        return subject
    subject.measured["lines"] = [float(lines_of_code(tool.pipeline.read_text()))]
    question = "import sys, importlib.metadata as m; print(*(f'{n} {m.version(n)}' for n in sys.argv[1:]), sep='\\n')"
    done = subprocess.run([tool.python, "-c", question, *PACKAGES[key]], capture_output=True, text=True, check=False)
    subject.versions = dict(line.split() for line in done.stdout.splitlines())
    return subject


class _Part:
    """One tool's part of the comparison."""

    def __init__(self, tool: Tool, subject: Subject, say: Say) -> None:
        self._tool, self._subject, self._say = tool, subject, say

    def pipeline(self) -> None:
        """The pipeline in an empty home, again with nothing changed, then with other parameters."""
        with self._trying("the pipeline"):
            first = self._run([str(self._tool.pipeline)], "pipeline, first run")
            self._measured("first", first.seconds)
            self._measured("memory", first.peak / 1e6)
            again = self._run([str(self._tool.pipeline)], "pipeline, nothing changed")
            self._measured("again", again.seconds)
            self._subject.found = (len(FOUND.findall(again.printed)), len(DONE.findall(again.printed)))
            self._run([str(INSIDE / "fewer_trees.py"), self._tool.key], "pipeline, fewer trees")

    def start_up(self) -> None:
        """A process with one empty step, with and without a server that runs already."""
        with self._trying("starting up"):
            words = [str(INSIDE / "workloads.py"), self._tool.key, "startup"]
            self._measured("alone", self._run(words, "start-up, nothing running", served=False).seconds)
            if self._tool.key != "zenml":
                self._measured("served", self._run(words, "start-up, beside a server").seconds)

    def steps(self) -> None:
        """Twenty trivial steps."""
        with self._trying("twenty steps"):
            told = self._workload("steps")
            self._measured("step", *(1000 * each for each in told["seconds"]))

    def daily(self) -> None:
        """Ten daily versions of a table, in a home of their own and in that of the pipeline."""
        with self._trying("ten daily versions"):
            before = _stored(self._tool)
            told = self._workload("daily", str(self._tool.home))
            self._subject.days = [size - before for size in told["sizes"]]
            self._measured("stored", self._subject.days[-1] / 1e6)
            self._measured("saving", sum(told["seconds"]))

    def answers(self) -> None:
        """The rows and promises."""
        with self._trying("answers"):
            told = _last_line(self._run([str(INSIDE / f"{self._tool.key}_answers.py")], "the fourteen questions"))
            self._subject.answers = {row: self._impersonal(Answer(**answer)) for row, answer in told.items()}

    def _impersonal(self, answer: Answer) -> Answer:
        """Without the paths and names of this machine."""
        return replace(answer, said=self._plain(answer.said), evidence=self._plain(answer.evidence))

    def _plain(self, text: str) -> str:
        where = {str(self._tool.home): "HOME", str(TOP): ".", str(Path(self._tool.python).parents[1]): "ENVIRONMENT"}
        for path, word in sorted(where.items(), key=lambda each: -len(each[0])):
            text = text.replace(path, word)
        return text.replace(f"{getpass.getuser()}@{socket.gethostname()}", "you@here").replace(platform.release(), "…")

    def _workload(self, what: str, *more: str) -> Any:
        return _last_line(self._run([str(INSIDE / "workloads.py"), self._tool.key, what, *more], what))

    def _run(self, words: list[str], what: str, *, served: bool = True) -> Ran:
        self._say(f"{self._tool.name}: {what} ...")
        environment = self._tool.environment(served=served)
        ran = run([self._tool.python, *words], environment, self._tool.home, patience=PATIENCE)
        self._say(f"{self._tool.name}: {what}: {ran.seconds:.1f} s, {ran.peak / 1e6:.0f} MB")
        if ran.code:
            raise RuntimeError(f"{what} ended with {ran.code}:\n{ran.printed[-3000:]}")
        return ran

    def _measured(self, key: str, *values: float) -> None:
        self._subject.measured.setdefault(key, []).extend(values)

    @contextmanager
    def _trying(self, what: str) -> Iterator[None]:
        try:
            yield
        except Exception as error:  # noqa: BLE001 - the report shows it, the comparison goes on
            self._subject.errors[what] = self._plain(str(error)[-3000:])
            self._say(f"{self._tool.name}: {what} failed; the report has the error")


def _last_line(ran: Ran) -> Any:
    return json.loads(ran.output.strip().splitlines()[-1])


def _stored(tool: Tool) -> int:
    """As the daily workload counts."""
    files = (file for file in tool.home.rglob("*") if file.is_file() and not file.is_symlink())
    return sum(file.stat().st_size for file in files if ".db" not in file.name and file.suffix != ".log")


def _own_memory() -> int:
    text = Path("/proc/self/smaps_rollup")
    lines = text.read_text().splitlines() if text.exists() else []
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)


def _machine() -> str:
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    system = f"{platform.system()} {platform.machine()}"
    return f"{os.cpu_count()} cores, {system}, Python {platform.python_version()}, load {load} at the beginning"
