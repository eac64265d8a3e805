"""A column of the matrix: every way on one task runner, in one process, as a long script would.

`python -m tests.tracking_matrix.column RUNNER FOLDER [--plain] WAY ...` prints a line for each way: its name, and how
it went wrong if it did.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import prefect

from tests.tracking_matrix.runners import made
from tests.tracking_matrix.ways import WAYS, Kit


def main() -> None:
    """Run the ways."""
    parser = argparse.ArgumentParser()
    parser.add_argument("runner")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--plain", action="store_true")
    parser.add_argument("ways", nargs="+")
    chosen = parser.parse_args()
    import bridge

    host = prefect if chosen.plain else bridge
    for name in chosen.ways:
        folder = chosen.folder / name
        folder.mkdir(parents=True, exist_ok=True)
        kit = Kit(host.flow, host.task, lambda: made(chosen.runner), f"{name}-{chosen.runner}", folder)
        try:
            WAYS[name].run(kit)
        except Exception as error:
            print(json.dumps([name, f"{type(error).__name__}: {error}"]), flush=True)
        else:
            print(json.dumps([name, ""]), flush=True)


if __name__ == "__main__":
    main()
