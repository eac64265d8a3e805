"""Fifty daily versions of one table, and what a store holds in the end: `python -m tests.benchmarks.daily`.

Each day 1 % of the first day's rows are appended and some rows of before are corrected; on day 30 a column is added.
Three ways to keep them are compared on the same tables:

- bridge: what `bridge.save` stores;
- whole files: each version's Parquet file once, as stores do that deduplicate by file;
- plain pages: Parquet as pyarrow writes it if not told otherwise, stored by bridge's own store, which cuts by content.
"""

from __future__ import annotations

import argparse
import io
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table

from bridge import materializers
from bridge.domain.manifest import Manifest
from bridge.domain.ports import Sink
from bridge.store import open_store
from tests.benchmarks.keeping_values import orders

ROWS = 2_380_000
"""Rows of the first day: 200 MB in memory."""

COLUMN_ON = 30
"""Day on which a column is added."""


def next_day(table: pd.DataFrame, day: int, appended: int, corrected: int, random: np.random.Generator) -> pd.DataFrame:
    """The table of a day, from that of the day before."""
    table = pd.concat([table, orders(appended, random, start=len(table))], ignore_index=True)
    if day == COLUMN_ON:
        table["rating"] = random.integers(1, 6, len(table)).astype("int8")
    elif "rating" in table:
        fresh = random.integers(1, 6, appended).astype("int8")
        table["rating"] = table["rating"].where(table.index < len(table) - appended, 0).astype("int8")
        table.loc[len(table) - appended :, "rating"] = fresh
    wrong = random.integers(0, len(table), corrected)
    table.loc[wrong, "price"] = random.gamma(2.0, 20.0, corrected).round(2)
    table.loc[wrong, "returned"] = ~table.loc[wrong, "returned"].to_numpy()
    return table


def stored_by(folder: Path, name: str) -> Callable[[pd.DataFrame], Manifest]:
    """What saves a table into a store of its own, compared with the two versions before."""
    store = open_store(str(folder / name))
    versions: list[Manifest] = []

    def bridge(table: pd.DataFrame) -> Manifest:
        write = lambda format, save: store.write(format, save, bases=lambda: versions[:-3:-1])  # noqa: E731
        versions.append(materializers.save(table, write)[0])
        return versions[-1]

    def plain(table: pd.DataFrame) -> Manifest:
        def save(sink: Sink) -> Mapping[str, Any]:
            file = io.BytesIO()
            table.to_parquet(file, compression="zstd")
            with sink.open("table.parquet") as target:
                target.write(file.getbuffer())
            return {}

        versions.append(store.write("parquet", save, bases=lambda: versions[:-3:-1])[0])
        return versions[-1]

    return bridge if name == "bridge" else plain


def stored(folder: Path) -> int:
    """Bytes of all files in a folder."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def main() -> int:
    """Save and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.daily", description=__doc__.split("\n")[0])
    parser.add_argument("--days", type=int, default=50)
    parser.add_argument("--rows", type=int, default=ROWS, help="of the first day")
    parser.add_argument("--corrected", type=int, default=20, help="rows corrected each day, anywhere in the table")
    parser.add_argument("--each-day", action="store_true", help="print what each day added")
    chosen = parser.parse_args()
    random = np.random.default_rng(7)
    table = orders(chosen.rows, random)
    console = Console()
    console.print(f"first day: {chosen.rows:,} rows, {table.memory_usage(deep=True).sum() / 1e6:.0f} MB in memory")
    folder = Path(tempfile.mkdtemp(prefix="daily"))
    ways = {name: stored_by(folder, name) for name in ("bridge", "plain pages")}
    sizes: list[int] = []
    first: dict[str, int] = {}
    seconds: list[float] = []
    for day in range(1, chosen.days + 1):
        if day > 1:
            table = next_day(table, day, chosen.rows // 100, chosen.corrected, random)
        for name, save in ways.items():
            before, began = stored(folder / name), time.perf_counter()
            manifest = save(table)
            if name == "bridge":
                sizes.append(manifest.size)
                seconds.append(time.perf_counter() - began)
            first.setdefault(name, stored(folder / name))
            if chosen.each_day:
                console.print(f"day {day} {name}: {(stored(folder / name) - before) / 1e6:.2f} MB new")
    shown = Table("kept as", "one version", "all together", "times the first", "times the last")
    totals = {name: stored(folder / name) for name in ways}
    rows = [(name, first[name], total) for name, total in totals.items()]
    rows.insert(1, ("whole files", sizes[0], sum(sizes)))
    for name, one, total in rows:
        shown.add_row(
            name, f"{one / 1e6:.1f} MB", f"{total / 1e6:.1f} MB", f"{total / one:.2f}", f"{total / sizes[-1]:.2f}"
        )
    console.print(shown)
    console.print(f"saving a day: {sum(seconds) / len(seconds):.2f} s on average, the first {seconds[0]:.2f} s")
    shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
