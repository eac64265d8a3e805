"""How far a study is, and how that is said."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bridge.domain.humane import duration
from bridge.tuning.wording import counted, counts_text, parameters_text, values_text

if TYPE_CHECKING:
    from optuna.trial import FrozenTrial


@dataclass(frozen=True, slots=True)
class Standing:
    """A study at one moment.

    Args:
        name: The study's.
        done: Trials that ended since it began, or went on.
        total: Trials that it is to have, with those of earlier runs; None if something else ends it.
        seconds: Since it began, or went on.
        timeout: Seconds after which it ends, if it does.
        trials: All that have ended, those of earlier runs too.
        best: The best; with several objectives, the front.
        before: Trials of earlier runs.

    >>> standing = Standing("churn", done=12, total=64, seconds=15.0)
    >>> standing.going_on()
    'Study churn: 12 of 64 trials, nothing complete yet, about 1 min 05 s left'
    >>> standing.percent()
    18.75
    """

    name: str
    done: int
    total: int | None
    seconds: float
    timeout: float | None = None
    trials: tuple[FrozenTrial, ...] = ()
    best: tuple[FrozenTrial, ...] = ()
    before: int = 0

    @property
    def all(self) -> int:
        """Trials done, with those of earlier runs."""
        return self.before + self.done

    def percent(self) -> float:
        """How much is done, from 0 to 100; by whichever of trials and time ends it sooner."""
        by_trials = 100.0 * self.all / self.total if self.total else 0.0
        by_time = 100.0 * self.seconds / self.timeout if self.timeout else 0.0
        return min(max(by_trials, by_time), 100.0)

    def left(self) -> float | None:
        """Seconds until it ends, as it looks now; None if nothing can be said yet."""
        by_time = max(self.timeout - self.seconds, 0.0) if self.timeout else None
        if not self.total or not self.done:
            return by_time
        by_trials = self.seconds / self.done * max(self.total - self.all, 0)
        return by_trials if by_time is None else min(by_trials, by_time)

    def done_text(self) -> str:
        """Trials done, for a terminal: `12/64`."""
        return f"{self.all}/{self.total}" if self.total else f"{self.all} trials"

    def left_text(self) -> str:
        """Time left, for a terminal."""
        left = self.left()
        return "" if left is None else f"{duration(round(left))} left"

    def best_text(self) -> str:
        """The best so far, for a terminal: `best 0.9123 (trial 7)`."""
        if not self.best:
            return ""
        if len(self.best[0].values) > 1:
            return f"{len(self.best)} on the front"
        return f"best {values_text(self.best[0].values)} (trial {self.best[0].number})"

    def going_on(self) -> str:
        """One sentence, while it goes on."""
        done = f"{self.all:,} of {self.total:,} trials" if self.total else f"{self.all:,} trials"
        left = self.left()
        said = [done, self.best_text() or "nothing complete yet"]
        return f"Study {self.name}: " + ", ".join([*said, *([f"about {duration(left)} left"] if left else [])])

    def ended(self) -> str:
        """One sentence, once it has ended: what there is, what is best, how to look at it."""
        trials = f"{self.done:,} trial{'' if self.done == 1 else 's'} in {duration(self.seconds)}"
        if self.before:
            trials += f", {self.all:,} in all"
        counts = counted(self.trials)
        said = f"Study {self.name}: {trials}" + (f" ({counts_text(counts)})" if counts else "")
        best = self.best_text() or "nothing complete"
        if len(self.best) == 1 and self.best[0].params:
            best += f": {parameters_text(self.best[0].params)}"
        return f"{said}; {best}. Look at it: bridge studies show {shlex.quote(self.name)}"
