"""Save and load five values with bridge, by hand, with Prefect, MLflow and ZenML: `python -m tests.benchmarks.values`.

Each measurement is a process of its own (`tests.benchmarks.keeping_values`), the tools in turn, and the medians count:
seconds, bytes of the value a second, the memory that was needed beyond what the process held before, and what is
stored. The floor is what cannot be avoided: the very bytes that bridge stores, written to plain files and hashed with
BLAKE3, read and hashed again; making them of the value is not in it. ZenML runs in an environment of its own, which
`make bench-values` makes; without `--zenml` it is left out.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from tests.benchmarks.homes import of_zenml

KINDS: Mapping[str, str] = {
    "array": "500 MB float64",
    "table": "500 MB mixed table",
    "texts": "300 MB list of texts",
    "folder": "folder of 10,000 files",
    "forest": "fitted forest of 100 trees",
}

TOOLS: Mapping[str, str] = {
    "bridge": "bridge",
    "floor": "write + BLAKE3",
    "prefect": "Prefect results",
    "mlflow": "MLflow log_artifact",
    "zenml": "ZenML",
}

SCRIPT = Path(__file__).with_name("keeping_values.py")


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.values", description=__doc__.split("\n")[0])
    parser.add_argument("--times", type=int, default=3, help="measurements of each; the median counts")
    parser.add_argument("--size", type=float, default=1.0, help="part of the whole size, to try it out")
    parser.add_argument("--zenml", metavar="PYTHON", help="interpreter of an environment that has ZenML")
    parser.add_argument("--kind", choices=KINDS, action="append", help="only this value; may be repeated")
    parser.add_argument("--tool", choices=TOOLS, action="append", help="only this tool; may be repeated")
    chosen = parser.parse_args()
    tools = [tool for tool in chosen.tool or TOOLS if tool != "zenml" or chosen.zenml]
    console = Console(width=max(140, Console().width))
    for kind in chosen.kind or KINDS:
        measured: dict[str, list[Any]] = {tool: [] for tool in tools}
        for _ in range(chosen.times):
            for tool in tools:
                measured[tool].append(measure(tool, kind, chosen.size, chosen.zenml))
        console.print(_table(kind, measured))
    return 0


def measure(tool: str, kind: str, size: float, zenml: str | None) -> Any:
    folder = Path(tempfile.mkdtemp(prefix="values"))
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("BRIDGE_", "PREFECT_", "MLFLOW"))},
        "BRIDGE_HOME": str(folder / ("home/bridge" if tool == "bridge" else "bridge")),
        "PREFECT_HOME": str(folder / "prefect"),
        **of_zenml(folder / "home"),
        "MLFLOW_DISABLE_TELEMETRY": "true",
    }
    words = [str(zenml) if tool == "zenml" else sys.executable, str(SCRIPT), tool, kind, str(size), str(folder)]
    try:
        done = subprocess.run(words, env=environment, cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode:
            return {"failed": done.stderr.strip().splitlines()[-1] if done.stderr.strip() else str(done.returncode)}
        return json.loads(done.stdout.strip().splitlines()[-1])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _table(kind: str, measured: Mapping[str, Sequence[Any]]) -> Table:
    good = {tool: [one for one in found if "failed" not in one] for tool, found in measured.items()}
    size = next((one["bytes"] for found in good.values() for one in found), 0)
    table = Table(title=f"{KINDS[kind]} ({size / 1e6:.0f} MB)", title_justify="left", title_style="bold")
    table.add_column("", no_wrap=True)
    for side in ("save", "load"):
        for heading in (f"{side} s", "CPU s", "GB/s", "extra MB", "x floor"):
            table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("stored MB", justify="right", no_wrap=True)
    floor = {side: _median(good.get("floor", []), side, "seconds") for side in ("save", "load")}
    for tool, found in measured.items():
        if good[tool]:
            table.add_row(TOOLS[tool], *_cells(good[tool], size, floor))
        else:
            table.caption = f"{TOOLS[tool]}: {found[0]['failed'] if found else 'not measured'}"
            table.caption_justify = "left"
    return table


def _cells(found: Sequence[Any], size: int, floor: Mapping[str, float]) -> list[str]:
    cells = []
    for side in ("save", "load"):
        seconds = _median(found, side, "seconds")
        cells += [f"{seconds:.2f}", f"{_median(found, side, 'cpu'):.2f}", f"{size / seconds / 1e9:.2f}"]
        cells.append(f"{_median(found, side, 'extra') / 1e6:.0f}")
        cells.append(f"{seconds / floor[side]:.2f}" if floor[side] else "")
    return [*cells, f"{statistics.median(one['stored'] for one in found) / 1e6:.1f}"]


def _median(found: Sequence[Any], side: str, what: str) -> float:
    return statistics.median(one[side][what] for one in found) if found else 0.0


if __name__ == "__main__":
    sys.exit(main())
