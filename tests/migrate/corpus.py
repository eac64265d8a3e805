"""Migrate real programs and run them: `python -m tests.migrate.corpus [--mirrors FOLDER] [--only TEXT]`.

`corpus.toml` lists them by repository and path. Each is taken from a git directory `FOLDER/owner+name` (or one below
it), or else cloned, as nothing of theirs is kept here. In a copy of its own, `bridge migrate PATH --write` rewrites it,
every Python file of it is compiled, it is migrated once more, which must change nothing, and it runs, with a home of
its own. The table says what came of each; the exit code is 1 if one that `corpus.toml` says runs does not, or if a file
does not compile, or changes again.

Fields of a program: `repository`; `commit`, or the `branch` (newest if not given); `path`, what is migrated; `from`;
`run`, the command in the folder `folder` (default: `python PATH`; `stand-in: PATH` is `bridge run --as zenml PATH` of
the program as it was, without rewriting); `expect`, what its output must contain; `stop`, seconds after which it is
stopped, as one that serves a schedule; `data`, files made for it because the original's are not in its repository, as
name and text; `runs`: "yes", "no", or "needs ..." what is not here; `hand`: what is left to a person.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

LIST = Path(__file__).with_name("corpus.toml")
LIMIT = 300
"""Seconds that a program may take."""


@dataclass
class Outcome:
    """What came of a program: `ran` is None if it was not run, as `corpus.toml` says what it needs."""

    program: dict[str, Any]
    ran: bool | None = None
    fetched: bool = True
    uncompiled: list[str] = field(default_factory=list)
    unsettled: bool = False
    said: str = ""

    @property
    def is_as_said(self) -> bool:
        """Whether it did what `corpus.toml` says."""
        return not self.uncompiled and not self.unsettled and (self.ran is not False or self.program["runs"] != "yes")


def main() -> int:
    """Migrate, run and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.migrate.corpus", description=__doc__.split("\n")[0])
    parser.add_argument("--mirrors", type=Path, help="a folder of git directories, owner+name")
    parser.add_argument("--only", default="", help="programs whose repository, path or era contains this")
    parser.add_argument("--all", action="store_true", help="run those too that are said not to run")
    chosen = parser.parse_args()
    tomllib: Any = import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
    programs = tomllib.loads(LIST.read_text())["program"]
    outcomes = []
    for program in programs:
        if chosen.only not in f"{program['from']} {program['repository']}/{program['path']}":
            continue
        with tempfile.TemporaryDirectory(prefix="corpus-") as folder:
            outcome = _outcome(program, Path(folder), chosen.mirrors, everything=chosen.all)
        outcomes.append(outcome)
        print(f"{_name(program)}: {_word(outcome)}  {outcome.said}", flush=True)
    Console(width=max(140, Console().width)).print(_table(outcomes))
    return 0 if all(one.is_as_said for one in outcomes) else 1


def _outcome(program: dict[str, Any], folder: Path, mirrors: Path | None, *, everything: bool) -> Outcome:
    source = folder / "source"
    found = _check_out(program, source, mirrors)
    if found:
        return Outcome(program, fetched=False, said=found)
    for name, text in program.get("data", {}).items():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_text(text)
    command = program.get("run", f"python {shlex.quote(program['path'])}")
    as_it_was = command.startswith("stand-in:")
    outcome = Outcome(program)
    environment = _environment(folder)
    if not as_it_was:
        words = [sys.executable, "-m", "bridge", "migrate", str(source / program["path"]), "--from", program["from"]]
        done = _called([*words, "--write", "--allow-dirty"], folder, environment, LIMIT)
        if done.returncode not in (0, 1, 3):
            outcome.said = _last_line(done.stdout)
        again = json.loads(_called([*words, "--json"], folder, environment, LIMIT).stdout or "{}")
        outcome.unsettled = bool(again.get("changed"))
    outcome.uncompiled = _uncompiled(source / program["path"])
    if program["runs"] != "yes" and not everything:
        return outcome
    if as_it_was:
        command = f"python -m bridge run --as zenml {command.removeprefix('stand-in:').strip()}"
    words = shlex.split(command)
    words[0] = sys.executable if words[0] == "python" else words[0]
    done = _called(words, source / program.get("folder", "."), environment, program.get("stop", LIMIT))
    stopped = "stop" in program and done.returncode == -signal.SIGINT
    outcome.ran = (done.returncode == 0 or stopped) and program.get("expect", "") in done.stdout
    if not outcome.ran:
        outcome.said = f"exit code {done.returncode}: {_last_line(done.stdout)}"
    return outcome


def _check_out(program: dict[str, Any], into: Path, mirrors: Path | None) -> str:
    """Its files; says why not."""
    there = _mirror(mirrors, program["repository"])
    origin = str(there) if there else f"https://github.com/{program['repository']}"
    revision = program.get("commit") or program.get("branch")
    done = subprocess.run(["git", "clone", "-q", "-n", origin, into], capture_output=True, text=True, check=False)
    if done.returncode:
        return f"not there: {_last_line(done.stderr)}"
    names = [f"origin/{revision}", revision] if revision else ["HEAD"]
    for name in names:
        words = ["git", "-C", into, "checkout", "-q", "--detach", name]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        if not done.returncode:
            return ""
    return f"not there: {_last_line(done.stderr)}"


def _mirror(mirrors: Path | None, repository: str) -> Path | None:
    if mirrors is None:
        return None
    folder = mirrors / repository.replace("/", "+")
    return next((head.parent for head in sorted([*folder.glob("HEAD"), *folder.glob("*/HEAD")])), None)


def _environment(folder: Path) -> dict[str, str]:
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("BRIDGE_", "PREFECT_", "MLFLOW_"))
    }
    return kept | {
        "HOME": str(folder / "home"),
        "BRIDGE_HOME": str(folder / "bridge"),
        "PREFECT_HOME": str(folder / "prefect"),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
        "MPLBACKEND": "agg",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }


def _called(
    words: list[str], folder: Path, environment: dict[str, str], limit: float
) -> subprocess.CompletedProcess[str]:
    """A command's end, or what it had said when it was stopped as Ctrl-C does."""
    Path(environment["HOME"]).mkdir(exist_ok=True)
    with subprocess.Popen(
        words,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            said, _ = process.communicate(timeout=limit)
            return subprocess.CompletedProcess(words, process.returncode, said)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGINT)
        try:
            said, _ = process.communicate(timeout=30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            said, _ = process.communicate()
        return subprocess.CompletedProcess(words, -signal.SIGINT, said)


def _uncompiled(path: Path) -> list[str]:
    files = [path] if path.suffix == ".py" else sorted(path.rglob("*.py")) if path.is_dir() else []
    wrong = []
    for file in files:
        try:
            compile(file.read_bytes(), str(file), "exec", dont_inherit=True)
        except (SyntaxError, ValueError):
            wrong.append(file.name)
    return wrong


def _table(outcomes: list[Outcome]) -> Table:
    counts = Counter(_word(one) for one in outcomes)
    title = f"{len(outcomes)} programs: " + ", ".join(f"{count} {word}" for word, count in counts.most_common())
    table = Table(title=title, title_justify="left", title_style="bold")
    for heading in ("from", "program", "", "left to a person"):
        table.add_column(heading, overflow="fold")
    for one in outcomes:
        table.add_row(one.program["from"], _name(one.program), _word(one), one.program.get("hand", ""))
    return table


def _word(outcome: Outcome) -> str:
    if not outcome.fetched:
        return "not there"
    if outcome.uncompiled:
        return "does not compile"
    if outcome.unsettled:
        return "changes again"
    if outcome.ran is None:
        return "compiles" if outcome.program["runs"] == "no" else f"compiles, {outcome.program['runs']}"
    return "runs" if outcome.ran else "does not run"


def _name(program: dict[str, Any]) -> str:
    return f"{program['repository']}/{program['path']}"


def _last_line(text: str) -> str:
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "")[:300]


if __name__ == "__main__":
    sys.exit(main())
