"""What a migration says about one place of a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["direct", "approximate", "manual"]
"""Done; done, but not quite the same; not done."""


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One place.

    Args:
        line: Of the file before it was changed, from 1; 0 for the whole file.
        column: From 0.
        kind: Whether it is done.
        rule: Which rule says so: "zenml/step".
        text: What is there: "`@step(enable_cache=False)`".
        note: Of what is done approximately, what differs; of what is not done, why, and what to write instead.

    >>> print(Finding(3, 0, "direct", "zenml/step", "`@step`", "becomes `@task`"))
    3:0 direct zenml/step: `@step` becomes `@task`
    """

    line: int
    column: int
    kind: Kind
    rule: str
    text: str
    note: str = ""

    def __str__(self) -> str:
        return f"{self.line}:{self.column} {self.kind} {self.rule}: {self.text} {self.note}".rstrip()
