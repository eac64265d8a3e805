"""Whether pyproject.toml can be resolved for each Python that it names, alone and with each extra; prints a table.

Asks the registry for metadata only. The last row takes the oldest version that each bound allows.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import tomllib

TOP = Path(__file__).resolve().parent.parent
UV = TOP / ".venv" / "bin" / "uv"
PYTHONS = ("3.10", "3.11", "3.12", "3.13")


def extras() -> list[str]:
    """The extras of pyproject.toml."""
    return list(tomllib.loads((TOP / "pyproject.toml").read_text())["project"]["optional-dependencies"])


def resolved(python: str, *options: str) -> tuple[int, str]:
    """The number of packages that uv resolves to; 0 and its words if it cannot."""
    command = [UV, "pip", "compile", "-q", "--no-header", "--no-annotate", "--python-version", python, *options]
    done = subprocess.run([*command, "pyproject.toml"], cwd=TOP, capture_output=True, text=True)
    return (done.stdout.count("=="), "") if done.returncode == 0 else (0, done.stderr.strip())


def main() -> int:
    """Resolve each; returns the number that could not be."""
    rows = {"(none)": (), **{name: ("--extra", name) for name in extras()}}
    rows["oldest"] = ("--extra", "all", "--resolution", "lowest-direct")
    failed = 0
    for name, options in rows.items():
        row = []
        for python in PYTHONS:
            count, trouble = resolved(python, *options)
            row.append(f"{count} packages" if count else "FAILS")
            if not count:
                failed += 1
                print(f"Python {python}, {name}: {trouble}", file=sys.stderr)
        print(f"{name:<10}", *(f"{cell:<13}" for cell in row), flush=True)
    print(f"{len(PYTHONS) * len(rows) - failed} passed, {failed} failed")
    return failed


if __name__ == "__main__":
    sys.exit(main())
