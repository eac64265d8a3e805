"""How outputs of steps are named."""

from __future__ import annotations

import re

STUDIES = "studies/"
"""What the names of studies' records begin with."""

_FORBIDDEN = re.compile(r"[@\x00-\x1f\x7f]+")


def clean(name: str) -> str:
    """Make a name that a selector can hold: `@` and control characters become `-`.

    >>> clean("train@gpu")
    'train-gpu'
    """
    return _FORBIDDEN.sub("-", name).strip() or "-"


def output_name(flow: str | None, task: str, position: int | None = None) -> str:
    """Name an output that has no name of its own.

    Args:
        flow: Name of the flow; None for a task called outside flows.
        task: Name of the task.
        position: Index in the returned tuple; None for a value returned as it is.

    >>> output_name("training", "split", 0), output_name(None, "load")
    ('training/split.0', 'load')
    """
    stem = clean(task) if flow is None else f"{clean(flow)}/{clean(task)}"
    return stem if position is None else f"{stem}.{position}"
