"""The matrix for tracking as a table: `python -m tests.tracking_matrix [--column RUNNER/STORE] [way ...]`.

Starts its own servers and works in a temporary folder. Exit code 1 if a cell is not as it must be.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.tracking_matrix.looking import Look, of_way

COLUMNS = ("threads/sqlite", "processes/sqlite", "threads/server", "processes/server", "dask/server", "ray/server")
SETTLING = 30.0
"""Seconds that what is on its way to MLflow has, after the last flow has ended."""


@dataclass
class Column:
    """What came of a column.

    Args:
        wrong: Sentences by way; empty for a way that is as it must be.
        runs: MLflow runs of it.
        orphans: Names of those that belong to no flow.
        running: Names of those that never ended.
        seconds: What it took.
    """

    wrong: dict[str, list[str]] = field(default_factory=dict)
    runs: int = 0
    orphans: list[str] = field(default_factory=list)
    running: list[str] = field(default_factory=list)
    seconds: float = 0.0


def main() -> int:
    """Run the columns and print what came of them."""
    parser = argparse.ArgumentParser(prog="python -m tests.tracking_matrix", description=__doc__)
    parser.add_argument("--column", action="append", help=f"only this one: {', '.join(COLUMNS)}")
    parser.add_argument("--keep", type=Path, help="folder to work in, that is kept")
    parser.add_argument("ways", nargs="*", help="only these rows")
    chosen = parser.parse_args()
    for name in [name for name in os.environ if name.startswith(("BRIDGE_", "MLFLOW_", "PREFECT_"))]:
        del os.environ[name]
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ.update(
        PREFECT_LOGGING_LEVEL="CRITICAL",
        PREFECT_SERVER_ANALYTICS_ENABLED="false",
        MLFLOW_DISABLE_TELEMETRY="true",
        BRIDGE_ON_ERROR="raise",
    )
    with tempfile.TemporaryDirectory(prefix="bridge-", ignore_cleanup_errors=True) as folder:
        return _table(chosen.keep or Path(folder), chosen.column or list(COLUMNS), chosen.ways)


def _table(folder: Path, names: list[str], ways: list[str]) -> int:
    from rich.console import Console
    from rich.table import Table

    done: dict[str, Column] = {}
    with _servers(folder, any(name.endswith("/server") for name in names)) as server:
        for name in names:
            print(f"{name} …", file=sys.stderr, flush=True)
            done[name] = _column(name, folder / name.replace("/", "-"), server, ways)
            print(f"{name}: {done[name].seconds:.0f} s", file=sys.stderr, flush=True)
    rows = list(dict.fromkeys(way for column in done.values() for way in column.wrong))
    table = Table("way", *names, title="Tracking: ways to run, by task runner and MLflow store")
    for way in rows:
        table.add_row(way, *(_shown(done[name].wrong.get(way)) for name in names))
    counts = ("runs", "orphans", "running")
    for count in counts:
        table.add_row(count, *(_counted(getattr(done[name], count)) for name in names), style="bold")
    table.add_row("seconds", *(f"{done[name].seconds:.0f}" for name in names), style="dim")
    console = Console(width=140)
    console.print(table)
    bad = [text for name in names for text in _said(name, done[name])]
    for text in bad:
        console.print(f"  {text}", style="red", markup=False)
    return 1 if bad else 0


def _shown(wrong: list[str] | None) -> str:
    return "—" if wrong is None else "[red]wrong[/red]" if wrong else "[green]✓[/green]"


def _counted(found: Any) -> str:
    return str(found if isinstance(found, int) else len(found))


def _said(name: str, column: Column) -> list[str]:
    said = [f"{name} {way}: {text}" for way, wrong in column.wrong.items() for text in wrong]
    said += [f"{name}: orphan {one!r}" for one in column.orphans]
    return said + [f"{name}: {one!r} never ended" for one in column.running]


@contextmanager
def _servers(folder: Path, with_mlflow: bool) -> Iterator[str]:
    """Prefect's, and MLflow's if it is wanted; gives the latter's URL."""
    from contextlib import ExitStack

    from bridge.testing.servers import mlflow_server, prefect_server

    with ExitStack() as running:
        os.environ["PREFECT_API_URL"] = running.enter_context(prefect_server(folder / "prefect"))
        os.environ["PREFECT_HOME"] = str(folder / "prefect-client")
        yield running.enter_context(mlflow_server(folder / "mlflow")) if with_mlflow else ""


def _column(name: str, folder: Path, server: str, ways: list[str]) -> Column:
    from tests.tracking_matrix.runners import ADDRESS, cluster

    began = time.monotonic()
    runner, _, store = name.partition("/")
    folder.mkdir(parents=True)
    os.environ["BRIDGE_HOME"] = str(folder / "home")
    os.environ.pop("MLFLOW_TRACKING_URI", None)
    if store == "server":
        os.environ["MLFLOW_TRACKING_URI"] = server
    column, uri = Column(), server if store == "server" else f"sqlite:///{folder / 'home' / 'mlflow.db'}"
    since = int(time.time() * 1000)
    with cluster(runner) as address:
        os.environ[ADDRESS] = address
        _run(column, runner, folder, ways)
        _look(column, runner, lambda: Look(uri, folder, since=since))
    column.seconds = time.monotonic() - began
    return column


def _run(column: Column, runner: str, folder: Path, ways: list[str]) -> None:
    """First what is ended from outside; the ordinary ways are then the next start."""
    from tests.tracking_matrix.ending_processes import ENDINGS, Started
    from tests.tracking_matrix.ways import WAYS

    started = {name: Started(name, runner, folder / name) for name in ENDINGS if not ways or name in ways}
    try:
        for name, one in started.items():
            column.wrong[name] = []
            try:
                one.end()
                one.is_over()
            except Exception as error:
                column.wrong[name].append(f"{type(error).__name__}: {error}")
        rows = [name for name, way in WAYS.items() if (not ways or name in ways) and runner not in way.not_on]
        words = [sys.executable, "-m", "tests.tracking_matrix.column", runner, str(folder / "ways")]
        with (folder / "ways.log").open("w") as log:
            done = subprocess.run([*words, *(rows or ["direct"])], stdout=subprocess.PIPE, stderr=log, text=True)
    finally:
        for one in started.values():
            one.close()
    said = dict(json.loads(line) for line in done.stdout.splitlines() if line.startswith('["'))
    for name in rows:
        text = said.get(name, f"the process ended with {done.returncode} before it: see ways.log")
        column.wrong[name] = [text] if text else []


def _look(column: Column, runner: str, now: Callable[[], Look]) -> None:
    """Look until all is as it must be, or time is over."""
    from tests.tracking_matrix.ending_processes import ENDINGS, of_ending
    from tests.tracking_matrix.ways import WAYS

    until = time.monotonic() + SETTLING
    while True:
        look = now()
        found = {
            name: [
                text
                for expected in ([of_ending(name, runner)] if name in ENDINGS else of_way(name, runner, WAYS[name]))
                for text in look.wrong(expected)
            ]
            for name in column.wrong
        }
        column.runs, column.orphans, column.running = len(look.runs), look.orphans(), look.running()
        if not (any(found.values()) or column.orphans or column.running) or time.monotonic() > until:
            break
        time.sleep(1)
    for name, wrong in found.items():
        column.wrong[name] += wrong


if __name__ == "__main__":
    raise SystemExit(main())
