"""What the processes of the stress do until they are killed: `-m tests.stress.working PLACE LOG SEED GRACE ROLE`.

Each thing that is done is a line in the log: what, seconds, and what was wrong.
"""

from __future__ import annotations

import os
import random
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import numpy as np

from bridge.domain.errors import BridgeError, VersionNotFoundError
from bridge.workspace import Workspace
from bridge.workspace.keeping import prune
from bridge.workspace.sweeping import sweep

from .places import Place

NAMES = [f"stress/{i}" for i in range(6)]
CONTENTS = 12
"""Different values of each kind: what was forgotten comes again, which is when a sweep could take it away."""

BASE = np.random.default_rng(0).random(200_000)


class Worker:
    def __init__(self, workspace: Workspace, log: int, seed: int, grace: timedelta) -> None:
        self.workspace, self.log, self.grace = workspace, log, grace
        self.random = random.Random(seed)
        self.objects: list[Any] = []  # the very objects again: they are known and not written again

    def value(self) -> Any:
        kind, number = self.random.choice(["small", "large", "members", "again"]), self.random.randrange(CONTENTS)
        if kind == "again" and self.objects:
            return self.random.choice(self.objects)
        if kind == "members":
            made = np.random.default_rng(number)
            return {f"{i}": made.random(900) for i in range(24)}
        if kind == "small":
            return np.random.default_rng(number).random(2_000 * (1 + number % 4))
        if number % 4 == 0:  # little of what it came from: in the end most of that is dead
            return np.concatenate(
                [BASE[: 30_000 + 5_000 * (number % 3)], np.random.default_rng(number).random(105_000)]
            )
        large = BASE.copy()
        for edit in range(1 + number % 3):
            large[(number * 15_000 + edit * 50_000) % 190_000 :][:500] = number
        self.objects = [*self.objects[-3:], large]
        return large

    def save(self) -> str:
        self.workspace.save(self.value(), self.random.choice(NAMES))
        return ""

    def load(self) -> str:
        found = self.workspace.catalog.versions(self.random.choice(NAMES), limit=6)
        if not found:
            return ""
        version = self.random.choice(found)
        try:
            self.workspace.load_version(version)
        except BridgeError as error:
            try:
                self.workspace.resolve(str(version.ref))
            except VersionNotFoundError:
                return ""  # it was forgotten meanwhile
            return f"DAMAGE {version.ref}: {error}"
        return ""

    def prune(self) -> str:
        done = prune(self.random.choice(NAMES), keep_last=3, grace=self.grace, workspace=self.workspace)
        return f"{len(done.forgotten)} {done.swept.objects} {done.swept.repacked}"

    def delete(self) -> str:
        found = self.workspace.catalog.versions(self.random.choice(NAMES), limit=4)
        gone = self.workspace.catalog.forget([one.ref for one in found[:2]], despite=("latest",))
        return f"{len(gone)} 0 0"

    def point(self) -> str:
        found = self.workspace.catalog.versions(self.random.choice(NAMES), limit=4)
        if found:
            try:
                self.workspace.catalog.set_alias(self.random.choice(found).ref, f"alias-{self.random.randrange(2)}")
            except VersionNotFoundError:
                return ""
        return ""

    def sweep(self) -> str:
        done = sweep(grace=self.grace, workspace=self.workspace)
        return f"0 {done.objects} {done.repacked}"

    def do(self, what: Callable[[], str]) -> None:
        begun = time.monotonic()
        try:
            said = what()
        except Exception as error:
            said = f"ERROR {type(error).__name__}: {error}"
        line = f"{what.__name__} {time.monotonic() - begun:.3f} {' '.join(said.split())}\n"
        os.write(self.log, line.encode())


def main() -> None:
    place, log, seed, grace, role = sys.argv[1:]
    workspace = Place.load(place).open()
    written = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    worker = Worker(workspace, written, int(seed), timedelta(seconds=float(grace)))
    done = [worker.save] * 12 + [worker.load] * 6 + [worker.point] + [worker.delete] + [worker.prune]
    while True:
        if role == "sweeper":
            worker.do(worker.sweep)
            time.sleep(0.2)
        else:
            worker.do(worker.random.choice(done))


if __name__ == "__main__":
    main()
