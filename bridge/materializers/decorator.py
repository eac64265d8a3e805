"""`@bridge.materializer`: how a project stores types of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from bridge.materializers.families import formats, register

_Class = TypeVar("_Class", bound=type)
BUILT_IN = frozenset(formats())
"""Formats of the families that bridge brings."""


def materializer(*types: type) -> Callable[[_Class], _Class]:  # a class, if it is written without parentheses
    """Register a class that turns values of some types into files and back.

    The class has a `format` (a name that is stored with each version and never changes its meaning),
    `save(value, sink)`, which writes files and returns JSON-able facts, and `load(source)`. It is asked before all
    others, for values of exactly these types; a class with a `handles(value)` of its own decides itself. Whatever reads
    such a version imports the module first, or finds it by the entry-point group `bridge.materializers`.

    It may have `diff(old, new)` too, which `bridge.diff` asks first: a text, JSON-able facts, or None.

    Args:
        types: The types it stores; may be left out if the class has `handles`.

    Raises:
        TypeError: If the class lacks one of these, or cannot be made without arguments.
        ValueError: If the format is one of bridge's own.

    >>> class Celsius:
    ...     def __init__(self, degrees): self.degrees = degrees
    >>> @materializer(Celsius)
    ... class CelsiusFile:
    ...     format = "example-celsius"
    ...     def save(self, value, sink):
    ...         with sink.open("degrees.txt") as file:
    ...             file.write(str(value.degrees).encode())
    ...         return {"degrees": value.degrees}
    ...     def load(self, source):
    ...         with source.open("degrees.txt") as file:
    ...             return Celsius(float(file.read()))
    >>> from bridge.materializers import for_value
    >>> for_value(Celsius(21)).format
    'example-celsius'
    """
    if not all(isinstance(each, type) for each in types):
        raise TypeError("Name the types: @bridge.materializer(MyType), or @bridge.materializer() with a `handles`.")
    if len(types) == 1 and isinstance(getattr(types[0], "format", None), str) and hasattr(types[0], "load"):
        itself: Callable[[_Class], _Class] = _registered(types[0], frozenset())
        return itself

    return lambda cls: _registered(cls, frozenset(types))


def _registered(cls: Any, types: frozenset[type]) -> Any:
    name, format = cls.__qualname__, getattr(cls, "format", None)
    missing = [part for part in ("save", "load") if not callable(getattr(cls, part, None))]
    if missing or not isinstance(format, str):
        raise TypeError(f"{name} is not a materializer: it lacks {', '.join(missing) or 'a `format`, a text'}.")
    if format in BUILT_IN:
        raise ValueError(f"{name} has the format {format!r}, which is bridge's own; choose another name.")
    if not callable(getattr(cls, "handles", None)):
        if not types:
            raise TypeError(f"Which values {name} is for is not told: @bridge.materializer(MyType), or `handles`.")
        cls.handles = lambda self, value: type(value) in types
    register(cls())
    return cls
