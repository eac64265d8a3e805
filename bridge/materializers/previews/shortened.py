"""Values as short text, or as numbers, whatever they are: the cells of a preview."""

from __future__ import annotations

import math
import reprlib
from itertools import islice
from typing import Any

from bridge.materializers.names import type_name

LONGEST = 80
"""Characters of a cell."""

_PRINTED = frozenset({"datetime", "decimal", "uuid", "fractions", "pathlib", "pandas"})
_SINGLE = frozenset({"Timestamp", "Timedelta", "Period", "Interval"})
_MISSING = frozenset({"NaTType", "NAType"})
_EXACT = 1 << 53


def cell(value: Any) -> bool | int | float | str | None:
    """Give a value as JSON has it: small numbers as they are, everything else as a text.

    >>> cell(1.5), cell(float("nan")), cell(None), cell("x" * 100)[-2:], cell([1, 2])
    (1.5, 'nan', None, 'x…', '[1, 2]')
    """
    kind = type(value)
    if value is None or kind is bool:
        return value  # type: ignore[no-any-return]  # it is what the line above says
    if kind is int:
        return value if abs(value) <= _EXACT else cut(hex(value) if value.bit_length() > 1024 else str(value))
    if kind is float:
        return value if math.isfinite(value) else str(value)
    if kind.__name__ in _MISSING and kind.__module__.startswith("pandas."):
        return None
    if kind.__module__ == "numpy" and getattr(value, "ndim", None) == 0:
        return _of_numpy(value)
    return short(value)


def _of_numpy(value: Any) -> bool | int | float | str | None:
    if value.dtype.kind in "mM":
        return str(value)  # in nanoseconds, NumPy gives a whole number
    if value.dtype.kind == "f" and value.dtype.itemsize <= 8:
        return cell(float(str(value)))  # 0.1, and not what a shorter float is as a longer one
    return cell(value.item()) if value.dtype.kind in "biu" else short(value)


def short(value: Any) -> str:
    r"""Give a value as a short text; what is no text, number, date or container of them is named by its type.

    >>> short("a\nb"), short({"a": [1, 2]}), short(object()), short(b"abc")
    ('a b', "{'a': [1, 2]}", '<object>', '3 bytes')
    """
    if isinstance(value, str):
        return cut(str.__str__(value)[: LONGEST + 1])
    if isinstance(value, bytes | bytearray | memoryview):
        return f"{len(value)} bytes"
    try:
        return cut(_repr.repr(value))
    except Exception:  # noqa: BLE001 - the user's own __repr__, or a number that has too many digits
        return f"<{type_name(value)}>"


def cut(text: str, limit: int = LONGEST) -> str:
    """Give a text in one line of so many characters at most.

    >>> cut("abcdef", 4)
    'abc…'
    """
    line = "".join(character if character.isprintable() else " " for character in text[: limit + 1])
    return line if len(line) <= limit else f"{line[: limit - 1]}…"


class _Short(reprlib.Repr):
    """Containers as Python writes them, shortened; never asks an unknown object for its text, which may be long."""

    def __init__(self) -> None:
        super().__init__()
        self.maxstring = self.maxother = self.maxlong = 40
        self.maxlist = self.maxtuple = self.maxdict = self.maxset = self.maxfrozenset = self.maxdeque = 4
        self.maxlevel = 3

    def repr_dict(self, x: Any, level: int) -> str:
        """The first items: `reprlib` would sort all keys."""
        if level <= 0:
            return "{...}"
        pieces = [f"{self.repr1(k, level - 1)}: {self.repr1(v, level - 1)}" for k, v in islice(x.items(), self.maxdict)]
        return "{" + ", ".join([*pieces, *(["..."] if len(x) > self.maxdict else [])]) + "}"

    def repr_set(self, x: Any, level: int) -> str:
        """The first members: `reprlib` would sort them all."""
        pieces = [self.repr1(member, level - 1) for member in islice(x, self.maxset)]
        return "{" + ", ".join([*pieces, *(["..."] if len(x) > self.maxset else [])]) + "}"

    repr_frozenset = repr_set

    def repr_instance(self, x: Any, level: int) -> str:
        kind = type(x)
        package = kind.__module__.partition(".")[0]
        if kind in {bool, type(None), float, complex, range} or (package in _PRINTED and _is_single(kind, package)):
            return str(x) if package in _PRINTED else repr(x)
        if package == "numpy" and getattr(x, "ndim", None) == 0:
            return str(x)
        shape = getattr(x, "shape", None)
        return f"<{type_name(x)}{f' {shape}' if isinstance(shape, tuple) else ''}>"


def _is_single(kind: type, package: str) -> bool:
    return package != "pandas" or kind.__name__ in _SINGLE


_repr = _Short()
