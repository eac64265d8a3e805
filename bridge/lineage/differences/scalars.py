"""Values as differences hold them: what JSON has as it is, everything else as a short text."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from bridge.domain.content_difference import Scalar

LONGEST = 200
"""Characters of a text that a difference holds."""


def scalar(value: Any) -> Scalar:
    """A value, or an Arrow scalar, as a difference holds it.

    >>> scalar(3), scalar("x" * 300)[-2:], scalar({1}), scalar(1j)
    (3, 'x…', '{1}', '1j')
    """
    try:
        return _scalar(value.as_py() if type(value).__module__ == "pyarrow.lib" else value)
    except Exception:  # noqa: BLE001  pyarrow without pandas, or a class that cannot be shown
        return _cut(object.__repr__(value))


def bare(value: Any) -> Any:
    """A NumPy scalar as Python's own number or text, where it has one; anything else as it is.

    >>> import numpy as np
    >>> bare(np.float64(0.5)), bare([1])
    (0.5, [1])
    """
    if type(value).__module__ == "numpy" and type(value).__name__ != "ndarray" and getattr(value, "ndim", None) == 0:
        found = value.item()
        return found if type(found) in (bool, int, float, complex, str, bytes) else value
    return value


def _scalar(value: Any) -> Scalar:
    if value is None or type(value) in (bool, float):
        return value  # type: ignore[no-any-return]  # one of these two types
    if type(value) is int:
        return value if abs(value) < 1 << 63 else _cut(str(value))
    if type(value) is str:
        return _cut(value)
    if hasattr(value, "dtype") and getattr(value, "ndim", None) == 0 and hasattr(value, "item"):
        return _scalar(value.item()) if type(value.item()) is not type(value) else _cut(str(value))
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    return _cut(str(value) if type(value).__module__ in _STR else repr(value))


_STR = frozenset({"decimal", "uuid", "pathlib", "fractions", "datetime"})


def _cut(text: str) -> str:
    text = text.encode("utf-8", "backslashreplace").decode()
    return f"{text[: LONGEST - 1]}…" if len(text) > LONGEST else text
