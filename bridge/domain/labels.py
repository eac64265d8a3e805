"""What people may write on a version: aliases and tags."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from bridge.domain.errors import SelectorError, TagError
from bridge.domain.selector import Selector

LONGEST = 250
"""Characters of a tag's key, and of its value; what is longer is metadata."""

_Value = TypeVar("_Value", str, str | None)


def checked_alias(name: str, alias: str) -> str:
    """Give an alias back if a selector can hold it.

    Raises:
        SelectorError: If it would be read as something else (`latest`, a number, `run:…`).

    >>> checked_alias("churn", "champion")
    'champion'
    """
    asked = f"{name}@{alias}"
    if Selector.parse(f"x@{alias}") != Selector("x", "alias", alias):
        raise SelectorError(asked, f"{alias!r} has a meaning of its own and cannot be an alias")
    if not alias.isprintable():
        raise SelectorError(asked, "an alias has no control characters")
    return alias


def checked_tags(tags: Mapping[str, _Value]) -> dict[str, _Value]:
    """Give tags back if they can be kept and searched by.

    Raises:
        TagError: If a key is empty, holds `=`, or it or its value is no text of at most 250 printable characters.

    >>> checked_tags({"team": "growth"})
    {'team': 'growth'}
    """
    for key, value in tags.items():
        if not isinstance(key, str) or not key.strip() or "=" in key:
            raise TagError(key, value, "a key is a text that is not empty and has no =")
        if value is not None and not isinstance(value, str):
            raise TagError(key, value, f"a value is a text, not {type(value).__name__}: write {str(value)!r}")
        if len(key) > LONGEST or (value is not None and len(value) > LONGEST):
            why = f"a key and a value have at most {LONGEST} characters; longer facts go to bridge.log_metadata"
            raise TagError(f"{key[:40]}…" if len(key) > 40 else key, None if value is None else f"{value[:40]}…", why)
        if not key.isprintable() or (value is not None and not value.replace("\n", "").isprintable()):
            raise TagError(key, value, "it has control characters")
    return dict(tags)
