"""A catalog of a million versions: `python -m tests.benchmarks.million`, on SQLite and on PostgreSQL.

A thousand names have a thousand versions each; every version was made by a step of its own that used three versions of
before. Each figure is the median of many calls, of
which each asks for another name. The floor is the simplest question to the same database, by the same way.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from sqlalchemy import create_engine, insert, text

from bridge.catalog import open_catalog
from bridge.catalog.tables import artifacts, contents, edges, steps, versions
from bridge.domain.ports import Catalog
from bridge.domain.selector import Selector
from bridge.domain.version import VersionRef
from bridge.testing.servers import postgres_server

BATCH = 10_000


def fill(url: str, names: int, each: int) -> None:
    """Write rows as recording would, many at a time."""
    catalog = open_catalog(url)
    catalog.check()
    catalog.close()
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1))
    with engine.begin() as connection:
        for start in range(0, names * each, BATCH):
            numbers = range(start, min(start + BATCH, names * each))
            connection.execute(insert(steps), [_step(i) for i in numbers])
            connection.execute(insert(contents), [_content(i) for i in numbers])
            connection.execute(insert(versions), [_version(i, names) for i in numbers])
            connection.execute(insert(edges), [edge for i in numbers for edge in _edges(i, names)])
        rows = [{"id": i + 1, "name": _name(i), "latest": each, "latest_digest": None} for i in range(names)]
        connection.execute(insert(artifacts), rows)
    if engine.dialect.name == "postgresql":  # which does so by itself after a while; SQLite does not
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ANALYZE"))
    engine.dispose()


def _name(artifact: int) -> str:
    return f"flow{artifact % 20}/task{artifact:04d}"


def _step(i: int) -> dict[str, Any]:
    step = {
        "id": f"step-{i:07d}",
        "run_id": f"run-{i // 20:06d}",
        "task": "train",
        "name": "train-0",
        "state": "Completed",
    }
    return {
        **step,
        "started": i * 1000,
        "ended": i * 1000 + 500,
        "task_key": "train-1",
        "result_key": None,
        "error": None,
    }


def _content(i: int) -> dict[str, Any]:
    return {"digest": f"blake3:{i:064x}", "format": "json", "size": 100, "layout": 2, "manifest": "[]"}


def _version(i: int, names: int) -> dict[str, Any]:
    made = {"step_id": f"step-{i:07d}", "run_id": f"run-{i // 20:06d}", "digest": f"blake3:{i:064x}"}
    facts = {"type": "builtins.dict", "created": i * 1000 + 500, "metadata": "{}", "deleted": None}
    return {"artifact_id": i % names + 1, "number": i // names + 1, **made, **facts}


def _edges(i: int, names: int) -> Iterator[dict[str, Any]]:
    yield _edge(i, i, names, "output", "")
    for slot, back in enumerate((1, 7, 40)):
        if i >= back:
            yield _edge(i, i - back, names, "input", f"x{slot}")


def _edge(step: int, version: int, names: int, direction: str, slot: str) -> dict[str, Any]:
    at = {"artifact_id": version % names + 1, "number": version // names + 1}
    return {"step_id": f"step-{step:07d}", "direction": direction, "slot": slot, **at, "tie": "returned", "position": 0}


@contextmanager
def database(kind: str) -> Iterator[str]:
    """The URL of a new database."""
    with tempfile.TemporaryDirectory(prefix="pg", dir="/tmp") as folder:
        if kind == "SQLite":
            yield f"sqlite:///{folder}/catalog.db"
        else:
            with postgres_server(Path(folder) / "data") as url:
                yield url


def questions(catalog: Catalog, names: int, each: int) -> dict[str, tuple[int, Callable[[], object]]]:
    """What is asked, and how often."""
    chance = random.Random(0)

    def name() -> str:
        return _name(chance.randrange(names))

    def number() -> int:
        return chance.randrange(each // 2, each) + 1

    thousandth = VersionRef(_name(1000 % names), 1000 // names + 1)  # a thousand versions were made before it
    return {
        "the simplest question (floor)": (300, lambda: catalog.step("nothing")),
        "resolve the latest of a name": (300, lambda: catalog.resolve(Selector(name()))),
        "resolve name@number": (300, lambda: catalog.resolve(Selector(name(), "number", str(number())))),
        "the contents of a name's last two": (100, lambda: catalog.recent(name(), limit=2)),
        "the last 20 versions of a name": (100, lambda: catalog.versions(name(), limit=20)),
        "the latest of every name": (5, lambda: catalog.artifacts()),
        "ancestors, 1,000 versions": (20, lambda: catalog.ancestors(thousandth)),
    }


def main() -> int:
    """Fill, ask and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.million", description=__doc__.split("\n")[0])
    parser.add_argument("--names", type=int, default=1000)
    parser.add_argument("--each", type=int, default=1000, help="versions of each name")
    chosen = parser.parse_args()
    console, asked = Console(), Table(f"{chosen.names * chosen.each:,} versions", title_justify="left")
    figures: dict[str, list[str]] = {}
    for kind in ("SQLite", "PostgreSQL"):
        asked.add_column(kind, justify="right")
        with database(kind) as url:
            began = time.perf_counter()
            fill(url, chosen.names, chosen.each)
            console.print(f"{kind}: filled in {time.perf_counter() - began:.0f} s")
            catalog = open_catalog(url)
            for what, (times, ask) in questions(catalog, chosen.names, chosen.each).items():
                figures.setdefault(what, []).append(f"{median(ask, times) * 1000:.2f} ms")
            catalog.close()
    for what, cells in figures.items():
        asked.add_row(what, *cells)
    console.print(asked)
    return 0


def median(ask: Callable[[], object], times: int) -> float:
    taken = []
    ask()
    for _ in range(times):
        began = time.perf_counter()
        ask()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


if __name__ == "__main__":
    sys.exit(main())
