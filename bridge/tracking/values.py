"""Parameters, metrics and tags as MLflow takes them."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

T = TypeVar("T")

LONGEST_PARAM = 6000
LONGEST_TAG = 8000
LONGEST_KEY = 250
MOST_PARAMS = 100
MOST_METRICS = 1000

_REFUSED = re.compile(r"[^\w\-. :/]")


def flatten(parameters: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    """Parameters as text by dotted name, keys cleaned and long values cut with a note.

    >>> flatten({"lr": 0.1, "model": {"depth": 3, "sizes": [1, 2]}})
    {'lr': '0.1', 'model.depth': '3', 'model.sizes': '[1, 2]'}
    """
    flat: dict[str, str] = {}
    for name, value in parameters.items():
        key = clean_key(f"{prefix}{name}")
        if isinstance(value, Mapping) and value:
            flat.update(flatten(value, f"{key}."))
        else:
            flat[key] = cut(str(value), LONGEST_PARAM)
    return flat


def clean_key(key: str) -> str:
    """A name that MLflow takes.

    >>> clean_key("f1 (macro)@5")
    'f1 _macro__5'
    """
    name = _REFUSED.sub("_", key)[:LONGEST_KEY] or "_"
    if posixpath.normpath(name) != name or name == "." or name.startswith(("..", "/")):  # MLflow makes files of some
        name = name.replace("/", "_")
        name = f"_{name[1:]}" if name == "." or name.startswith("..") else name
    return name


def cut(text: str, longest: int) -> str:
    """Text of at most so many characters that a database takes; says how long it was.

    >>> cut("a" * 100, 30)
    'aaaaaaaaaaaa… (100 characters)'
    """
    text = text.encode("utf-8", "replace").decode().replace("\0", "?")
    if len(text) <= longest:
        return text
    note = f"… ({len(text)} characters)"
    return text[: longest - len(note)] + note


def batches(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Items, so many at a time.

    >>> list(batches([1, 2, 3], 2))
    [[1, 2], [3]]
    """
    for first in range(0, len(items), size):
        yield items[first : first + size]
