"""What the tables and documents of studies have in common."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bridge.cli.console import plain
from bridge.tuning.wording import STATES

if TYPE_CHECKING:
    from bridge.tuning.details import Trial

Wanted = Annotated[str, typer.Argument(metavar="NAME", help="A study's name, as `bridge studies` lists it.")]

_WORDS = {"FAIL": "failed"}


def by_state(counts: Mapping[str, int]) -> dict[str, int]:
    """Numbers of trials, in the words that are shown.

    >>> by_state({"FAIL": 1, "COMPLETE": 5})
    {'complete': 5, 'failed': 1}
    """
    told = {_WORDS.get(name, name.lower()): many for name, many in counts.items() if many}
    return {name: told[name] for name in STATES if name in told}


def time_text(moment: datetime | None) -> str | None:
    """A time for programs.

    >>> time_text(None) is None
    True
    """
    return None if moment is None else moment.astimezone().isoformat()


def of_trial(trial: Trial) -> dict[str, Any]:
    """A trial as JSON has it."""
    return {
        "number": trial.number,
        "state": trial.state,
        "values": plain(trial.values),
        "params": plain(trial.params),
        "reported": plain(trial.reported),
        "began": time_text(trial.began),
        "ended": time_text(trial.ended),
        "seconds": trial.seconds,
        "user_attributes": plain(trial.user_attributes),
        "steps": list(trial.steps),
    }
