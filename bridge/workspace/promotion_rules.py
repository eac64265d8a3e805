"""What promotions of models have to pass, by names of models and aliases: `[tool.bridge.promotion]`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from bridge.domain.errors import SettingsError

BOUND = re.compile(r"\s*(?P<metric>.+?)\s*(?P<sign>>=|<=|>|<)\s*(?P<bound>[-+0-9.eE_]+)\s*")
"""`accuracy >= 0.9`."""

_WILD = re.compile(r"\[[^]]*\]|[*?]")


class Approval(BaseModel):
    """How a person is asked.

    Args:
        timeout: Seconds that a flow run waits for the answer.
        approvers: Who may answer; anybody if there are none.
        suspend: Let the flow run end while it waits, and begin anew once somebody has answered (deployed flows only).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    timeout: float = Field(default=86_400, gt=0, allow_inf_nan=False)
    approvers: tuple[str, ...] = ()
    suspend: bool = False


class Better(BaseModel):
    """By how much a metric has to be better than the champion's.

    Args:
        by: The margin; 0 asks for any improvement, and below 0 it may be so much worse.
        lower: Whether lower is better.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    by: float = Field(default=0.0, allow_inf_nan=False)
    lower: bool = False


class Rules(BaseModel):
    """What a version has to pass before an alias of its model moves to it.

    Args:
        metrics: Bounds of metrics: `accuracy >= 0.9`.
        better: Metrics that have to be better than the present version's, with the margin.
        data: Version of the data on which they count; the data itself may have moved on.
        max_age_days: How old the data may be that it was trained on.
        tags: Tags that the model version must have: `reviewed`, `team=growth`.
        custom: Functions or tasks of the project's own: `package.module:function`.
        approval: Whether a person is asked, and how.

    >>> Rules(metrics=["accuracy >= 0.9"], better={"accuracy": 0.01}).better["accuracy"].by
    0.01
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    metrics: tuple[str, ...] = ()
    better: dict[str, Better] = Field(default_factory=dict)
    data: str | None = None
    max_age_days: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    tags: tuple[str, ...] = ()
    custom: tuple[str, ...] = ()
    approval: Approval | None = None

    @field_validator("better", mode="before")
    @classmethod
    def _margins(cls, given: Any) -> Any:
        if not isinstance(given, Mapping):
            return given
        return {name: {"by": margin} if isinstance(margin, int | float) else margin for name, margin in given.items()}

    @field_validator("approval", mode="before")
    @classmethod
    def _asked(cls, given: Any) -> Any:
        return {True: {}, False: None}[given] if isinstance(given, bool) else given

    @field_validator("metrics")
    @classmethod
    def _bounds(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        for text in given:
            if not is_bound(text):
                raise ValueError(f"{text!r} is no bound of a metric; write it as 'accuracy >= 0.9'")
        return given

    @field_validator("custom")
    @classmethod
    def _functions(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        for text in given:
            if not all(text.partition(":")):
                raise ValueError(f"{text!r} names no function; write it as 'package.module:function'")
        return given


def is_bound(text: str) -> bool:
    """Whether a text is a bound of a metric.

    >>> is_bound("accuracy >= 0.9"), is_bound("accuracy > high")
    (True, False)
    """
    found = BOUND.fullmatch(text)
    try:
        return found is not None and float(found["bound"]) == float(found["bound"])
    except ValueError:
        return False


def rules_for(model: str, alias: str, promotion: Mapping[str, Mapping[str, Rules]]) -> tuple[str, Rules]:
    """The rules for an alias of a model, and where they stand; what is not declared asks for nothing.

    Of several patterns that fit, the most specific counts: the model's own name first, then the pattern with the most
    characters beside its wildcards; after that the alias's own name before `*`.

    >>> rules = {"*": {"champion": Rules(tags=("reviewed",))}, "churn": {"champion": Rules()}}
    >>> rules_for("fraud", "champion", rules)
    ('[tool.bridge.promotion."*".champion]', Rules(... tags=('reviewed',), ...))
    >>> rules_for("churn", "champion", rules)[1].tags
    ()
    """
    fits = [
        (name == model, len(_WILD.sub("", name)), at == alias, len(_WILD.sub("", at)), name, at)
        for name, of_alias in promotion.items()
        for at in of_alias
        if fnmatchcase(model, name) and fnmatchcase(alias, at)
    ]
    if not fits:
        return "", Rules()
    *_, name, at = max(fits)
    return f"[tool.bridge.promotion.{_quoted(name)}.{_quoted(at)}]", promotion[name][at]


def unusable_rules(error: Mapping[str, Any]) -> SettingsError:
    """The error about a model's rules, from what pydantic says.

    >>> print(unusable_rules({"loc": ("promotion", "churn", "champion", "max_age"), "type": "extra_forbidden"}))
    [tool.bridge.promotion.churn.champion] max_age=None cannot be used: there is no such word; there are metrics,...
    """
    where = [str(part) for part in error["loc"][1:]]
    key = f"[tool.bridge.promotion.{'.'.join(_quoted(part) for part in where[:2])}]"
    what = " ".join([key, ".".join(where[2:])]).strip()
    if error["type"] == "extra_forbidden":
        known = {3: Rules, 4: Approval if "approval" in where else Better}.get(min(len(where), 4), Rules)
        why = f"there is no such word; there are {', '.join(known.model_fields)}"
    else:
        why = str(error["msg"]).removeprefix("Value error, ")
        why = f"{why[:1].lower()}{why[1:]}"
    return SettingsError(what, error.get("input"), why)


def _quoted(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else f'"{name}"'
