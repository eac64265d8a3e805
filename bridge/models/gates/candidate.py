"""The version that is to pass the gates, with what they look at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from bridge.domain.decision import GateResult
from bridge.domain.errors import VersionNotFoundError
from bridge.domain.model import Evaluation, ModelVersion
from bridge.domain.version import Version, VersionRef
from bridge.models.evaluations import evaluations
from bridge.workspace import Workspace


@dataclass(frozen=True)
class Candidate:
    """A model version that is to be promoted.

    Args:
        model: The version.
        champion: The version at which the alias is now; None if there is none.
        alias: The alias.
        workspace: Where its facts are.
        now: What ages are counted from.
        data: Version of the data on which metrics count; None for the latest evaluation.
    """

    model: ModelVersion
    champion: ModelVersion | None
    alias: str
    workspace: Workspace
    now: datetime
    data: Version | None = None
    _evaluations: dict[str, list[Evaluation]] = field(default_factory=dict, repr=False, compare=False)
    _versions: dict[VersionRef, Version | None] = field(default_factory=dict, repr=False, compare=False)

    def evaluated(self, model: ModelVersion, metric: str) -> list[Evaluation]:
        """Evaluations of a version that have a metric, on the pinned data if there is some; the latest first."""
        return [one for one in self.all_evaluated(model) if metric in one.metrics and self._counts(one)]

    def all_evaluated(self, model: ModelVersion) -> list[Evaluation]:
        """Every evaluation of a version, the latest first; read once."""
        if model.selector not in self._evaluations:
            self._evaluations[model.selector] = evaluations(model, self.workspace)
        return self._evaluations[model.selector]

    def identities(self, refs: Iterable[VersionRef]) -> frozenset[str]:
        """What tells data apart: digests, or selectors of what has none."""
        return frozenset(self.digest(ref) or str(ref) for ref in refs)

    def digest(self, ref: VersionRef) -> str | None:
        """Digest of a version; None if it has none, or was forgotten."""
        version = self.version(ref)
        return None if version is None else version.digest

    def version(self, ref: VersionRef) -> Version | None:
        """A version's facts; None if it was forgotten. Read once."""
        if ref not in self._versions:
            try:
                self._versions[ref] = self.workspace.resolve(str(ref))
            except VersionNotFoundError:
                self._versions[ref] = None
        return self._versions[ref]

    def named(self, ref: VersionRef) -> dict[str, Any]:
        """A version as evidence."""
        return {"version": str(ref), "digest": self.digest(ref)}

    def evidence(self, one: Evaluation, metric: str) -> Mapping[str, Any]:
        """An evaluation as evidence."""
        return {
            "metric": metric,
            "value": one.metrics[metric],
            "metrics": self.named(one.version),
            "data": [self.named(ref) for ref in one.data],
            "step": one.step_id,
        }

    def _counts(self, one: Evaluation) -> bool:
        if self.data is None:
            return True
        pinned = self.data.digest or str(self.data.ref)
        return self.data.ref in one.data or pinned in self.identities(one.data)


class Gate(Protocol):
    """What a version has to pass.

    Promises: it changes nothing; what it finds has one line with the values. An exception in it is a refusal.
    """

    def check(self, candidate: Candidate) -> GateResult:
        """Look at a version."""


def on(data: Iterable[VersionRef]) -> str:
    """What an evaluation was made on, in words.

    >>> on([VersionRef("held-out", 3)]), on([])
    ('on held-out@3', 'on data that is not recorded')
    """
    return f"on {', '.join(str(ref) for ref in data) or 'data that is not recorded'}"


def shown(value: float, beside: float | None = None) -> str:
    """A number in a few digits, or in all of them where the one beside it would look the same.

    >>> shown(0.912345678), shown(0.9499999999, beside=0.95)
    ('0.912346', '0.9499999999')
    """
    short = f"{value:.6g}"
    return repr(value) if beside is not None and value != beside and short == f"{beside:.6g}" else short
