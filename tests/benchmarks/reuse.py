"""What finding work again costs: `python -m tests.benchmarks.reuse`, part of `make bench`.

Each row is bridge's way beside what it is compared with, taken in turns in one process; medians, and the ratio of both.
Prefect's `INPUTS` and `TASK_SOURCE` are asked as its engine asks them. The floor of a graph of 100,000 edges is reading
as many rows of the same table. What a whole pipeline takes the second time, `second_run` tells.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
import types
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from prefect.utilities.hashing import hash_objects
from rich.console import Console
from rich.table import Table
from sqlalchemy import create_engine, select

from bridge.catalog import open_catalog
from bridge.catalog.tables import edges
from bridge.domain.selector import Selector
from bridge.flows.caching.watch import watch
from bridge.lineage.asking import read_graph
from bridge.materializers import streamed_digest
from bridge.provenance import reached
from tests.benchmarks.million import _name, fill


class Row(NamedTuple):
    """What is done, ours and another's."""

    what: str
    ours: Callable[[], object]
    other_is: str
    other: Callable[[], object]


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.reuse", description=__doc__.split("\n")[0])
    parser.add_argument("--size", type=float, default=0.5, help="GB of the array")
    parser.add_argument("--names", type=int, default=100, help="artifacts in the graph, of 250 versions each")
    parser.add_argument("--times", type=int, default=3)
    chosen = parser.parse_args()
    table = Table("what is found out", "bridge", "beside it", "which is", "ratio")
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/catalog.db"
        fill(url, chosen.names, 250)
        for row in [*keys(int(chosen.size * 1e9 / 8)), graph(url)]:
            ours, other = _medians(row, chosen.times)
            table.add_row(row.what, _shown(ours), _shown(other), row.other_is, f"{ours / other:.3f}")
    Console().print(table)
    return 0


def keys(elements: int) -> list[Row]:
    """What goes into a key."""
    array = np.random.default_rng(0).random(elements)
    before = watch(array)
    assert before is not None
    lines = [f"N{i} = {i}\ndef f{i}(x):\n    return f{i + 1}(x) + N{i}\n" for i in range(20)]
    module = types.ModuleType("pipeline")
    exec("".join(lines) + "def f20(x):\n    return x\n", vars(module))
    size = f"an array of {array.nbytes / 1e9:.1f} GB"
    inputs, known = "Prefect's INPUTS", {"array": array}
    return [
        Row(f"{size} that a task made, unchanged?", lambda: before.is_untouched(array), inputs, lambda: _inputs(known)),
        Row(f"{size} from elsewhere", lambda: streamed_digest(array), inputs, lambda: _inputs(known)),
        Row(
            "the code of 20 functions, asked again",
            lambda: reached(module.f0),
            "a hash of one's source, as TASK_SOURCE",
            lambda: hash_objects(lines[0], raise_on_failure=True),
        ),
    ]


def _inputs(values: dict[str, Any]) -> str | None:
    return hash_objects(values, raise_on_failure=True)


def graph(url: str) -> Row:
    """What was made from the first version."""
    catalog, engine = open_catalog(url), create_engine(url)
    first = Selector(_name(0), "number", "1")

    def floor() -> int:
        with engine.connect() as connection:
            return len(connection.execute(select(edges)).all())

    what = f"descendants along {floor():,} edges"
    return Row(what, lambda: read_graph(catalog, first, heading="down"), "reading as many rows", floor)


def _medians(row: Row, times: int) -> tuple[float, float]:
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(times):
        for do, into in zip((row.ours, row.other), taken, strict=True):
            began = time.perf_counter()
            do()
            into.append(time.perf_counter() - began)
    return statistics.median(taken[0]), statistics.median(taken[1])


def _shown(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.2f} ms"


if __name__ == "__main__":
    sys.exit(main())
