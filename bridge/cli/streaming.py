"""A script run as a process of its own, its words shown as they come."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress

from rich.console import Console
from rich.text import Text

BEGUN = "Beginning flow run"
"""What Prefect logs once its server is there."""

TRACEBACK = "Traceback (most recent call last):"


def stream(command: Sequence[str], environment: Mapping[str, str], *, doing: str, console: Console) -> int:
    """Run a command and print what it says, indented; returns its exit code.

    Tracebacks are held back, and printed only if the command fails: hosts that are shut down while they are busy print
    some at the end of a run that went well.

    Args:
        command: Program and arguments.
        environment: Its whole environment.
        doing: What is said, with a spinner on a terminal, until the command says something itself.
        console: Where to.
    """
    process = subprocess.Popen(
        list(command),
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )
    held: list[str] = []
    status = console.status(Text(doing))
    if console.is_terminal:
        status.start()
    else:
        console.print(Text(doing))
    try:
        for line in without_tracebacks(process.stdout or (), held):
            if BEGUN in line:
                status.update(Text("Running the flow …"))
            console.print(Text(f"  {line}", style="dim"), soft_wrap=True)
        code = process.wait()
    finally:
        status.stop()
        if process.poll() is None:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(10)
    if code:
        console.print(Text("\n".join(held) or f"It ended with exit code {code}.", style="red"), soft_wrap=True)
    return code


def without_tracebacks(lines: Iterable[str], held: list[str]) -> Iterator[str]:
    """Pass lines on, but put tracebacks into `held`, each with what belongs to it.

    >>> held = []
    >>> list(without_tracebacks(["a", "Traceback (most recent call last):", '  File "x"', "KeyError: 1", "b"], held))
    ['a', 'b']
    >>> held
    ['Traceback (most recent call last):', '  File "x"', 'KeyError: 1']
    """
    inside = False
    for line in (raw.rstrip() for raw in lines):
        if line.endswith(TRACEBACK):
            inside = True
            held.append(line)
        elif inside:
            held.append(line)
            inside = line.startswith((" ", "|")) or not line
        elif line:
            yield line
