"""Writers that are killed, and a sweep at once: `python -m tests.stress --seconds 120 --writers 16 --place s3`.

The exit code is 1 if a version's bytes are missing or differ, or if anything is left that no version needs.
"""

from __future__ import annotations

import argparse
import sys

from .places import PLACES, place
from .running import Outcome, stress


def main() -> int:
    """Run one place, or all; print a line for each."""
    parser = argparse.ArgumentParser(prog="python -m tests.stress", description=__doc__)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--writers", type=int, default=16)
    parser.add_argument("--place", choices=PLACES, action="append", help="all if left out")
    parser.add_argument("--grace", type=float, default=30, help="seconds; 0 shows that damage is found")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    print("| " + " | ".join(Outcome.TITLES) + " |")
    print("|" + "---|" * len(Outcome.TITLES), flush=True)
    wrong = 0
    for name in asked.place or PLACES:
        with place(name) as there:
            outcome = stress(there, seconds=asked.seconds, writers=asked.writers, grace=asked.grace, seed=asked.seed)
        print("| " + " | ".join(outcome.cells()) + " |", flush=True)
        for said in [*outcome.bad[:10], *outcome.errors[:10], *outcome.left_over[:10]]:
            print(f"  {said}", file=sys.stderr)
        wrong += len(outcome.bad) + len(outcome.errors) + outcome.needless + len(outcome.left_over)
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
