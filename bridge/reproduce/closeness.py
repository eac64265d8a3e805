"""Whether two values are equal but for rounding."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence, Set
from enum import Enum
from typing import Any

DEEPEST = 40

_PLAIN = (str, bytes, bool, type(None))


def is_close(old: Any, new: Any, tolerance: float) -> bool:
    """Whether two values have the same structure and numbers that differ by no more than a part of them.

    A number may differ by `tolerance` times the larger one, or by `tolerance` itself near zero. NaN equals NaN. Arrays,
    tables, tensors, containers, dataclasses and fitted models are looked into; of models, everything that they hold.
    What cannot be looked into has to be equal.

    Args:
        old: A value.
        new: Another one.
        tolerance: 0 for exactly equal.

    >>> is_close({"auc": 0.1 + 0.2, "n": 3}, {"auc": 0.3, "n": 3}, 1e-9), is_close([1.0], [1.1], 1e-9)
    (True, False)
    >>> is_close({1: "a"}, {1: "b"}, 1e-9), is_close((1,), [1], 1e-9)
    (False, False)
    """
    try:
        return _Closeness(tolerance).of(old, new, 0)
    except Exception:  # noqa: BLE001  a user's class may do anything when it is looked at
        return False


class _Closeness:
    def __init__(self, tolerance: float) -> None:
        self._tolerance = tolerance
        self._seen: set[tuple[int, int]] = set()

    def of(self, old: Any, new: Any, depth: int) -> bool:
        if old is new:
            return True
        if not _are_alike(type(old), type(new)) or depth > DEEPEST:
            return self._numbers(old, new)
        if isinstance(old, (*_PLAIN, Enum)):
            return bool(old == new)
        if isinstance(old, (int, float, complex)):
            return self._numbers(old, new)
        if (id(old), id(new)) in self._seen:
            return True
        self._seen.add((id(old), id(new)))
        return self._inside(old, new, depth + 1)

    def _numbers(self, old: Any, new: Any) -> bool:
        numbers = (int, float)
        if isinstance(old, bool) or isinstance(new, bool):
            return False
        if isinstance(old, numbers) and isinstance(new, numbers):
            if math.isnan(old) and math.isnan(new):
                return True
            return math.isclose(old, new, rel_tol=self._tolerance, abs_tol=self._tolerance)
        return isinstance(old, complex) and isinstance(new, complex) and abs(old - new) <= self._tolerance * abs(old)

    def _inside(self, old: Any, new: Any, depth: int) -> bool:
        if isinstance(old, Mapping):
            return old.keys() == new.keys() and all(self.of(old[key], new[key], depth) for key in old)
        if isinstance(old, Set):
            return bool(old == new)
        if isinstance(old, Sequence):
            return len(old) == len(new) and all(self.of(a, b, depth) for a, b in zip(old, new, strict=True))
        arrays = _arrays(old), _arrays(new)
        if arrays[0] is not None and arrays[1] is not None:
            is_table = isinstance(arrays[0], list)
            return self.of(arrays[0], arrays[1], depth) if is_table else self._array(*arrays)
        states = _state(old), _state(new)
        if states[0] is None or states[1] is None:
            return bool(old == new)
        return self.of(states[0], states[1], depth)

    def _array(self, old: Any, new: Any) -> bool:
        import numpy

        if old.shape != new.shape or old.dtype != new.dtype:
            return False
        if old.dtype.names:
            return all(self._array(old[name], new[name]) for name in old.dtype.names)
        if old.dtype.kind in "fc":
            return bool(numpy.allclose(old, new, rtol=self._tolerance, atol=self._tolerance, equal_nan=True))
        if old.dtype.kind == "O":
            return all(self.of(a, b, 0) for a, b in zip(old.ravel(), new.ravel(), strict=True))
        return bool((old == new).all())


def _are_alike(old: type, new: type) -> bool:
    """Whether two types are one: a class of a script is pickled with its values, and is another one each time."""
    return old is new or (old.__module__, old.__qualname__) == (new.__module__, new.__qualname__)


def _arrays(value: Any) -> Any:
    """A value's numbers: a list of named columns for a table, an array for what gives one; None for anything else."""
    kind = type(value).__module__.partition(".")[0]
    if kind in ("pandas", "polars") and hasattr(value, "columns"):
        index = [("index", value.index.to_numpy())] if hasattr(value, "index") else []
        return [*index, *((str(name), value[name].to_numpy()) for name in value.columns)]
    if kind == "pandas" and hasattr(value, "to_numpy") and hasattr(value, "name"):
        return [("name", str(value.name)), ("values", value.to_numpy())]
    if kind == "numpy" and hasattr(value, "dtype"):
        return value if hasattr(value, "ravel") else None
    if kind == "torch" and hasattr(value, "detach"):
        return value.detach().cpu().numpy()
    if kind == "pyarrow" and hasattr(value, "column_names"):
        return [(name, value[name].to_numpy()) for name in value.column_names]
    return None


def _state(value: Any) -> Any:
    """What an object holds, by name."""
    if callable(getattr(value, "state_dict", None)):
        return dict(value.state_dict())
    if isinstance(value, type) or hasattr(value, "__code__"):
        return None
    own = getattr(type(value), "__getstate__", None)
    if own is not None and own is not getattr(object, "__getstate__", None):
        return value.__getstate__() or None
    return getattr(value, "__dict__", None) or None
