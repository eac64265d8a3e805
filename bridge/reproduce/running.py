"""A process of its own, with its descendants ended when nobody waits for it any more."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Any

GRACE = 10.0
"""Seconds that a process has to end by itself when it is told to."""

START = "import sys; sys.path[:1] = sys.path[:1] * (sys.path[0] != ''); from bridge.reproduce.child import main; main()"
"""What the process begins with: nothing of its working directory comes before what is installed."""


def run(
    command: Sequence[str], environment: Mapping[str, str], *, cwd: Path, say: Callable[[str], None] = lambda line: None
) -> int:
    """Run a command to its end, and tell what it says line by line; returns its exit code.

    It is in a group of its own. Whatever ends the wait, Ctrl-C or a termination, ends that group.

    >>> lines = []
    >>> run([sys.executable, "-c", "print('hello')"], dict(os.environ), cwd=Path("."), say=lines.append), lines
    (0, ['hello'])
    """
    process = subprocess.Popen(
        list(command),
        env=dict(environment),
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
    )
    with process:
        try:
            for line in process.stdout or ():
                say(line.rstrip("\n"))
            return process.wait()
        finally:
            _end(process)


def _end(process: subprocess.Popen[Any]) -> None:
    """End the group: what the flow left running, too."""
    if process.poll() is None:
        _signal(process.pid, signal.SIGINT)
        with suppress(subprocess.TimeoutExpired, KeyboardInterrupt):
            process.wait(GRACE)
    _signal(process.pid, signal.SIGKILL)
    process.wait()


def _signal(group: int, which: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, which)


@contextmanager
def ending_cleanly() -> Iterator[None]:
    """Let a termination end this process as Ctrl-C does, so that what was made is taken away."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, frame: FrameType | None) -> None:
        sys.exit(128 + number)

    before = {which: signal.signal(which, stop) for which in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for which, handler in before.items():
            signal.signal(which, handler)
