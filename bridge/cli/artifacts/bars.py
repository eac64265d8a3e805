"""Numbers and how they are spread, in the cells of a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

_BARS = "▁▂▃▄▅▆▇█"


def bars(counts: Sequence[int]) -> str:
    """A histogram in one line; what is not empty stands above the floor.

    >>> bars([0, 1, 50, 100])
    '▁▂▅█'
    """
    most = max(counts, default=0)
    if most == 0:
        return ""
    top = len(_BARS) - 1
    return "".join(_BARS[max(round(count / most * top), 1 if count else 0)] for count in counts)


def number(value: Any) -> str:
    """A number in few characters; anything else as it is.

    >>> number(2500000), number(0.123456789), number(1e300), number(3.0), number("2020-01-01")
    ('2,500,000', '0.1235', '1e+300', '3', '2020-01-01')
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    if isinstance(value, int):
        return f"{value:,}" if abs(value) < 10**12 else f"{value:.4g}"
    return f"{value:,.0f}" if value.is_integer() and abs(value) < 1e12 else f"{value:.4g}"


def spread_cells(spread: Mapping[str, Any] | None) -> list[str]:
    """Least, histogram and most of a column; empty if it has none.

    >>> spread_cells({"min": 0, "max": 9, "counts": [1, 2]})
    ['0', '▅█', '9']
    """
    if spread is None or "min" not in spread:
        return ["", "", ""]
    return [_end(spread["min"]), bars(spread.get("counts", ())), _end(spread["max"])]


def _end(value: Any) -> str:
    return value.removesuffix("T00:00:00").replace("T", " ") if isinstance(value, str) else number(value)
