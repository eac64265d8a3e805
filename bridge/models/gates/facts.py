"""Gates about what is known of a version: the age of its data, its tags."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from bridge.domain.decision import GateResult
from bridge.domain.refusals import GateError
from bridge.models.finding import data_of
from bridge.models.gates.candidate import Candidate, Gate

DAY = 86_400


def fresh(*, days: float, data: str = "*") -> Gate:
    """Ask for training data that is no older than so many days; each version of it, counted from when it was saved.

    Args:
        days: So many.
        data: Only data whose name fits this pattern.

    Raises:
        GateError: If the number is none.

    >>> fresh(days=30)
    Fresh(days=30.0, data='*')
    """
    if not isinstance(days, int | float) or not days > 0:
        raise GateError("fresh", f"days={days!r} is not a number above 0")
    return Fresh(float(days), data)


def tagged(*names: str, **values: str) -> Gate:
    """Ask for tags of the model version, with any value or a certain one.

    Raises:
        GateError: If none is asked for.

    >>> tagged("reviewed", team="growth")
    Tagged(tags={'reviewed': None, 'team': 'growth'})
    """
    tags: dict[str, str | None] = {}
    for text in names:
        name, equals, value = text.partition("=")
        tags[name] = value if equals else None
    tags.update(values)
    if not tags or "" in tags:
        raise GateError("tagged", "it does not say which tags; write tagged('reviewed', team='growth')")
    return Tagged(tags)


@dataclass(frozen=True)
class Fresh:
    """Training data that is not too old."""

    days: float
    data: str

    def __str__(self) -> str:
        which = "training data" if self.data == "*" else self.data
        return f"{which} under {self.days:g} days"

    def check(self, candidate: Candidate) -> GateResult:
        """Look at every version that the training used."""
        parameters = {"days": self.days, "data": self.data}
        used = [
            ref for ref in data_of(candidate.workspace.catalog, candidate.model) if fnmatchcase(ref.name, self.data)
        ]
        if not used:
            what = "no data is recorded" if self.data == "*" else f"no data called {self.data} is recorded"
            said = f"{what} that {candidate.model.selector} was trained on"
            return GateResult(str(self), False, said, parameters)
        ages = {}
        for ref in used:
            version = candidate.version(ref)
            if version is None:
                said = f"{ref}, which {candidate.model.selector} was trained on, was forgotten: its age is not known"
                return GateResult(str(self), False, said, parameters)
            ages[ref] = (candidate.now - version.created).total_seconds() / DAY
        oldest = max(ages, key=lambda ref: ages[ref])
        passed = ages[oldest] <= self.days
        evidence = {"data": [{**candidate.named(ref), "age_days": round(ages[ref], 3)} for ref in used]}
        verdict = "under" if passed else "and not under"
        said = f"{oldest} is {_days(ages[oldest])} old, {verdict} the {_days(self.days)} that are allowed"
        return GateResult(str(self), passed, said, parameters, evidence)


@dataclass(frozen=True)
class Tagged:
    """Tags that a version must have."""

    tags: Mapping[str, str | None]

    def __str__(self) -> str:
        return f"tags {', '.join(_shown(name, value) for name, value in self.tags.items())}"

    def check(self, candidate: Candidate) -> GateResult:
        """Look at the model version's tags."""
        there = candidate.model.tags
        bad = [
            f"{_shown(name, there[name])} instead of {value}" if name in there else f"no tag {_shown(name, value)}"
            for name, value in self.tags.items()
            if name not in there or (value is not None and there[name] != value)
        ]
        has = ", ".join(_shown(name, there.get(name)) for name in self.tags)
        said = f"{candidate.model.selector} has {', '.join(bad) if bad else has}"
        evidence = {"tags": {name: there.get(name) for name in self.tags}}
        return GateResult(str(self), not bad, said, {"tags": dict(self.tags)}, evidence)


def _shown(name: str, value: str | None) -> str:
    return name if value is None else f"{name}={value}"


def _days(days: float) -> str:
    if days < 1:
        return f"{days * 24:.1f} hours"
    whole = f"{days:.1f}".removesuffix(".0")
    return f"{whole} day{'' if whole == '1' else 's'}"
