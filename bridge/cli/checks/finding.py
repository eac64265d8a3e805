"""What a check found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Verdict = Literal["ok", "warning", "failed"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor.

    Args:
        topic: What was looked at.
        verdict: `failed` is what keeps bridge from working.
        said: What was found.
        todo: What to run or change; empty if nothing.

    >>> Finding("Python", "ok", "3.11.7").todo
    ''
    """

    topic: str
    verdict: Verdict
    said: str
    todo: str = ""
