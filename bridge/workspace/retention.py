"""How long versions are kept, by patterns of artifacts' names: `[tool.bridge.retention]`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from fnmatch import fnmatchcase
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from bridge.domain.errors import SettingsError

_TAKES = "write it as { keep_last = 5 }, { keep_days = 30 }, { keep_last = 5, keep_days = 30 } or { keep_all = true }"
_WILD = re.compile(r"\[[^]]*\]|[*?]")


class Retention(BaseModel):
    """Which versions of a name are kept. A version goes if neither of the two keeps it.

    Args:
        keep_last: So many of the latest versions.
        keep_days: Versions that are no older than so many days.
        keep_all: All of them; says so for names that another pattern would fit.

    >>> str(Retention(keep_last=5, keep_days=30))
    'last 5 and 30 days'
    >>> Retention(keep_last=5, keep_days=30).why(2, timedelta(days=90))
    'last 5'
    >>> Retention(keep_last=5, keep_days=30).why(7, timedelta(days=90))
    ''
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    keep_last: int | None = Field(default=None, ge=1)
    keep_days: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    keep_all: bool = False

    @model_validator(mode="after")
    def _says_something(self) -> Retention:
        limited = self.keep_last is not None or self.keep_days is not None
        if self.keep_all == limited:
            said = "keep_all and a limit contradict each other" if limited else "it does not say what to keep"
            raise PydanticCustomError("retention", "{said}", {"said": said})
        return self

    def __str__(self) -> str:
        last = [] if self.keep_last is None else [f"last {self.keep_last}"]
        days = [] if self.keep_days is None else [f"{self.keep_days:g} days"]
        return " and ".join([*last, *days]) or "all"

    def why(self, position: int, age: timedelta) -> str:
        """Why a version is kept; empty if it is not.

        Args:
            position: Of the version among those of its name, 0 for the latest.
            age: Since it was saved.
        """
        if self.keep_all:
            return "keep all"
        if self.keep_last is not None and position < self.keep_last:
            return f"last {self.keep_last}"
        if self.keep_days is not None and age.total_seconds() <= self.keep_days * 86_400:
            return f"under {self.keep_days:g} days"
        return ""


def fitting(name: str, rules: Mapping[str, Retention]) -> Retention | None:
    """The rule for an artifact's name; None if no pattern fits.

    Of several that fit, the most specific counts, wherever it is written: the name itself, else the pattern that has
    the most characters beside its wildcards.

    >>> rules = {"*": Retention(keep_last=20), "training/*": Retention(keep_last=5)}
    >>> fitting("training/train", rules).keep_last, fitting("churn", rules).keep_last
    (5, 20)
    """
    fits = [pattern for pattern in rules if fnmatchcase(name, pattern)]
    if not fits:
        return None
    return rules[max(fits, key=lambda pattern: (pattern == name, len(_WILD.sub("", pattern)), pattern))]


def unusable(pattern: str, error: Mapping[str, Any]) -> SettingsError:
    """The error about a pattern's policy, from what pydantic says.

    >>> print(unusable("a/*", {"loc": ("retention", "a/*", "keep_lats"), "type": "extra_forbidden", "input": 5}))
    [tool.bridge.retention] "a/*" keep_lats=5 cannot be used: there is no such word; write it as { keep_last = 5 },...
    """
    what = " ".join([f'[tool.bridge.retention] "{pattern}"', *(str(part) for part in error["loc"][2:])])
    why = "there is no such word" if error["type"] == "extra_forbidden" else str(error["msg"])
    return SettingsError(what, error.get("input"), f"{why[:1].lower()}{why[1:]}; {_TAKES}")
