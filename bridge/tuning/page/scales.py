"""Where on an axis a value stands."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bridge.tuning.wording import number, parameter_text

if TYPE_CHECKING:
    from optuna.trial import FrozenTrial

FAR = 3.0
"""How many times the span of the middle nine tenths a value may lie outside of them until it is drawn at the edge."""

LARGEST = 1e150
"""What differences of can be computed."""

MOST_WORDS = 12
"""Choices that an axis names."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis.

    Args:
        at: Where, from 0 to 1.
        label: What it says.
    """

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Scale:
    """An axis of numbers.

    Args:
        low: What stands at 0.
        high: What stands at 1.
        log: Whether it is logarithmic.

    >>> Scale(1.0, 100.0, log=True).at(10.0), Scale(0.0, 4.0).at(9.0)
    (0.5, 1.0)
    """

    low: float
    high: float
    log: bool = False

    def at(self, value: Any) -> float:
        """Where a number stands, from 0 to 1; one beyond the ends, at the end."""
        low, high, x = (self._told(float(part)) for part in (self.low, self.high, value))
        return 0.5 if high == low else min(max((x - low) / (high - low), 0.0), 1.0)

    def _told(self, value: float) -> float:
        if not self.log:
            return value
        return math.log10(value) if value > 0 else -math.inf

    def ticks(self) -> list[Tick]:
        """Round numbers along it.

        >>> [tick.label for tick in Scale(0.0, 1.0).ticks()]
        ['0', '0.2', '0.4', '0.6', '0.8', '1']
        >>> [tick.label for tick in Scale(1e-4, 1.0, log=True).ticks()]
        ['0.0001', '0.001', '0.01', '0.1', '1']
        """
        values = self._decades() if self.log else None
        if values is None or len(values) < 2:
            values = self._round_numbers()
        return [Tick(self.at(value), number(value)) for value in values]

    def _decades(self) -> list[float]:
        first, last = math.ceil(math.log10(self.low) - 1e-9), math.floor(math.log10(self.high) + 1e-9)
        step = max(1, math.ceil((last - first) / 6))
        return [float(f"1e{power}") for power in range(first, last + 1, step)]

    def _round_numbers(self) -> list[float]:
        span = self.high - self.low
        if span <= 0 or not math.isfinite(span):
            return [self.low]
        size = 10.0 ** math.floor(math.log10(span / 5))
        step = next(size * factor for factor in (1, 2, 5, 10) if span / (size * factor) <= 6)
        first = math.ceil(self.low / step - 1e-9)
        return [round(i * step, 12) for i in range(first, math.floor(self.high / step + 1e-9) + 1)]


@dataclass(frozen=True, slots=True)
class Words:
    """An axis of choices.

    Args:
        words: Them, in order.

    >>> Words(("a", "b")).at("b")
    0.75
    """

    words: tuple[str, ...]

    def at(self, value: Any) -> float:
        """Where a choice stands."""
        text = parameter_text(value)
        place = self.words.index(text) if text in self.words else 0
        return (place + 0.5) / len(self.words)

    def ticks(self) -> list[Tick]:
        """The choices; of very many, some."""
        step = math.ceil(len(self.words) / MOST_WORDS)
        return [Tick(self.at(word), word) for word in self.words[::step]]


def of_values(values: Iterable[float]) -> Scale:
    """A scale that shows what most values are; the few that lie far from all others stand at its ends.

    >>> of_values([0.1, 0.2, 0.3, 0.4] * 10 + [1e9]).high < 2
    True
    """
    known = sorted(min(max(value, -LARGEST), LARGEST) for value in values if math.isfinite(value))
    if not known:
        return Scale(0.0, 1.0)
    low, high = known[0], known[-1]
    bottom, top = known[len(known) // 20], known[-1 - len(known) // 20]
    room = FAR * (top - bottom)
    if room > 0:
        low, high = max(low, bottom - room), min(high, top + room)
    return _with_air(low, high)


def of_parameter(name: str, trials: Sequence[FrozenTrial]) -> Scale | Words:
    """The scale of a parameter, as wide as trials were let choose.

    >>> import optuna
    >>> study = optuna.create_study()
    >>> study.optimize(lambda trial: trial.suggest_float("lr", 1e-4, 1, log=True), n_trials=1)
    >>> of_parameter("lr", study.trials)
    Scale(low=0.0001, high=1.0, log=True)
    """
    found = [trial.distributions[name] for trial in trials if name in trial.distributions]
    if any(hasattr(one, "choices") for one in found):
        choices = [choice for one in found for choice in getattr(one, "choices", ())]
        return Words(tuple(dict.fromkeys(parameter_text(choice) for choice in choices)))
    low, high = min(float(one.low) for one in found), max(float(one.high) for one in found)  # type: ignore[attr-defined]  # numbers, all of them
    if any(getattr(one, "log", False) for one in found) and low > 0:
        return Scale(low, high, log=True)
    return Scale(low, high)


def _with_air(low: float, high: float) -> Scale:
    air = (high - low) * 0.04 or abs(high) * 0.04 or 1.0
    return Scale(low - air, high + air)
