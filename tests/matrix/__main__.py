"""The matrix as a table: `python -m tests.matrix [--runner NAME] [way ...]`, or `make matrix`.

Starts its own Prefect server and works in a temporary folder. Exit code 1 if a cell is not as it must be.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any


def main() -> int:
    """Run the cells and print what came of them."""
    parser = argparse.ArgumentParser(prog="python -m tests.matrix", description=__doc__)
    parser.add_argument("--runner", action="append", help="only this column")
    parser.add_argument("ways", nargs="*", help="only these rows")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for name in [name for name in os.environ if name.startswith("BRIDGE_")]:
            del os.environ[name]
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ.update(
            PREFECT_HOME=f"{folder}/prefect",
            PREFECT_LOGGING_LEVEL="CRITICAL",
            PREFECT_SERVER_ANALYTICS_ENABLED="false",
            PREFECT_SERVER_DATABASE_TIMEOUT="60",
            MLFLOW_DISABLE_TELEMETRY="true",
            BRIDGE_ON_ERROR="raise",
        )
        return _table(Path(folder), chosen)


def _table(folder: Path, chosen: Any) -> int:
    from prefect.testing.utilities import prefect_test_harness
    from rich.console import Console
    from rich.table import Table

    from tests.matrix.runners import RUNNERS
    from tests.matrix.ways import WAYS

    columns, rows = chosen.runner or list(RUNNERS), chosen.ways or list(WAYS)
    with prefect_test_harness(server_startup_timeout=120):
        done = {name: _column(name, rows, folder / name) for name in columns}
    table = Table("way", *columns, title="Ways to run, by task runner: how each input's edge is known")
    for way in rows:
        table.add_row(way, *(_shown(done[name][0][way]) for name in columns))
    console = Console(width=140)
    console.print(table)
    wrong = 0
    for name in columns:
        cells, orphans, wide = done[name]
        runs = sum(cell.runs for cell in cells.values())
        bad = [f"{way}: {text}" for way, cell in cells.items() for text in cell.wrong]
        bad += [f"orphan: {one}" for one in orphans]
        wrong += len(bad)
        console.print(
            f"{name}: {len(cells)} ways, {runs} flow runs, {len(orphans)} orphans; "
            f"{wide[0]} mapped tasks: {wide[1]} versions, {wide[2]} edges"
        )
        for text in bad:
            console.print(f"  {text}", style="red", markup=False)
    return 1 if wrong else 0


def _column(name: str, rows: list[str], folder: Path) -> tuple[dict[str, Any], list[str], tuple[int, int, int]]:
    folder.mkdir(parents=True, exist_ok=True)
    os.environ["BRIDGE_HOME"] = str(folder / "home")
    os.environ["MLFLOW_TRACKING_URI"] = f"sqlite:///{folder / 'mlflow.db'}"
    from tests.matrix import cells
    from tests.matrix.runners import started

    found = {}
    with started(name) as make:
        for way in rows:
            sys.stderr.write(f"\r{name}: {way}".ljust(60))
            expected = cells.plain(way, make, folder / "plain" / way)
            found[way] = cells.recorded(way, make, folder / "bridge" / way, expected)
        many = 200
        wide = (many, *cells.mapped_widely(make, many))
    sys.stderr.write("\r".ljust(61) + "\r")
    orphans = cells.orphans()
    if wide != (many, many, many):
        found[rows[0]].wrong.append(f"mapped widely: {wide}")
    return found, orphans, wide


def _shown(cell: Any) -> str:
    if cell.wrong:
        return "[red]wrong[/red]"
    kinds = Counter(cell.ties)
    return "[green]✓[/green] " + ", ".join(f"{kind} {count}" for kind, count in sorted(kinds.items()))


if __name__ == "__main__":
    raise SystemExit(main())
