"""The first rows of values, without touching the rest of them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from bridge.domain.version import VersionRef
from bridge.tracking.flavours.loaded import is_a
from bridge.tracking.registry.registration import Rows

FEW = 5
LARGEST = 1 << 20
"""Bytes of an example."""

MOST_MEMBERS = 16

VersionOf = Callable[[Any], VersionRef | None]


def rows_of(
    value: Any, *, slot: str, version_of: VersionOf, shown: Callable[[VersionRef], bool] = lambda _: True
) -> list[Rows]:
    """First rows of a value, or of the members of a container, of which a version is known.

    Args:
        value: A frame, an array, a tensor, a list of rows or texts; or a dict, tuple or data set of such.
        slot: Parameter whose value it is.
        version_of: Gives the version that a value, or a member of it, is.
        shown: Whether rows of a version may be kept.

    >>> rows_of({"X": [[1, 2]] * 9}, slot="data", version_of=lambda _: VersionRef("d", 1))[0].slot
    'data.X'
    """
    found = []
    for name, member in _members(value):
        version = version_of(member) or version_of(value)
        head = None if version is None else _head(member)
        if version is not None and head is not None:
            found.append(Rows(f"{slot}{name}", version, head, len(member), shown(version)))
    return found


def _members(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        yield from ((f".{key}", member) for key, member in islice(value.items(), MOST_MEMBERS))
    elif isinstance(value, tuple):
        yield from ((f".{place}", member) for place, member in enumerate(value[:MOST_MEMBERS]))
    elif is_a(value, "torch.utils.data", "TensorDataset"):
        yield from ((f".{place}", member) for place, member in enumerate(value.tensors[:MOST_MEMBERS]))
    else:
        yield "", value


def _head(value: Any) -> Any:
    """A copy of the first rows; None if it has none, or they are too large."""
    for count in (FEW, 1):
        try:
            head, size = _first(value, count)
        except Exception:  # noqa: BLE001 - a value of any kind may raise anything
            return None
        if head is None or size <= LARGEST:
            return head if head is not None and len(head) else None
    return None


def _first(value: Any, count: int) -> tuple[Any, int]:
    if is_a(value, "pandas", "DataFrame"):
        head = value.iloc[:count].copy()
        return head, int(head.memory_usage(deep=True).sum())
    if is_a(value, "pandas", "Series"):
        head = value.iloc[:count].copy()
        return head, int(head.memory_usage(deep=True))
    if is_a(value, "polars", "DataFrame"):
        return _first(value.head(count).to_pandas(), count)
    if is_a(value, "pyarrow", "Table"):
        return _first(value.slice(0, count).to_pandas(), count)
    if is_a(value, "numpy", "ndarray"):
        return _of_array(value, count)
    if is_a(value, "torch", "Tensor") and value.dim():
        return _of_array(value[:count].detach().cpu().numpy(), count)
    if is_a(value, "tensorflow", "Tensor") and value.ndim:
        return _of_array(value[:count].numpy(), count)
    if isinstance(value, list):
        return _of_list(value, count)
    return None, 0


def _of_array(value: Any, count: int) -> tuple[Any, int]:
    if value.ndim == 0 or (value.dtype.kind not in "fiubU"):
        return None, 0
    head = value[:count].copy()
    return head, head.nbytes


def _of_list(value: list[Any], count: int) -> tuple[Any, int]:
    head = value[:count]
    if all(isinstance(row, str) for row in head):
        return list(head), sum(len(row) for row in head)
    if all(isinstance(row, (list, tuple)) for row in head):
        plain = [list(row) for row in head]
        if all(isinstance(cell, (int, float)) for row in plain for cell in row):
            return plain, sum(sys.getsizeof(row) for row in plain)
        return None, 0
    if all(isinstance(row, (int, float)) for row in head):
        return list(head), len(head)
    return None, 0
