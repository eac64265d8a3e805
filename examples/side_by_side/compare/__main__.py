"""Compare and write the report: `python -m examples.side_by_side.compare --zenml PYTHON`, from the repository's top."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from pathlib import Path

from examples.side_by_side.compare import record
from examples.side_by_side.compare.gathering import gather
from examples.side_by_side.compare.markdown import markdown
from examples.side_by_side.compare.page import html


def main() -> int:
    """Gather, or read what was gathered, and write."""
    parser = argparse.ArgumentParser(prog="python -m examples.side_by_side.compare", description=__doc__.split("\n")[0])
    parser.add_argument("--zenml", metavar="PYTHON", help="interpreter of an environment that has ZenML")
    parser.add_argument("--times", type=int, default=3, help="how often the short things are measured")
    parser.add_argument("--out", type=Path, default=Path("comparison"), help="folder for the reports")
    parser.add_argument("--recorded", type=Path, metavar="FILE", help="write the report of an earlier gathering.json")
    parser.add_argument("--keep", action="store_true", help="keep the homes of the tools, in the folder")
    chosen = parser.parse_args()
    began = time.monotonic()

    def say(text: str) -> None:
        print(f"{time.monotonic() - began:6.0f} s  {text}", flush=True)

    if chosen.recorded:
        gathering = record.read(chosen.recorded)
    else:
        # Not resolved: a virtual environment's interpreter is a link, and would be another one behind it.
        zenml = str(Path(chosen.zenml).absolute()) if chosen.zenml and Path(chosen.zenml).exists() else None
        folder = Path(tempfile.mkdtemp(prefix="compare"))
        try:
            gathering = gather(folder, zenml=zenml, times=chosen.times, command="make compare", say=say)
        finally:
            if chosen.keep:
                say(f"What the tools keep is in {folder}")
            else:
                shutil.rmtree(folder, ignore_errors=True)
    chosen.out.mkdir(parents=True, exist_ok=True)
    record.write(gathering, chosen.out / "gathering.json")
    (chosen.out / "comparison.md").write_text(markdown(gathering))
    (chosen.out / "comparison.html").write_text(html(gathering))
    say(f"Written: {chosen.out / 'comparison.md'}, {chosen.out / 'comparison.html'}")
    return int(any(subject.errors for subject in gathering.subjects))


if __name__ == "__main__":
    sys.exit(main())
