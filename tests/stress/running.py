"""Writers that are killed at random while a sweep runs all the time; then everything is counted."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path

from bridge.workspace.liveness import live_keys
from bridge.workspace.sweeping import sweep

from .places import Place

TOP = Path(__file__).resolve().parent.parent.parent


@dataclass
class Outcome:
    """What was done, and what is wrong in the end."""

    place: str
    writers: int
    grace: float
    done: Counter[str] = field(default_factory=Counter)
    longest_save: float = 0.0
    versions: int = 0
    bad: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    objects: int = 0
    needless: int = 0
    left_over: list[str] = field(default_factory=list)

    TITLES = (
        "place", "writers", "killed", "saves", "loads", "forgotten", "sweeps", "swept", "repacked", "grace",
        "longest save", "versions", "missing or differing", "errors", "objects", "needless", "left over",
    )  # fmt: skip

    def cells(self) -> list[str]:
        done = self.done
        sweeps = done["sweep"] + done["prune"]
        facts = [self.place, self.writers, done["killed"], done["save"], done["load"], done["forgotten"], sweeps]
        facts += [
            done["swept"],
            done["repacked"],
            f"{self.grace:g} s",
            f"{self.longest_save:.1f} s",
            self.versions,
            len(self.bad),
        ]
        return [str(one) for one in (*facts, len(self.errors), self.objects, self.needless, len(self.left_over))]


@dataclass
class Crew:
    """The processes; each line that one has done is in a log of its own."""

    place: Place
    logs: Path
    grace: float
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)
    started: int = 0

    def start(self, role: str = "writer") -> None:
        self.started += 1
        words = [self.place.dump(), str(self.logs / f"{self.started}.log"), str(self.started), str(self.grace), role]
        command = [sys.executable, "-m", "tests.stress.working", *words]
        with (self.logs / "stderr").open("ab") as said:
            self.running.append(
                subprocess.Popen(command, cwd=TOP, stderr=said, env={**os.environ, "OMP_NUM_THREADS": "1"})
            )

    def kill(self, which: int) -> None:
        process = self.running.pop(which)
        process.send_signal(signal.SIGKILL)
        process.wait()

    def lines(self) -> Iterator[list[str]]:
        for log in sorted(self.logs.glob("*.log")):
            for line in log.read_text().splitlines():
                yield line.split(" ", 2)


def stress(place: Place, *, seconds: float, writers: int, grace: float, seed: int = 0) -> Outcome:
    """Run it, and count what is wrong."""
    logs = Path(place.home).parent / "logs"
    logs.mkdir()
    place.open().catalog.check()
    crew, chance = Crew(place, logs, grace), random.Random(seed)
    outcome = Outcome(place.name, writers, grace)
    try:
        crew.start("sweeper")
        for _ in range(writers):
            crew.start()
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            time.sleep(chance.uniform(0.2, 2 * max(1.0, 20 / writers)))
            crew.kill(chance.randrange(1, len(crew.running)))
            outcome.done["killed"] += 1
            crew.start()
    finally:
        while crew.running:
            crew.kill(0)
    _read_logs(crew, outcome)
    outcome.errors += (logs / "stderr").read_text(errors="replace").splitlines()[:20]
    _count(place, outcome)
    return outcome


def _read_logs(crew: Crew, outcome: Outcome) -> None:
    for what, took, said in crew.lines():
        outcome.done[what] += 1
        if what == "save":
            outcome.longest_save = max(outcome.longest_save, float(took))
        if said.startswith("DAMAGE"):
            outcome.bad.append(f"while running: {said}")
        elif said.startswith("ERROR"):
            outcome.errors.append(f"{what}: {said}")
        elif said:
            for name, number in zip(("forgotten", "swept", "repacked"), said.split(), strict=True):
                outcome.done[name] += int(number)


def _count(place: Place, outcome: Outcome) -> None:
    """Verify every version; wait for the grace; sweep; verify again, and look for what nobody needs."""
    workspace = place.open(cached=False)
    outcome.bad += [f"before the last sweep: {one}" for one in _wrong(place)]
    for _ in range(3):
        time.sleep(outcome.grace + 2)
        if not sweep(grace=timedelta(seconds=outcome.grace), workspace=workspace).repacked:
            break  # else there is an old object to wait for
    outcome.bad += [f"after the last sweep: {one}" for one in _wrong(place)]
    now = datetime.now(timezone.utc)
    live = set(live_keys(workspace.catalog, workspace.spool, forgotten_since=now))
    there = {one.key for one in workspace.store.objects()}
    outcome.objects, outcome.needless = len(there), len(there - live)
    outcome.left_over = place.left_over()
    outcome.versions = sum(1 for _ in workspace.catalog.standings())
    workspace.catalog.close()


def _wrong(place: Place) -> list[str]:
    workspace = place.open(cached=False)
    found = []
    for standing in workspace.catalog.standings():
        try:
            manifest = workspace.catalog.manifest(str(standing.digest))
            found += [f"{standing.ref}: {problem}" for problem in workspace.store.verify(manifest)]
        except Exception as error:
            found.append(f"{standing.ref}: {error}")
    workspace.catalog.close()
    return found
