"""Run every command that README.md and docs/ show in a `console` block, in order, and fail where one fails.

A block fenced as `console` holds lines that begin with `$ `; what follows them is an illustration of the output and is
not compared; `# ends with 3` behind a command is. A command with a placeholder in `<...>` or one that never ends (a
server) belongs in a `text` block. Pages that are followed from an empty folder are `walkthrough.py`'s.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from walkthrough import commands, follow, is_followed

TOP = Path(__file__).resolve().parent.parent
BLOCK = re.compile(r"^```console\n(.*?)^```", re.M | re.S)
ELSEWHERE = ("make demo", "make test", "make env", "git clone", "cd ", "pip install")
"""Commands that .ci/run runs by itself or that need the world outside."""

FIRST = TOP / "docs" / "overview.md"
"""Makes what the other pages show."""


def main(*only: str) -> int:
    """Run them all, or those of some pages (`docs/tutorial.md`); returns the number that failed."""
    path = f"{TOP / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}"
    failed = 0
    pages = [TOP / name for name in only] or [
        TOP / "README.md",
        *sorted((TOP / "docs").rglob("*.md"), key=lambda page: (page != FIRST, page)),
    ]
    for page in pages:
        if is_followed(page):
            print(f"-- {page.relative_to(TOP)}, from an empty folder", flush=True)
            failed += follow(page, path=path)
            continue
        told = [one for block in BLOCK.findall(page.read_text()) for one in commands(block)]
        for command, code, _ in told:
            if command.startswith(ELSEWHERE):
                continue
            done = subprocess.run(
                command, shell=True, cwd=TOP, env={**os.environ, "PATH": path}, capture_output=True, text=True
            )
            good = done.returncode == code and "Traceback" not in done.stderr
            print(f"{'ok  ' if good else 'FAIL'} {page.relative_to(TOP)}: {command}", flush=True)
            if not good:
                failed += 1
                print(done.stdout[-2000:], done.stderr[-4000:])
    return failed


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
