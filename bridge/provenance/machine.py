"""What a process runs on: interpreter, platform, processors, memory, GPUs."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

NVIDIA = Path("/proc/driver/nvidia/gpus")
"""Where the driver says itself what there is."""


@cache
def machine() -> Mapping[str, Any]:
    """The facts, of which none takes a library; looked up once per process.

    >>> sorted(machine())
    ['cpus', 'gpus', 'implementation', 'machine', 'memory', 'platform', 'python']
    """
    return {
        "python": platform.python_version(),
        "implementation": platform.python_implementation(),
        "platform": platform.platform(),
        "machine": platform.machine(),
        "cpus": cpus(),
        "memory": memory(),
        "gpus": gpus(),
    }


def cpus() -> int:
    """Processors that this process may use.

    >>> cpus() > 0
    True
    """
    try:
        return len(os.sched_getaffinity(0))
    except (AttributeError, OSError):
        return os.cpu_count() or 1


def memory() -> int | None:
    """Bytes of memory of the machine; None if the system does not say."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):
        return None


def gpus() -> list[str]:
    """Names of the GPUs, as their driver tells them."""
    found = [name for path in sorted(NVIDIA.glob("*/information")) if (name := _model(path))]
    if found or (command := shutil.which("nvidia-smi")) is None:
        return found
    words = [command, "--query-gpu=name", "--format=csv,noheader"]
    try:
        done = subprocess.run(words, capture_output=True, text=True, timeout=2, check=False, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.SubprocessError):
        return []
    return [line.strip() for line in done.stdout.splitlines() if line.strip()] if done.returncode == 0 else []


def _model(path: Path) -> str | None:
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return next((line.partition(":")[2].strip() for line in file if line.startswith("Model:")), None)
    except OSError:
        return None
