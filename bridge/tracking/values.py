"""Parameters, metrics and tags as MLflow takes them."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

T = TypeVar("T")

LONGEST_PARAM = 6000
LONGEST_TAG = 8000
LONGEST_KEY = 250
MOST_PARAMS = 100
MOST_METRICS = 1000

MOST_OF_A_RUN = 1000
"""Parameters of a run that MLflow's pages still show in a useful way."""

_CUT = re.compile(r"… \(\d+ characters\)$")
_REFUSED = re.compile(r"[^\w\-. :/]")


def flatten(parameters: Mapping[str, Any]) -> dict[str, str]:
    """Parameters as text by dotted name, keys cleaned and long values cut with a note.

    Mappings in lists have their position in the name. A name that is taken gets a number. What is beyond the first
    thousand is left out.

    >>> flatten({"lr": 0.1, "model": {"depth": 3, "sizes": [1, 2]}, "layers": [{"units": 8}]})
    {'lr': '0.1', 'model.depth': '3', 'model.sizes': '[1, 2]', 'layers.0.units': '8'}
    >>> flatten({"a?": 1, "a!": 2})
    {'a_': '1', 'a_ 2': '2'}
    """
    return {key: text for _, key, text in _named(parameters)}


def remark(parameters: Mapping[str, Any]) -> str:
    """What `flatten` does not give as it is; empty if nothing.

    >>> remark({"text": "a" * 7000, "f?": 1}), remark({"lr": 0.1})
    ('shortened: text; renamed: f_', '')
    """
    named = list(_named(parameters))
    said = {
        "shortened": [key for _, key, text in named if is_cut(text)],
        "renamed": [key for name, key, _ in named if key != name],
    }
    there = [f"{what}: {', '.join(keys[:20])}{' …' if len(keys) > 20 else ''}" for what, keys in said.items() if keys]
    left_out = sum(1 for _ in _leaves(parameters)) - len(named)
    return "; ".join([*there, f"left out: {left_out} more parameters"] if left_out else there)


def _named(parameters: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Dotted name, name as MLflow takes it, text."""
    taken: set[str] = set()
    for name, value in islice(_leaves(parameters), MOST_OF_A_RUN):
        key, number = clean_key(name), 2
        while key in taken:
            end = f" {number}"
            key, number = f"{clean_key(name)[: LONGEST_KEY - len(end)]}{end}", number + 1
        taken.add(key)
        yield name, key, cut(str(value), LONGEST_PARAM)


def _leaves(parameters: Mapping[Any, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in parameters.items():
        inside = value
        if isinstance(value, (list, tuple)) and any(isinstance(one, Mapping) for one in value):
            inside = dict(enumerate(value))
        if isinstance(inside, Mapping) and inside:
            yield from _leaves(inside, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


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


def is_cut(text: str) -> bool:
    """Whether a text ends as `cut` leaves it; what is recorded of parameters is cut in the same way.

    >>> is_cut(cut("a" * 100, 30)), is_cut("a (3 characters)")
    (True, False)
    """
    return _CUT.search(text) is not None


def batches(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Items, so many at a time.

    >>> list(batches([1, 2, 3], 2))
    [[1, 2], [3]]
    """
    for first in range(0, len(items), size):
        yield items[first : first + size]
