"""Gates about metrics: bounds, and better than the version that is there now."""

from __future__ import annotations

import math
import operator
from dataclasses import asdict, dataclass

from bridge.domain.decision import GateResult
from bridge.domain.model import Evaluation, ModelVersion
from bridge.domain.refusals import GateError
from bridge.models.gates.candidate import Candidate, Gate, on, shown
from bridge.workspace.promotion_rules import BOUND, is_bound

_HOLDS = {">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt}
_VERDICT = {
    ">=": ("is at least", "is below"),
    "<=": ("is at most", "is above"),
    ">": ("is above", "is not above"),
    "<": ("is below", "is not below"),
}
_SHOWN = 8


def metric(bound: str) -> Gate:
    """Ask for a bound of a metric in the version's latest evaluation (on the pinned data, if there is some).

    Args:
        bound: `accuracy >= 0.9`; one of `>=`, `<=`, `>`, `<`. Nested metrics have dotted names.

    Raises:
        GateError: If it is not one.

    >>> metric("accuracy >= 0.9")
    Metric(name='accuracy', sign='>=', bound=0.9)
    """
    found = BOUND.fullmatch(bound) if isinstance(bound, str) and is_bound(bound) else None
    if found is None:
        raise GateError(bound, "it is no bound of a metric; write it as 'accuracy >= 0.9'")
    return Metric(found["metric"], found["sign"], float(found["bound"]))


def better(name: str, *, by: float = 0.0, lower: bool = False) -> Gate:
    """Ask for a metric that is better than that of the version at which the alias is now, on the same data.

    Without such a version it passes: somebody has to be first.

    Args:
        name: The metric.
        by: By how much; 0 asks for any improvement, and below 0 it may be so much worse.
        lower: Whether lower is better.

    Raises:
        GateError: If the margin is not a number.

    >>> better("log_loss", by=0.02, lower=True)
    Better(name='log_loss', by=0.02, lower=True)
    """
    if not isinstance(by, int | float) or not math.isfinite(by):
        raise GateError(f"better {name}", f"its margin {by!r} is not a number")
    return Better(name, float(by), lower)


@dataclass(frozen=True)
class Metric:
    """A bound of a metric."""

    name: str
    sign: str
    bound: float

    def __str__(self) -> str:
        return f"{self.name} {self.sign} {self.bound:g}"

    def check(self, candidate: Candidate) -> GateResult:
        """Look at the latest evaluation."""
        found = candidate.evaluated(candidate.model, self.name)
        if not found:
            return GateResult(str(self), False, missing(candidate, candidate.model, self.name), asdict(self))
        value = found[0].metrics[self.name]
        passed = bool(_HOLDS[self.sign](value, self.bound))
        verdict = _VERDICT[self.sign][0 if passed else 1]
        said = f"{self.name} {shown(value, self.bound)} {on(found[0].data)} {verdict} {shown(self.bound, value)}"
        return GateResult(str(self), passed, said, asdict(self), candidate.evidence(found[0], self.name))


@dataclass(frozen=True)
class Better:
    """A metric that has to be better than the present version's."""

    name: str
    by: float
    lower: bool

    def __str__(self) -> str:
        than = f" by {self.by:g}" if self.by else ""
        return f"{'lower' if self.lower else 'higher'} {self.name}{than}"

    def check(self, candidate: Candidate) -> GateResult:
        """Compare evaluations on the same data."""
        if candidate.champion is None:
            said = f"{candidate.model.name} has no {candidate.alias} yet to compare {candidate.model.selector} with"
            return GateResult(str(self), True, said, asdict(self))
        mine = candidate.evaluated(candidate.model, self.name)
        theirs = candidate.evaluated(candidate.champion, self.name)
        for model, found in ((candidate.model, mine), (candidate.champion, theirs)):
            if not found:
                return GateResult(str(self), False, missing(candidate, model, self.name), asdict(self))
        pair = _on_same_data(candidate, mine, theirs)
        if pair is None:
            return GateResult(str(self), False, self._apart(candidate, mine[0], theirs[0]), asdict(self))
        return self._compared(candidate, *pair)

    def _compared(self, candidate: Candidate, mine: Evaluation, theirs: Evaluation) -> GateResult:
        assert candidate.champion is not None
        value, other = mine.metrics[self.name], theirs.metrics[self.name]
        gain = other - value if self.lower else value - other
        is_enough = gain > 0 if self.by == 0 else gain > self.by or math.isclose(gain, self.by, rel_tol=1e-9)
        than = f"{candidate.champion.selector}'s {shown(other, value)}"
        if gain == 0:
            distance = f"equals {than}"
        else:
            distance = f"is {abs(gain):.6g} {'better' if gain > 0 else 'worse'} than {than}"
        wanted = f"{self.by:g} is asked for" if self.by else "better is asked for"
        if self.by < 0:
            wanted = f"up to {-self.by:g} worse is let pass"
        said = f"{self.name} {shown(value, other)} {on(mine.data)} {distance}"
        evidence = {
            "candidate": candidate.evidence(mine, self.name),
            "champion": {"model": candidate.champion.selector, **candidate.evidence(theirs, self.name)},
        }
        return GateResult(str(self), is_enough, said if is_enough else f"{said}; {wanted}", asdict(self), evidence)

    def _apart(self, candidate: Candidate, mine: Evaluation, theirs: Evaluation) -> str:
        assert candidate.champion is not None
        return (
            f"{self.name} of {candidate.model.selector} was found {on(mine.data)}, and that of "
            f"{candidate.champion.selector} {on(theirs.data)}: they were not evaluated on the same data"
        )


def missing(candidate: Candidate, model: ModelVersion, name: str) -> str:
    """Why there is nothing to compare, with what there is."""
    there = candidate.all_evaluated(model)
    where = f" on {candidate.data.ref}" if candidate.data is not None else ""
    having = [one for one in there if name in one.metrics]
    if not there:
        known = "no step that received it returned numbers"
    elif having:
        known = "it was evaluated " + "; ".join(dict.fromkeys(on(one.data) for one in having))
    else:
        names = sorted({known for one in there for known in one.metrics})
        known = f"there is {', '.join(names[:_SHOWN])}{', …' if len(names) > _SHOWN else ''}"
    return f"{model.selector} has no {name}{where}: {known}"


def _on_same_data(
    candidate: Candidate, mine: list[Evaluation], theirs: list[Evaluation]
) -> tuple[Evaluation, Evaluation] | None:
    """The latest evaluations of both on the same data."""
    if candidate.data is not None:
        return mine[0], theirs[0]
    for one in mine:
        data = candidate.identities(one.data)
        for other in theirs:
            if data and data == candidate.identities(other.data):
                return one, other
    return None
