"""Run Prefect's own tests as they are and with bridge active, and print what differs.

    python -m tests.conformance CHECKOUT [FILE ...]         or: make conformance CHECKOUT=path

CHECKOUT is a clone of PrefectHQ/prefect at the release to test, with an environment `.venv` in it that has Prefect's
test dependencies and bridge's (docs/compatibility.md has the commands). Bridge itself is taken from here, and records
everything: capture, store, catalog, tracking. Exit code 1 if a test passes under Prefect alone.
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

from rich.console import Console
from rich.table import Table

TOP = Path(__file__).resolve().parents[2]
FILES = ("test_tasks", "test_flows", "test_task_engine", "test_flow_engine")
OPTIONS = ["-p", "no:cacheprovider", "-q", "-n", "0", "--timeout=180"]
OPTIONS += ["--exclude-services", "--disable-docker-image-builds"]

Outcomes = dict[str, str]
"""What came of each test, by its name."""


def main() -> int:
    """Run both and compare."""
    parser = argparse.ArgumentParser(prog="python -m tests.conformance", description=__doc__.split("\n")[0])
    parser.add_argument("checkout", type=Path, help="clone of Prefect, with its environment in .venv")
    parser.add_argument("files", nargs="*", default=FILES, help="of its tests: test_tasks, or events/test_x")
    parser.add_argument("--keep", type=Path, help="folder for the logs and results; thrown away otherwise")
    chosen = parser.parse_args()
    python = chosen.checkout.resolve() / ".venv" / "bin" / "python"
    if not python.exists():
        print(f"{python} is not there; docs/compatibility.md has the commands that make it.", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        folder = chosen.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        rows = [(name, *_both(name, python, chosen.checkout, folder)) for name in chosen.files]
        return _report(rows, folder)


def _both(name: str, python: Path, checkout: Path, folder: Path) -> tuple[Outcomes, Outcomes]:
    plain = _run(name, python, checkout, folder / "prefect", [])
    return plain, _run(name, python, checkout, folder / "bridge", ["-p", "bridge.flows.pytest_plugin"])


def _run(name: str, python: Path, checkout: Path, folder: Path, options: list[str]) -> Outcomes:
    folder.mkdir(exist_ok=True)
    results = folder.resolve() / f"{name.replace('/', '-')}.xml"
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("BRIDGE_", "PREFECT_"))}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    environment |= {
        "PYTHONPATH": str(TOP),
        "PATH": f"{python.parent}{os.pathsep}{environment['PATH']}",
        "BRIDGE_HOME": str(folder.resolve() / "home"),
        "MLFLOW_DISABLE_TELEMETRY": "true",
    }
    print(f"{name} under {folder.name} ...", flush=True)
    with results.with_suffix(".log").open("w") as log:
        words = [str(python), "-m", "pytest", f"tests/{name}.py", *OPTIONS, f"--junitxml={results}", *options]
        subprocess.run(words, cwd=checkout, env=environment, stdout=log, stderr=subprocess.STDOUT, check=False)
    if not results.exists():
        raise SystemExit(f"pytest did not get to its end: {results.with_suffix('.log').read_text()[-3000:]}")
    return dict(map(_outcome, ElementTree.parse(results).iter("testcase")))


def _outcome(case: ElementTree.Element) -> tuple[str, str]:
    kinds = (kind for kind in ("error", "failure", "skipped") if case.find(kind) is not None)
    return f"{case.get('classname')}::{case.get('name')}", next(kinds, "passed")


def _report(rows: list[tuple[str, Outcomes, Outcomes]], folder: Path) -> int:
    table = Table("file", "passed under Prefect", "passed under bridge", "difference")
    worse = []
    for name, plain, ours in rows:
        different = [test for test, outcome in plain.items() if outcome == "passed" != ours.get(test)]
        worse += [f"{test}: {ours.get(test, 'missing')}" for test in different]
        counts = [Counter(outcomes.values())["passed"] for outcomes in (plain, ours)]
        table.add_row(name, *map(str, counts), str(len(different)))
    Console().print(table)
    print(*worse, sep="\n")
    print(_recorded(folder / "bridge" / "home" / "catalog.db"))
    return bool(worse)


def _recorded(catalog: Path) -> str:
    if not catalog.exists():
        return "bridge recorded nothing: it was not active"
    with sqlite3.connect(f"file:{catalog}?mode=ro", uri=True) as connection:
        counts = {
            table: connection.execute(f"select count(*) from {table}").fetchone()[0]
            for table in ("runs", "steps", "versions")
        }
    return f"bridge recorded {counts['runs']} runs, {counts['steps']} steps and {counts['versions']} versions meanwhile"


if __name__ == "__main__":
    sys.exit(main())
