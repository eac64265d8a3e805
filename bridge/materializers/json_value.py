"""Values as JSON: plain where JSON holds them exactly, tagged where it needs help.

The order of a dictionary's keys is kept, since programs may rely on it, so that the same items in another order are
another content. That two members are one and the same object is not kept.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

from bridge.domain.errors import UnreadableError
from bridge.domain.ports import Sink, Source
from bridge.materializers import tagged
from bridge.materializers.names import type_name
from bridge.materializers.survey import Level, survey

PATH = "value.json"
_COUNTED = frozenset({dict, list, tuple})
_FEW = 1000


class PlainJson:
    """JSON that every reader understands: None, bool, finite numbers, text, and lists and dictionaries of them.

    >>> PlainJson().handles({"accuracy": 0.9}), PlainJson().handles((1, 2))
    (True, False)
    """

    format = "json"

    def handles(self, value: object) -> bool:
        """Say whether the value is made of exactly these types, with text keys."""
        return survey(value) is Level.PLAIN

    def save(self, value: Any, sink: Sink) -> Mapping[str, Any]:
        """Write one line of UTF-8."""
        with sink.open(PATH) as file:
            for piece in tagged.pieces(value):
                file.write(piece)
        return _facts(value)

    def load(self, source: Source) -> Any:
        """Read the value back."""
        return _read(self.format, source)


class TaggedJson:
    """JSON with tags for what JSON does not know; `bridge.materializers.tagged` lists them.

    >>> TaggedJson().handles({1: (2, 3)}), TaggedJson().handles(object())
    (True, False)
    """

    format = "json+tagged"

    def handles(self, value: object) -> bool:
        """Say whether the value is made of types that have a tag."""
        return survey(value) <= Level.TAGGED

    def save(self, value: Any, sink: Sink) -> Mapping[str, Any]:
        """Write one line of UTF-8."""
        with sink.open(PATH) as file:
            for piece in tagged.pieces(tagged.encode(value)):
                file.write(piece)
        return _facts(value)

    def load(self, source: Source) -> Any:
        """Read the value back; imports the classes of dataclasses, models, named tuples and enums in it."""
        content = _read(self.format, source)
        try:
            return tagged.decode(content)
        except UnreadableError:
            raise
        except (ValueError, TypeError, KeyError, LookupError, ArithmeticError, RecursionError) as error:
            raise UnreadableError(self.format, f"{type(error).__name__}: {error}") from error


def _facts(value: Any) -> dict[str, Any]:
    if type(value).__module__ != "builtins" or not hasattr(value, "__len__"):
        return {}
    told: dict[str, Any] = {"length": len(value)}
    if type(value) in _COUNTED and 0 < len(value) <= _FEW:
        told["types"] = dict(Counter(map(type_name, value.values() if type(value) is dict else value)))
    return told


def _read(format: str, source: Source) -> Any:
    try:
        with source.open(PATH) as file:
            return json.loads(file.read().decode())
    except (ValueError, RecursionError) as error:
        raise UnreadableError(format, str(error)) from error
