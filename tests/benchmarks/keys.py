"""Time what a content key costs: `python -m tests.benchmarks.keys`.

For a value of 1 GB (`--size`): what noting it costs when it is saved, what asking costs at each task that receives it,
and what a key by hashing costs, which is what Prefect's `INPUTS` does. For code: a task that reaches 20 functions.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
import types
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table

from bridge.flows.caching import watch as watching
from bridge.flows.caching.watch import watch
from bridge.materializers import streamed_digest
from bridge.provenance import reached
from bridge.provenance.code import _kept


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.keys", description=__doc__.split("\n")[0])
    parser.add_argument("--size", type=float, default=1.0, help="GB of each value")
    chosen = parser.parse_args()
    rows = int(chosen.size * 1e9 / 8)
    values: dict[str, Any] = {
        "array": np.random.default_rng(0).random(rows),
        "frame of 20 columns": pd.DataFrame({f"c{i}": np.random.default_rng(i).random(rows // 20) for i in range(20)}),
        "frame with text": pd.DataFrame({"t": ["one", "three"] * (rows // 50), "n": np.arange(rows // 50 * 2)}),
    }
    table = Table("value", "noted", "asked", "noted by hashing", "asked by hashing", "BLAKE3 of the pickle")
    for name, value in values.items():
        by_pages = _pair(value)
        watching._opened.pages, kept = None, watching._opened.pages
        by_hashing = _pair(value)
        watching._opened.pages = kept
        table.add_row(name, *by_pages, *by_hashing, _ms(lambda value=value: streamed_digest(value)))
    Console().print(table)
    Console().print(_code())
    return 0


def _pair(value: Any) -> tuple[str, str]:
    before = watch(value)
    assert before is not None
    return _ms(lambda: watch(value)), _ms(lambda: before.is_untouched(value))


def _code() -> Table:
    lines = [f"N{i} = {i}\ndef f{i}(x):\n    return f{i + 1}(x) + N{i}\n" for i in range(20)]
    module = types.ModuleType("pipeline")
    exec("".join(lines) + "def f20(x):\n    return x\n", vars(module))
    fn = module.f0

    def first() -> None:
        _kept.clear()
        reached(fn)

    table = Table("code", "walked", "asked again")
    table.add_row("20 functions, 20 constants", _ms(first), _ms(lambda: reached(fn)))
    return table


def _ms(do: Callable[[], Any]) -> str:
    taken = []
    for _ in range(5):
        began = time.perf_counter()
        do()
        taken.append(time.perf_counter() - began)
    return f"{statistics.median(taken) * 1000:.2f} ms"


if __name__ == "__main__":
    sys.exit(main())
