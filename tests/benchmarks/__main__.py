"""The budgets of bridge, measured in one run: `python -m tests.benchmarks`, or `make budgets`.

Each row is a quantity that bridge keeps within a bound: ours, what it is held against (the same under plain Prefect,
the physical floor, ZenML) and the ratio. What is timed in processes of its own is run in turn, and the medians count;
one warm Prefect server serves all of them. Rows that need ZenML are left out without `--zenml`. Prints the machine, its
load before and after, and versions; the exit code is 1 if a row is out of its bound.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.benchmarks import measuring


@dataclass(frozen=True, slots=True)
class Row:
    """A quantity and its bound.

    Args:
        what: What is measured.
        ours: bridge's figure, in `unit`.
        against: What it is held against.
        theirs: Its figure; None if the bound is absolute.
        unit: Of both.
        most: Bound of the ratio.
        at_most: Bound of ours, or of what ours has more than theirs if there is a ratio, in `unit`.
    """

    what: str
    ours: float
    against: str
    theirs: float | None
    unit: str
    most: float | None = None
    at_most: float | None = None

    @property
    def ratio(self) -> float | None:
        """Ours to theirs."""
        return self.ours / self.theirs if self.theirs else None

    @property
    def is_within(self) -> bool:
        """Whether it is in its bound; of two bounds, both."""
        more = self.ours - (self.theirs or 0.0) if self.most is not None else self.ours
        in_ratio = self.most is None or self.ratio is None or self.ratio <= self.most
        return in_ratio and (self.at_most is None or more <= self.at_most)

    @property
    def budget(self) -> str:
        """The bound in words.

        >>> Row("a", 1.0, "b", 2.0, "ms", most=1.15, at_most=3).budget
        '≤ 1.15 x, ≤ 3 ms more'
        """
        parts = [f"≤ {self.most:g} x"] if self.most is not None else []
        if self.at_most is not None:
            parts.append(f"≤ {self.at_most:g} {self.unit}{' more' if parts else ''}")
        return ", ".join(parts)


def tasks(times: int, zenml: str | None) -> Iterator[Row]:
    """What a task that does nothing costs, and what a script of three costs from its start to its exit."""
    peers = ["prefect", *(["zenml"] if zenml else [])]
    each = measuring.per_task(["bridge", *peers], times, zenml)
    yield Row("a trivial task, recorded in full", each["bridge"], "plain Prefect", each["prefect"], "ms", 1.15, 3)
    if zenml:
        yield Row("", each["bridge"], "a step of ZenML", each["zenml"], "ms", 0.1)
    whole = measuring.whole_scripts(times)
    yield Row("a script of three tasks, start to exit", whole["bridge"], "plain Prefect", whole["prefect"], "s", 1.15)


def imports(times: int) -> Iterator[Row]:
    """What it costs to import bridge, beyond Python's own start."""
    took = measuring.imports(times)
    yield Row("import bridge", took["import bridge"], "", None, "ms", at_most=50)
    ours, theirs = "from bridge import flow, task", "from prefect import flow, task"
    yield Row(ours, took[ours], theirs, took[theirs], "ms", 1.05)


def values(times: int, zenml: str | None) -> Iterator[Row]:
    """Saving and loading, against writing and reading the same bytes."""
    found = measuring.kept_values("array", 1.0, ["bridge", "floor"], times, zenml)
    ours, floor = found["bridge"], found["floor"]
    yield Row("saving 500 MB of float64", ours["save"]["seconds"], "write + BLAKE3", floor["save"]["seconds"], "s", 1.5)
    yield Row("… memory beyond the array", ours["save"]["extra"] / 2**20, "", None, "MiB", at_most=64)
    loading = "loading it back, digest checked"
    yield Row(loading, ours["load"]["seconds"], "read + BLAKE3", floor["load"]["seconds"], "s", 1.5)
    if zenml:
        table = measuring.kept_values("table", 0.2, ["bridge", "zenml"], 1, zenml)
        cpu = table["bridge"]["save"]["cpu"], table["zenml"]["save"]["cpu"]
        yield Row("saving a table of 100 MB, CPU", cpu[0], "ZenML", cpu[1], "s", 0.05)


def changes() -> Iterator[Row]:
    """What a later version of a table adds to the store, against what changed of it."""
    for what, added, changed in measuring.changed_tables():
        yield Row(what, added / 1e6, "1.5 x the change + 2 MiB", (1.5 * changed + (2 << 20)) / 1e6, "MB", 1.0)


def decisions() -> Iterator[Row]:
    """Whether work has to be done."""
    for what, milliseconds in measuring.decisions():
        yield Row(what, milliseconds, "", None, "ms", at_most=2)


def passing(times: int) -> Iterator[Row]:
    """A flow that Prefect hashes large inputs for."""
    ours, theirs = measuring.passing(times)
    yield Row("500 MB array through five tasks", ours, "plain Prefect", theirs, "s", 0.3)


def models() -> Iterator[Row]:
    """Registering, after the first of a process."""
    seconds = measuring.registering()
    yield Row("registering a fitted scikit-learn model", seconds, "", None, "s", at_most=0.5)


def catalogs(million: int) -> Iterator[Row]:
    """Questions to a full catalog."""
    for kind, latest in (("SQLite", 2), ("PostgreSQL", 5)):
        asked = measuring.asked(kind, million)
        yield Row(
            f"latest of {million:,} versions, {kind}",
            asked["resolve the latest of a name"],
            "",
            None,
            "ms",
            at_most=latest,
        )
        yield Row(f"ancestors, 1,000 versions, {kind}", asked["ancestors, 1,000 versions"], "", None, "ms", at_most=50)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__.split("\n")[0])
    parser.add_argument("--times", type=int, default=5, help="measurements of each; the median counts")
    parser.add_argument("--versions", type=int, default=1_000_000, help="in the full catalog")
    parser.add_argument("--zenml", metavar="PYTHON", help="interpreter of an environment that has ZenML")
    parser.add_argument("--only", action="append", help="only this group of rows; may be repeated")
    chosen = parser.parse_args()
    os.environ.pop(
        "PYTHONDONTWRITEBYTECODE", None
    )  # else every process compiles what has changed since it was installed
    zenml = str(Path(chosen.zenml).absolute()) if chosen.zenml and Path(chosen.zenml).exists() else None
    groups: dict[str, Callable[[], Iterator[Row]]] = {
        "imports": lambda: imports(chosen.times),
        "tasks": lambda: tasks(chosen.times, zenml),
        "values": lambda: values(chosen.times, zenml),
        "changes": changes,
        "decisions": decisions,
        "passing": lambda: passing(chosen.times),
        "models": models,
        "catalogs": lambda: catalogs(chosen.versions),
    }
    from prefect.testing.utilities import prefect_test_harness

    console, rows, before = Console(width=max(120, Console().width)), [], os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder, prefect_test_harness(server_startup_timeout=120):
        os.environ["MLFLOW_TRACKING_URI"] = f"sqlite:///{folder}/mlflow.db"
        for name in chosen.only or groups:
            for row in groups[name]():
                rows.append(row)
                console.print(f"{row.what or '…'}: {row.ours:.2f} {row.unit}", style="dim")
    console.print(_table(rows))
    tools = ", ".join(f"{name} {version(name)}" for name in ("prefect", "mlflow"))
    console.print(
        f"Python {platform.python_version()}, {tools}, {os.cpu_count()} cores, load {before:.1f} before and "
        f"{os.getloadavg()[0]:.1f} after."
    )
    if zenml is None:
        console.print("Rows beside ZenML are left out: `make budgets` makes an environment that has it.")
    return 0 if all(row.is_within for row in rows) else 1


def _table(rows: list[Row]) -> Table:
    table = Table("what", "bridge", "against", "", "ratio", "budget", "", title="Budgets", title_justify="left")
    for row in rows:
        theirs = "" if row.theirs is None else f"{row.theirs:.2f} {row.unit}"
        ratio = "" if row.ratio is None else f"{row.ratio:.3g}"
        mark = "[green]within[/green]" if row.is_within else "[red]out[/red]"
        table.add_row(row.what, f"{row.ours:.2f} {row.unit}", row.against, theirs, ratio, row.budget, mark)
    return table


if __name__ == "__main__":
    sys.exit(main())
