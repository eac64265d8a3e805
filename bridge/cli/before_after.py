"""`bridge demo --compare`: the quickstart as plain Prefect and with the one changed line, output next to output."""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import unified_diff
from itertools import zip_longest
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from bridge.cli.console import Column, print_heading, print_table
from bridge.cli.recap import Recap, recap_document
from bridge.cli.streaming import BEGUN, saying, started, without_tracebacks
from bridge.lineage.humane import size

STAMP = re.compile(r"^\d\d:\d\d:\d\d\.\d+ \| \w+ +\| ")
"""What Prefect puts before each line of its log."""

HOSTS = ("prefect - Stopping temporary server", "prefect.server")
"""Lines of Prefect's temporary server, which say nothing of the run."""


@dataclass(frozen=True, slots=True)
class Ran:
    """One of the two scripts, when it has run.

    Args:
        script: Its file.
        code: Its exit code.
        lines: What it printed of its run.
        files: What it left in its working directory: relative path, and bytes.
    """

    script: Path
    code: int
    lines: tuple[str, ...]
    files: Mapping[str, int]


def run_one(script: Path, environment: Mapping[str, str], *, console: Console) -> Ran:
    """Run a script in an empty folder, and keep what it printed and what it left there."""
    with tempfile.TemporaryDirectory(prefix="bridge-demo-") as folder:
        with (
            saying(f"Running {script.name} …", console),
            started([sys.executable, str(script)], environment, folder=folder) as process,
        ):
            try:
                said, _ = process.communicate()
            except BaseException:
                process.terminate()
                raise
        if process.returncode:
            console.print(Text(said.rstrip(), style="red"), soft_wrap=True)
        return Ran(script, process.returncode, tuple(of_the_run(said.splitlines())), _files(Path(folder)))


def plainly(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment of somebody without bridge: no plugin of it, and MLflow where it is by default.

    >>> plainly({"MLFLOW_TRACKING_URI": "https://mlflow.example.com"})
    {'BRIDGE_ENABLED': 'false'}
    """
    mine = {name: value for name, value in environment.items() if name != "MLFLOW_TRACKING_URI"}
    return mine | {"BRIDGE_ENABLED": "false"}


def of_the_run(lines: Sequence[str]) -> list[str]:
    """What a script printed of its run: without times, and without what its hosts said before and after.

    >>> of_the_run(["starting", "12:00:00.123 | INFO    | Beginning flow run 'a'", "{'accuracy': 1.0}"])
    ["Beginning flow run 'a'", "{'accuracy': 1.0}"]
    """
    told = [STAMP.sub("", line) for line in without_tracebacks(lines, [])]
    begun = next((i for i, line in enumerate(told) if BEGUN in line), 0)
    return [line for line in told[begun:] if not line.startswith(HOSTS)]


def _files(folder: Path) -> dict[str, int]:
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.stat().st_size for path in found}


def print_pair(before: Ran, after: Ran, recap: Recap | None, *, console: Console) -> None:
    """Print what differs in the scripts, what they printed, and what is left of each."""
    print_heading("What differs in the script", console=console)
    for line in _changed(before.script, after.script):
        console.print(Text(line, style="red" if line.startswith("-") else "green"), soft_wrap=True)
    print_heading("What they print", console=console)
    _print_next_to(before.lines, after.lines, console=console)
    print_heading("What is there afterwards", console=console)
    _print_next_to(_left(before), _kept(recap), console=console)


def _changed(before: Path, after: Path) -> list[str]:
    lines = unified_diff(before.read_text().splitlines(), after.read_text().splitlines(), n=0, lineterm="")
    return [line for line in lines if not line.startswith(("---", "+++", "@@"))]


def _print_next_to(left: Sequence[str], right: Sequence[str], *, console: Console) -> None:
    columns = [Column(f"{title} import flow, task", keep=False, wrap=True) for title in ("from prefect", "from bridge")]
    print_table(columns, zip_longest(left, right, fillvalue=""), console=console)


def _left(ran: Ran) -> list[str]:
    return [f"file {name}, {size(count)}" for name, count in ran.files.items()] or ["nothing"]


def _kept(recap: Recap | None) -> list[str]:
    if recap is None:
        return ["no run was recorded: see `bridge doctor`"]
    names = [f"{one.ref}, {size(one.size)}{'' if recap.is_new(one) else ', unchanged'}" for one in recap.versions]
    tracked = [f"MLflow: {name} = {value}" for name, value in {**recap.params, **recap.metrics}.items()]
    name = recap.run.name
    return [*names, *tracked, f"bridge runs show {name}", f"bridge reproduce {name}"]


def pair_document(before: Ran, after: Ran, recap: Recap | None) -> dict[str, Any]:
    """Both as a JSON document."""
    return {
        "before": _document(before),
        "after": _document(after) | recap_document(recap),
        "exit_code": before.code or after.code,
    }


def _document(ran: Ran) -> dict[str, Any]:
    return {"script": str(ran.script), "exit_code": ran.code, "output": list(ran.lines), "files": dict(ran.files)}
