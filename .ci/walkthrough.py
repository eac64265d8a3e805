"""Follow a page from an empty folder, as its reader would: write its files, change them, run its commands, compare.

A page is followed like this if one of its blocks has a title, which is a file's name:

- `python title="train.py"` is the file, whole;
- `diff title="train.py"` changes it: what stands on the lines with `-` and ` ` must be there once, as it stands;
- `console` is run there, its output compared with what is shown.

A line `…` stands for any number of lines, `…` within a line for any text. What is another at each run (names of runs,
times, sizes, digests) and the width of columns do not count.
"""

from __future__ import annotations

import difflib
import os
import re
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

FENCE = re.compile(r'^```(console|python|diff)(?: title="([^"\n]+)")?\n(.*?)^```$', re.M | re.S)
TITLED = re.compile(r'^```\w+ title="', re.M)
CODE = re.compile(r" ends with (\d+)")
NOT_HERE = ("pip install", "python -m venv")
"""Commands that make the environment in which the page is followed."""

OURS = re.compile(r"Traceback[\s\S]*/bridge/\w+/\w+\.py")
"""A traceback of bridge's; Prefect's temporary server prints some when it is stopped while it is busy."""

ANOTHER_EACH_TIME = [
    (re.compile(r"\x1b\[[0-9;]*m"), ""),
    (re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d|\d\d:\d\d:\d\d(\.\d+)?"), "<time>"),
    (re.compile(r"\bjust now\b|\b\d+(\.\d+)? (ms|s|min|h)\b( ago)?"), "<time>"),
    (re.compile(r"\b\d+(\.\d+)? (B|kB|MB|GB)(?!\w)"), "<size>"),
    (re.compile(r"\b(?=[0-9a-f]*\d)[0-9a-f]{8,64}\b"), "<digest>"),
    (re.compile(r"\b[a-z]+-[0-9a-f]{3}\b"), "<task run>"),
    (re.compile(r"\b[a-z]+-[a-z]+\b"), "<run>"),
    (re.compile(r"[─━]+"), "─"),
    (re.compile(r"[ \t]+"), " "),
]


def is_followed(page: Path) -> bool:
    """Whether a page is one to follow from an empty folder."""
    return bool(TITLED.search(page.read_text()))


def follow(page: Path, *, path: str) -> int:
    """Follow a page; returns how many of its commands and changes are not as shown.

    Args:
        page: The page.
        path: `PATH` of its commands.
    """
    with tempfile.TemporaryDirectory() as scratch:
        home, folder = Path(scratch, "home"), Path(scratch, "project")
        home.mkdir()
        folder.mkdir()
        environment = surroundings(home, path)
        return sum(_faults(block, folder, environment) for block in FENCE.finditer(page.read_text()))


def surroundings(home: Path, path: str) -> dict[str, str]:
    """The environment of somebody who is here for the first time."""
    set_here = ("BRIDGE_", "PREFECT_", "MLFLOW_", "PYTHON")
    return {name: value for name, value in os.environ.items() if not name.startswith(set_here)} | {
        "HOME": str(home),
        "PATH": path,
        "PYTHONUNBUFFERED": "1",
        "COLUMNS": "120",
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "GIT_AUTHOR_NAME": "ann",
        "GIT_AUTHOR_EMAIL": "ann@example.com",
        "GIT_COMMITTER_NAME": "ann",
        "GIT_COMMITTER_EMAIL": "ann@example.com",
    }


def _faults(block: re.Match[str], folder: Path, environment: dict[str, str]) -> int:
    kind, title, text = block.groups()
    if kind == "console":
        return sum(not _runs_as_shown(*one, folder, environment) for one in commands(text))
    if title is None:
        return 0
    file = folder / title
    if kind == "python":
        file.write_text(text)
        return 0
    try:
        file.write_text(changed(file.read_text(), text))
    except (OSError, ValueError) as error:
        print(f"FAIL {title}: {error}")
        return 1
    return 0


def changed(text: str, diff: str) -> str:
    """A text with a diff applied, whose pieces are parted by `@@` or an empty line.

    Raises:
        ValueError: If what a piece takes away is not there exactly once.
    """
    for piece in re.split(r"^(?:@@.*)?\n", diff, flags=re.M):
        lines = piece.splitlines(keepends=True)
        old = "".join(line[1:] for line in lines if line[0] in " -")
        new = "".join(line[1:] for line in lines if line[0] in " +")
        if text.count(old) != 1 and lines:
            raise ValueError(f"{text.count(old)} places instead of one are like\n{old}")
        text = text.replace(old, new) if lines else text
    return text


def commands(text: str) -> Iterator[tuple[str, int, str]]:
    """Each command of a `console` block, with the exit code that its note tells and the output that is shown below."""
    for part in re.split(r"^\$ ", text, flags=re.M)[1:]:
        line, _, shown = part.partition("\n")
        command, _, note = line.partition("  #")
        code = CODE.match(note)
        yield command.strip(), int(code[1]) if code else 0, shown


def _runs_as_shown(command: str, code: int, shown: str, folder: Path, environment: dict[str, str]) -> bool:
    if command.startswith(NOT_HERE):
        return True
    done = subprocess.run(
        command,
        shell=True,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    good = done.returncode == code and not OURS.search(done.stdout) and is_as_shown(done.stdout, shown)
    print(f"{'ok  ' if good else 'FAIL'} {command}", flush=True)
    if not good:
        print(f"exit code {done.returncode}; it printed\n{done.stdout[-6000:]}")
        print("".join(difflib.unified_diff(*map(_lines, (shown, done.stdout)), "shown", "printed", n=1)))
    return good


def is_as_shown(printed: str, shown: str) -> bool:
    """Whether a command printed what is shown, but for what is another each time; nothing shown is nothing compared."""
    if not shown.strip():
        return True
    pattern = "".join(
        r"(?:.*\n)*?" if line == "…\n" else ".*".join(map(re.escape, line[:-1].split("…"))) + "\n"
        for line in _lines(shown)
    )
    return re.fullmatch(pattern, "".join(_lines(printed))) is not None


def _lines(text: str) -> list[str]:
    """Lines without what is another each time, and without empty ones."""
    for what, instead in ANOTHER_EACH_TIME:
        text = what.sub(instead, text)
    return [f"{line.strip()}\n" for line in text.splitlines() if line.strip()]
