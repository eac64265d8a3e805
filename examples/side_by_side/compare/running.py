"""A process of a tool's own, with what it took: time, and the memory of all processes that it started."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

LOOK = 0.2
"""Seconds between two looks at the memory."""


@dataclass(frozen=True)
class Ran:
    """What a process came to.

    Args:
        seconds: From its start to its end.
        peak: Bytes that it and its descendants had at most, shared memory counted once; 0 where `/proc` is not.
        code: Exit code; -1 if it took too long.
        output: What it printed.
        error: What it printed to standard error.
    """

    seconds: float
    peak: int
    code: int
    output: str
    error: str

    @property
    def printed(self) -> str:
        """Both."""
        return self.output + self.error


def run(words: Sequence[str], environment: Mapping[str, str], folder: Path, *, patience: float) -> Ran:
    """Run a command to its end, and end all that is left of it.

    Args:
        words: The command.
        environment: All of it.
        folder: Its working directory.
        patience: Seconds that it may take.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as error:
        began, peak = time.monotonic(), 0
        process = subprocess.Popen(
            words, env=dict(environment), cwd=folder, stdout=output, stderr=error, start_new_session=True
        )
        while True:
            try:
                code = process.wait(LOOK)
                break
            except subprocess.TimeoutExpired:
                peak = max(peak, memory(process.pid))
                if time.monotonic() - began > patience:
                    code = -1
                    break
        seconds = time.monotonic() - began
        end_group(process)
        texts = []
        for file in (output, error):
            file.seek(0)
            texts.append(file.read().decode(errors="replace"))
    return Ran(seconds, peak, code, *texts)


def end_group(process: subprocess.Popen[bytes]) -> None:
    """End what a process and its session have left."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def memory(root: int) -> int:
    """Bytes of memory of a process and its descendants, what they share counted once."""
    parents: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    total, todo = 0, [root]
    while todo:
        pid = todo.pop()
        todo += parents.get(pid, [])
        total += _own(pid)
    return total


def _own(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)
