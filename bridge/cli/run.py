"""`bridge run`: a script as `python` would run it, with bridge active and not a line of it changed."""

from __future__ import annotations

import os
import subprocess
import sys
import tokenize
import zipfile
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from bridge.cli.checks.plugin import admitting, is_registered, read_plugins
from bridge.cli.console import say_error

EXAMPLE = "Example: [bold]bridge run train.py --epochs 3[/bold], or a module: bridge run -m project.train"

UNUSABLE = 2
"""Exit code for what cannot be run at all, as Python's own."""


def run(
    target: Annotated[str, typer.Argument(metavar="SCRIPT", help="A Python file; a module's name after -m.")],
    arguments: Annotated[
        list[str] | None, typer.Argument(metavar="ARGUMENTS", help="The script's own, as they are.")
    ] = None,
    as_module: Annotated[bool, typer.Option("-m", help="SCRIPT is a module's name, as with python -m.")] = False,
    written_for: Annotated[
        str | None, typer.Option("--as", metavar="TOOL", help="What SCRIPT is written for, if not Prefect: zenml.")
    ] = None,
) -> None:
    """Run a Prefect script as it is, with its flows and tasks recorded: `from prefect import flow, task` will do.

    It runs as with python SCRIPT: the same arguments, input, output and exit code. Options of bridge come before
    SCRIPT, all after it are the script's own. The processes that it starts, and the flows that it serves, are
    recorded too. With --as zenml a program of ZenML's runs unmodified: its steps as tasks, its pipelines as flows.
    """
    trouble = _trouble(target, as_module=as_module) or _trouble_with_tool(written_for)
    if trouble:
        say_error(trouble)
        raise typer.Exit(UNUSABLE)
    command = [sys.executable, *(["-m"] if as_module else []), target, *(arguments or [])]
    environment = {**os.environ, **admitting(read_plugins(os.environ))}
    _become(command, environment | (_with_stand_in(environment) if written_for else {}))


def _trouble(target: str, *, as_module: bool) -> str:
    """Why something cannot be run; empty if Python may try."""
    if not is_registered():
        return "bridge is on the path but not installed, so Prefect does not find its plugin. Run: pip install -e ."
    if as_module:
        return _trouble_with_module(target)
    return "" if target == "-" else _trouble_with_file(Path(target))


def _trouble_with_tool(name: str | None) -> str:
    if name in (None, "zenml"):
        return ""
    return f"--as {name}: bridge stands in for zenml only. A script of Prefect 3 needs no --as."


def _with_stand_in(environment: dict[str, str]) -> dict[str, str]:
    """The stand-in for ZenML first on Python's path, of the script and the processes that it starts."""
    import bridge.migrate

    folder = str(Path(bridge.migrate.__file__).parent / "zenml" / "on_path")
    others = environment.get("PYTHONPATH")
    return {"PYTHONPATH": os.pathsep.join([folder, *([others] if others else [])])}


def _trouble_with_module(name: str) -> str:
    package = name.partition(".")[0]
    if str(Path.cwd()) not in sys.path:
        sys.path.insert(0, str(Path.cwd()))  # where `python -m` looks first
    if package.isidentifier() and find_spec(package) is not None:
        return ""
    return f"There is no module {name!r} here. For a file, leave -m out: bridge run {name}"


def _trouble_with_file(path: Path) -> str:
    if path.is_dir():
        if (path / "__main__.py").is_file():
            return ""
        return f"{path} is a directory without a __main__.py. Name the script in it: bridge run {path / 'script.py'}"
    if not path.exists():
        return f"There is no file {path}. It was looked for in {Path.cwd()}; for a module: bridge run -m {path}"
    if path.suffix == ".pyc" or zipfile.is_zipfile(path):
        return ""
    try:
        with tokenize.open(path) as source:
            is_text = "\0" not in source.read()
    except OSError as error:
        return f"{path} cannot be read: {error.strerror}"
    except (SyntaxError, UnicodeDecodeError):
        is_text = False
    return "" if is_text else f"{path} is no Python script: it is not text. bridge run takes what `python` would run."


def _become(command: list[str], environment: dict[str, str]) -> NoReturn:
    """Let Python run the script in the place of this process, so that nothing of bridge is between the two."""
    sys.stdout.flush()
    sys.stderr.flush()
    if os.name == "nt":  # its exec ends the process for the shell that waits for it
        raise typer.Exit(subprocess.run(command, env=environment, check=False).returncode)
    os.execve(command[0], command, environment)
