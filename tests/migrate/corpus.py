"""Migrate real programs and run them: `python -m tests.migrate.corpus [--mirrors FOLDER] [--only TEXT]`.

`corpus.toml` lists them by repository and path. Each is taken from a git directory `FOLDER/owner+name` (or one below
it), or else cloned, as nothing of theirs is kept here. In a copy of its own, `bridge migrate PATH --write` rewrites it,
every Python file of it is compiled, it is migrated once more, which must change nothing, and it runs, with a home of
its own; one Prefect server serves all. The table says what came of each; the exit code is 1 if one that `corpus.toml`
says runs does not, or if a file does not compile, or changes again.

Fields of a program: `repository`; `commit`, or the `branch` (newest if not given); `path`, what is migrated; `from`;
`run`, the command in the folder `folder` (default: `python PATH`), or several with `&&`; `stand_in`: "yes" if it runs
by `bridge run --as zenml` as it was, too; `expect`, a text, or several, that its output must contain; `exit`, the codes
with which it may end, 0 if not given; `stop`, seconds after which it is stopped, as one that serves a schedule; `data`,
files made for it because the original's are not in its repository, as name and text; `runs`: "yes", "no", or "needs
..." what is not here; `hand`: what is left to a person.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

LIST = Path(__file__).with_name("corpus.toml")
LIMIT = 900
"""Seconds that a program may take."""


@dataclass
class Outcome:
    """What came of a program: `ran` and `stood_in` are None if it was not run, as `corpus.toml` says what it needs."""

    program: dict[str, Any]
    ran: bool | None = None
    stood_in: bool | None = None
    fetched: bool = True
    uncompiled: list[str] = field(default_factory=list)
    unsettled: bool = False
    said: str = ""

    @property
    def is_as_said(self) -> bool:
        """Whether it did what `corpus.toml` says."""
        ran = self.ran is not False or self.program["runs"] != "yes"
        stood_in = self.stood_in is not False or self.program.get("stand_in") != "yes"
        return not self.uncompiled and not self.unsettled and ran and stood_in


def main() -> int:
    """Migrate, run and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.migrate.corpus", description=__doc__.split("\n")[0])
    parser.add_argument("--mirrors", type=Path, help="a folder of git directories, owner+name")
    parser.add_argument(
        "--only", action="append", help="programs whose repository, path or era contains this; may be repeated"
    )
    parser.add_argument("--all", action="store_true", help="run those too that are said not to run")
    chosen = parser.parse_args()
    tomllib: Any = import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
    programs = tomllib.loads(LIST.read_text())["program"]
    asked = chosen.only or [""]
    programs = [one for one in programs if any(text in f"{one['from']} {_name(one)}" for text in asked)]
    outcomes = []
    with _server() as url:
        for program in programs:
            with tempfile.TemporaryDirectory(prefix="corpus-", ignore_cleanup_errors=True) as folder:
                outcome = _outcome(program, Path(folder), chosen.mirrors, url, everything=chosen.all)
            outcomes.append(outcome)
            print(f"{_name(program)}: {_word(outcome)}  {outcome.said}", flush=True)
    Console(width=max(140, Console().width)).print(_table(outcomes))
    return 0 if all(one.is_as_said for one in outcomes) else 1


@contextmanager
def _server() -> Iterator[str]:
    """A Prefect server that schedules, too, as one for tests does not; gives its API's URL."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}/api"
    words = [sys.executable, "-m", "prefect", "server", "start", "--port", str(port), "--no-ui"]
    with tempfile.TemporaryDirectory(prefix="corpus-", ignore_cleanup_errors=True) as folder:
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "start_new_session": True}
        with subprocess.Popen(words, env=_environment(Path(folder), url), **quiet) as process:  # type: ignore[call-overload]
            try:
                while not _answers(f"{url}/health") and process.poll() is None:
                    time.sleep(1)
                yield url
            finally:
                os.killpg(process.pid, signal.SIGTERM)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5):
            return True
    except OSError:
        return False


def _outcome(program: dict[str, Any], folder: Path, mirrors: Path | None, url: str, *, everything: bool) -> Outcome:
    source = folder / "source"
    found = _check_out(program, source, mirrors)
    if found:
        return Outcome(program, fetched=False, said=found)
    for name, text in program.get("data", {}).items():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_text(text)
    outcome = Outcome(program)
    runs = program["runs"] == "yes" or everything
    if runs and "stand_in" in program:
        as_it_was = shutil.copytree(source, folder / "as-it-was", ignore=shutil.ignore_patterns(".git"))
        outcome.stood_in, outcome.said = _ran(program, as_it_was, _environment(folder / "homes", url), stand_in=True)
    environment = _environment(folder / "home", url)
    _migrate(outcome, source, environment)
    if runs:
        outcome.ran, said = _ran(program, source, environment, stand_in=False)
        outcome.said = "; ".join(filter(None, [outcome.said, said]))
    return outcome


def _migrate(outcome: Outcome, source: Path, environment: dict[str, str]) -> None:
    """Rewrite it, twice."""
    program = outcome.program
    words = [sys.executable, "-m", "bridge", "migrate", str(source / program["path"]), "--from", program["from"]]
    done = _called([*words, "--write", "--allow-dirty"], source.parent, environment, LIMIT)
    if done.returncode not in (0, 1, 3, 4):
        outcome.said = _last_line(done.stdout)
    again = json.loads(_called([*words, "--json"], source.parent, environment, LIMIT).stdout or "{}")
    outcome.unsettled = bool(again.get("changed"))
    outcome.uncompiled = _uncompiled(source / program["path"])


def _ran(program: dict[str, Any], source: Path, environment: dict[str, str], *, stand_in: bool) -> tuple[bool, str]:
    """Whether its commands ran to what is expected; says why not."""
    said = ""
    for command in program.get("run", f"python {shlex.quote(program['path'])}").split("&&"):
        words = shlex.split(command)
        if words[0] == "python" and stand_in and words[1] != "-c" and words[1:3] != ["-m", "bridge"]:
            words[1:1] = ["-m", "bridge", "run", "--as", "zenml"]
        words[0] = sys.executable if words[0] == "python" else words[0]
        done = _called(words, source / program.get("folder", "."), environment, program.get("stop", LIMIT))
        said += done.stdout
        stopped = "stop" in program and done.returncode == -signal.SIGINT
        if done.returncode not in program.get("exit", [0]) and not stopped:
            return False, f"exit code {done.returncode}: {_last_line(done.stdout)}"
    expected = program.get("expect", [])
    for text in [expected] if isinstance(expected, str) else expected:
        if text not in said:
            return False, f"{text!r} is not in what it says, which ends with {_last_line(said)!r}"
    return True, ""


def _check_out(program: dict[str, Any], into: Path, mirrors: Path | None) -> str:
    """Its files; says why not. Files that a mirror has not, as they are large, are left out."""
    there = _mirror(mirrors, program["repository"])
    origin = str(there) if there else f"https://github.com/{program['repository']}"
    revision = program.get("commit") or program.get("branch")
    words = ["git", "clone", "-q", "-n", *(["--shared"] if there else []), origin, str(into)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        return f"not there: {_last_line(done.stderr)}"
    for name in [f"origin/{revision}", revision] if revision else ["HEAD"]:
        words = ["git", "-C", str(into), "read-tree", name]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        if not done.returncode:
            subprocess.run(["git", "-C", into, "checkout-index", "-a", "-f", "-q"], capture_output=True, check=False)
            return "" if (into / program["path"]).exists() else f"not there: no {program['path']}"
    return f"not there: {_last_line(done.stderr)}"


def _mirror(mirrors: Path | None, repository: str) -> Path | None:
    if mirrors is None:
        return None
    folder = mirrors / repository.replace("/", "+")
    heads = [head for place in ("HEAD", "*/HEAD", "*/.git/HEAD") for head in sorted(folder.glob(place))]
    return heads[0].parent if heads else None


def _environment(home: Path, url: str) -> dict[str, str]:
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("BRIDGE_", "PREFECT_", "MLFLOW_"))
    }
    return kept | {
        "HOME": str(home),
        "BRIDGE_HOME": str(home / "bridge"),
        "PREFECT_HOME": str(home / "prefect"),
        "PREFECT_API_URL": url,
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
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
    if outcome.stood_in is False:
        return "runs, not on the stand-in" if outcome.ran else "does not run"
    return "runs" if outcome.ran else "runs on the stand-in only" if outcome.stood_in else "does not run"


def _name(program: dict[str, Any]) -> str:
    return f"{program['repository']}/{program['path']}"


def _last_line(text: str) -> str:
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "")[:300]


if __name__ == "__main__":
    sys.exit(main())
