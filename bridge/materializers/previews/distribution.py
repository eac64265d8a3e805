"""How numbers, or moments, are spread: of a sample."""

from __future__ import annotations

from typing import Any

SAMPLE = 10_000
"""Values of a column or an array that are looked at, evenly spaced."""

BINS = 10
_GOLDEN = 0.6180339887498949


def step_for(rows: int) -> int:
    """Give how far the rows of a sample are apart.

    >>> step_for(5), step_for(1_000_000)
    (1, 100)
    """
    return max(-(-rows // SAMPLE), 1)


def places(size: int) -> Any:
    """Give up to 10,000 places among so many, one in each of as many equal stretches, and not all in one column.

    >>> places(3).tolist(), len(places(10**9)), int(places(10**9).max()) < 10**9
    ([0, 1, 2], 10000, True)
    """
    import numpy as np

    if size <= SAMPLE:
        return np.arange(size)
    whole, rest = divmod(size, SAMPLE)
    number = np.arange(SAMPLE + 1)
    starts = number * whole + number * rest // SAMPLE
    within = (number[:-1] * _GOLDEN) % 1.0
    return starts[:-1] + (within * np.diff(starts)).astype(np.int64)


def distribution(values: Any, *, of: int) -> dict[str, Any] | None:
    """Say how a one-dimensional array of a sample's values is spread; None if they are no numbers or moments.

    Args:
        values: The sample.
        of: How many values there are in all.

    >>> import numpy as np
    >>> distribution(np.array([0.0, 1.0, 1.0, np.nan]), of=4)
    {'sampled': 4, 'of': 4, 'missing': 1, 'min': 0.0, 'max': 1.0, 'mean': 0.666667,
     'counts': [1, 0, 0, 0, 0, 0, 0, 0, 0, 2]}
    """
    import numpy as np

    kind = values.dtype.kind
    if kind not in "biufmM":
        return None
    known = values[~np.isnat(values)] if kind in "mM" else values[np.isfinite(values)] if kind == "f" else values
    told = {"sampled": len(values), "of": int(of), "missing": len(values) - len(known)}
    if not len(known):
        return told
    least, most = known.min(), known.max()
    numbers = (known.view(np.int64) if kind in "mM" else known).astype(np.float64)
    with np.errstate(all="ignore"):
        mean = float(numbers.mean())
        counts = _counts(numbers)
    spread = {"min": _told(least, kind), "max": _told(most, kind)}
    if kind not in "mM" and np.isfinite(mean):
        spread["mean"] = float(f"{mean:.6g}")
    return {**told, **spread, **({"counts": counts} if counts else {})}


def _counts(numbers: Any) -> list[int]:
    import numpy as np

    least, most = float(numbers.min()), float(numbers.max())
    if not np.isfinite(most - least):
        return []
    if least == most:
        return [len(numbers)]
    place = ((numbers - least) / (most - least) * BINS).astype(np.int64)
    return [int(count) for count in np.bincount(np.minimum(place, BINS - 1), minlength=BINS)]


def _told(value: Any, kind: str) -> bool | int | float | str:
    if kind in "mM":
        return str(value)
    return int(value) if kind in "iu" else bool(value) if kind == "b" else float(value)
