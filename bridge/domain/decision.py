"""Decisions about where the aliases of models point, and the log that they are kept in."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from bridge.domain.errors import SelectorError
from bridge.domain.labels import checked_alias
from bridge.domain.refusals import RefusedError

Action = Literal["promote", "rollback", "remove"]
Outcome = Literal["accepted", "refused", "unchanged"]

USUAL = ("champion", "challenger", "staging", "production")
"""Aliases that most teams have; any other valid one will do."""

_ALIAS = re.compile(r"[A-Za-z0-9_-]{1,255}")
_NUMBERED = re.compile(r"[vV][0-9]+")


@dataclass(frozen=True, slots=True)
class GateResult:
    """What a gate found.

    Args:
        gate: What it asks for: `accuracy >= 0.9`.
        passed: Whether it lets the version pass.
        reason: One line, with the values.
        parameters: What it was declared with.
        evidence: What it looked at: selectors with their digests, and numbers.
    """

    gate: str
    passed: bool
    reason: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    evidence: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person said who was asked.

    Args:
        approved: Yes or no.
        by: Who says so. It is what he wrote: nothing proves it.
        reason: Why.
        how: Where it was said: `Prefect`, `command line`; with nobody's name, why there is no answer.
    """

    approved: bool
    by: str
    reason: str = ""
    how: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """What is to become of an alias, and what that rests on.

    Args:
        action: What is done.
        model: Registered model's name.
        alias: The alias.
        number: Version that it is to point at; None to take it away.
        expected: Version at which it was when this was looked into; None if at none.
        who: `user@host` of the process.
        refusal: Why it is refused; empty if it is to be done.
        why: Why it is wanted, in the words of who wants it.
        run: Prefect's flow run in which it was asked for: `id`, `name`, `deployment`.
        gates: What the gates found.
        answer: What a person said, if one was asked.
        evidence: The model's artifact version and the data it was trained on, with their digests.
    """

    action: Action
    model: str
    alias: str
    number: int | None
    expected: int | None
    who: str
    refusal: str = ""
    why: str = ""
    run: Mapping[str, str] = field(default_factory=dict)
    gates: tuple[GateResult, ...] = ()
    answer: Answer | None = None
    evidence: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the log as it is kept.

    Args:
        position: From 1, without gaps.
        model: Registered model's name.
        body: Canonical JSON.
        previous: Digest of the entry before it; empty for the first.
        digest: SHA-256 of `previous`, a line feed and `body`.
    """

    position: int
    model: str
    body: str
    previous: str
    digest: str


@dataclass(frozen=True, slots=True)
class ModelAlias:
    """Where an alias of a model is.

    Args:
        model: Registered model's name.
        alias: The alias.
        number: The version.
        decision: Position in the log of the decision that set it.
    """

    model: str
    alias: str
    number: int
    decision: int


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided about an alias, as the log has it.

    Args:
        action: `promote`, `rollback` or `remove`.
        outcome: `accepted`, `refused`, or `unchanged` if the alias was there already.
        model: Registered model's name.
        alias: The alias.
        number: Version that it was to point at; None to take it away.
        before: Version at which it was when this was decided; None if at none.
        reason: Why, in one line: what the gates, the person or the catalog said.
        when: UTC.
        who: `user@host` of the process.
        position: In the log, from 1.
        digest: Of the log's entry, which covers all entries before it.
        why: Why it was wanted, in the words of who wanted it.
        run: Prefect's flow run in which it was asked for.
        gates: What the gates found.
        answer: What a person said, if one was asked.
        evidence: The model's artifact version and the data it was trained on, with their digests.
    """

    action: Action
    outcome: Outcome
    model: str
    alias: str
    number: int | None
    before: int | None
    reason: str
    when: datetime
    who: str
    position: int
    digest: str
    why: str = ""
    run: Mapping[str, str] = field(default_factory=dict)
    gates: tuple[GateResult, ...] = ()
    answer: Answer | None = None
    evidence: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_refused(self) -> bool:
        """Whether the alias was left where it was though it was to move."""
        return self.outcome == "refused"

    @property
    def is_moved(self) -> bool:
        """Whether the alias moved."""
        return self.outcome == "accepted"

    def raise_for_refusal(self) -> Decision:
        """Give it back if it was not refused.

        Raises:
            RefusedError: If it was, with the reason.
        """
        if self.is_refused:
            raise RefusedError(str(self))
        return self

    def __str__(self) -> str:
        at = f"{self.model}@{self.alias}"
        if self.outcome == "refused":
            wanted = "nothing" if self.number is None else f"{self.model}@{self.number}"
            return f"{at} was not moved to {wanted}: {self.reason}"
        if self.number is None:
            return f"{at} is no more; it was {self.model}@{self.before}"
        if self.outcome == "unchanged":
            return f"{at} is {self.model}@{self.number}, as it was"
        before = f"; it was {self.model}@{self.before}" if self.before is not None else ""
        return f"{at} is {self.model}@{self.number}{before}"


def checked_model_alias(model: str, alias: str) -> str:
    """Give an alias back if selectors and MLflow can hold it.

    Raises:
        SelectorError: If not: it has other characters than letters, digits, `_` and `-`, or reads as a version.

    >>> checked_model_alias("churn", "champion")
    'champion'
    """
    if isinstance(alias, str) and _ALIAS.fullmatch(alias) and not _NUMBERED.fullmatch(alias):
        return checked_alias(model, alias)
    why = "a model's alias has letters, digits, _ and -, and is no number and no v3"
    raise SelectorError(f"{model}@{alias}", why)


def canonical(body: Mapping[str, Any]) -> str:
    r"""JSON in one way only: sorted keys, no spaces, ASCII.

    >>> canonical({"b": 1, "a": "é"})
    '{"a":"\\u00e9","b":1}'
    """
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def digest_of(previous: str, body: str) -> str:
    r"""What the chain is made of: `printf '%s\n%s' "$previous" "$body" | sha256sum`.

    >>> digest_of("", "{}")
    'sha256:a062dd4952b935e430d409c4a5e5cd760e8781e3200d5c7e12a232dddba8a528'
    """
    data = f"{previous}\n{body}".encode("utf-8", "surrogatepass")
    return f"sha256:{hashlib.sha256(data).hexdigest()}"
