"""What two runs differ in, and where they parted."""

from bridge.lineage.runs.asking import compare_runs, diff_runs
from bridge.lineage.runs.finding import find_run, run_before

__all__ = ["compare_runs", "diff_runs", "find_run", "run_before"]
