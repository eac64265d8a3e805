"""A script run as a process of its own, its words shown as they come."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext

from rich.console import Console
from rich.status import Status
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
    process = started(command, environment)
    held: list[str] = []
    with process:
        try:
            _show(without_tracebacks(process.stdout or (), held), doing, console)
        except BaseException:
            process.terminate()
            raise
        code = process.wait()
    if code:
        console.print(Text("\n".join(held) or f"It ended with exit code {code}.", style="red"), soft_wrap=True)
    return code


def started(
    command: Sequence[str], environment: Mapping[str, str], *, folder: str | None = None
) -> subprocess.Popen[str]:
    """A command begun, with nothing to read and all that it says in one stream.

    Args:
        command: Program and arguments.
        environment: Its whole environment.
        folder: Its working directory; None for this process's.
    """
    return subprocess.Popen(
        list(command),
        cwd=folder,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )


def saying(doing: str, console: Console) -> AbstractContextManager[Status | None]:
    """Say what is being done: by a spinner while it lasts if there is a terminal, else by a line before it."""
    if console.is_terminal:
        return console.status(Text(doing))
    console.print(Text(doing))
    return nullcontext()


def _show(lines: Iterable[str], doing: str, console: Console) -> None:
    """Print lines, above a spinner if there is a terminal."""
    with saying(doing, console) as status:
        for line in lines:
            if status is not None and BEGUN in line:
                status.update(Text("Running the flow …"))
            console.print(Text(f"  {line}", style="dim"), soft_wrap=True)


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
