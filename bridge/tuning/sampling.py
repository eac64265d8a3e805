"""Samplers whose draws depend on the study's seed and on the trial, not on who draws when.

Optuna's samplers keep a random generator that every draw moves on. So a study that was killed and goes on draws other
numbers than one that was not, and workers with a copy of one sampler draw the same. Here the generators are seeded
before each draw, from the study's seed, the trial's number and what is drawn. Everything else is the sampler's own.

Optuna has no public way to seed a sampler anew: `reseed_rng` takes no seed. Its generators are found by the private
class `LazyRandomState` wherever they hang in a sampler; a sampler that has none is left to itself, and is only
`reseed_rng`-ed in another process. Ends when `reseed_rng` takes a seed.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from optuna.distributions import BaseDistribution
from optuna.samplers import BaseSampler
from optuna.study import Study
from optuna.trial import FrozenTrial, TrialState

DEEPEST = 4


class SeededSampler(BaseSampler):
    """A sampler whose every draw is seeded.

    Args:
        own: The user's, or Optuna's default.
        seed: The study's.
        begun: True where another process has asked for the trial: what happens before a trial has happened.
    """

    def __init__(self, own: BaseSampler, seed: int, *, begun: bool = False) -> None:
        self.own, self.seed, self._begun = own, seed, begun

    def elsewhere(self) -> SeededSampler:
        """The same for another process, which goes on with trials that were asked for here."""
        return SeededSampler(self.own, self.seed, begun=True)

    def infer_relative_search_space(self, study: Study, trial: FrozenTrial) -> dict[str, BaseDistribution]:
        """The sampler's own."""
        return self.own.infer_relative_search_space(study, trial)

    def sample_relative(
        self, study: Study, trial: FrozenTrial, search_space: dict[str, BaseDistribution]
    ) -> dict[str, Any]:
        """The sampler's own, seeded."""
        self._seed(trial, "relative")
        return self.own.sample_relative(study, trial, search_space)

    def sample_independent(
        self, study: Study, trial: FrozenTrial, param_name: str, param_distribution: BaseDistribution
    ) -> Any:
        """The sampler's own, seeded."""
        self._seed(trial, f"independent {param_name}")
        return self.own.sample_independent(study, trial, param_name, param_distribution)

    def before_trial(self, study: Study, trial: FrozenTrial) -> None:
        """The sampler's own, seeded; once for each trial."""
        if not self._begun:
            self._seed(trial, "before")
            self.own.before_trial(study, trial)

    def after_trial(self, study: Study, trial: FrozenTrial, state: TrialState, values: Sequence[float] | None) -> None:
        """The sampler's own, seeded."""
        self._seed(trial, "after")
        self.own.after_trial(study, trial, state, values)

    def reseed_rng(self) -> None:
        """Nothing: every draw is seeded."""

    def __str__(self) -> str:
        return str(self.own)

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        self.__dict__.update(state)
        if not list(generators(self.own)):
            self.own.reseed_rng()

    def _seed(self, trial: FrozenTrial, what: str) -> None:
        for place, generator in enumerate(generators(self.own)):
            text = f"{self.seed} {trial.number} {what} {place}"
            words = np.frombuffer(hashlib.blake2b(text.encode(), digest_size=32).digest(), dtype=np.uint32)
            generator.seed(words)


def seed_of(sampler: BaseSampler) -> int:
    """A seed for a study: the same for equal samplers that were given a seed, another each time for others.

    >>> from optuna.samplers import TPESampler
    >>> seed_of(TPESampler(seed=1)) == seed_of(TPESampler(seed=1)) != seed_of(TPESampler(seed=2))
    True
    """
    for generator in generators(sampler):
        return int(generator.randint(2**31))
    return random.SystemRandom().randrange(2**31)


def generators(sampler: Any) -> list[np.random.RandomState]:
    """The random generators of a sampler, and of the samplers in it.

    >>> from optuna.samplers import RandomSampler, TPESampler
    >>> len(generators(RandomSampler())), len(generators(TPESampler()))
    (1, 2)
    """
    found: dict[int, np.random.RandomState] = {}
    for lazy in _lazy(sampler, 0, set()):
        found.setdefault(id(lazy), lazy.rng)
    return list(found.values())


def _lazy(thing: Any, depth: int, seen: set[int]) -> Iterator[Any]:
    if depth > DEEPEST or id(thing) in seen or not hasattr(thing, "__dict__"):
        return
    seen.add(id(thing))
    for _, held in sorted(vars(thing).items()):
        if type(held).__name__ == "LazyRandomState":
            yield held
        elif type(held).__module__.startswith("optuna."):
            yield from _lazy(held, depth + 1, seen)
