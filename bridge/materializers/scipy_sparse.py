"""SciPy's sparse matrices and arrays, as npy files of what they consist of."""

from __future__ import annotations

import sys
from typing import Any

from bridge.materializers.declined import Declined
from bridge.materializers.parts import InParts

_FIELDS = {
    "csr": ("data", "indices", "indptr"),
    "csc": ("data", "indices", "indptr"),
    "bsr": ("data", "indices", "indptr"),
    "dia": ("data", "offsets"),
    "lil": ("rows", "data"),
}
_FLAGS = ("has_sorted_indices", "has_canonical_format")


class Sparse(InParts):
    """A matrix or an array in any of SciPy's seven layouts: values that are stored, zeros among them, and their order.

    Entries of the layout `dok` are ordered by their place.

    >>> from scipy import sparse
    >>> from bridge.materializers import for_value
    >>> for_value(sparse.eye_array(3)).format
    'scipy-sparse'
    """

    format = "scipy-sparse"

    def handles(self, value: Any) -> bool:
        """Say whether its type is exactly one of SciPy's."""
        return _layout(value) is not None

    def parts(self, value: Any) -> dict[str, Any]:
        """Give the class, the shape and the arrays."""
        layout = _layout(value)
        if value.dtype.kind not in "biufc":
            raise Declined(f"a sparse matrix of the dtype {value.dtype}")
        parts = {"class": type(value).__name__, "shape": list(value.shape), "dtype": str(value.dtype)}
        if layout == "dok":
            places = sorted(value.items())
            parts["keys"] = [place for place, _ in places]
            parts["data"] = value.dtype.type([member for _, member in places])
            return parts
        if layout == "coo":
            return {**parts, "coords": list(value.coords), "data": value.data, "canonical": value.has_canonical_format}
        return {**parts, **{name: getattr(value, name) for name in _FIELDS[str(layout)]}}

    def whole(self, parts: dict[str, Any]) -> Any:
        """Make the matrix, and have SciPy check that its parts fit."""
        from scipy import sparse

        name = parts["class"]
        layout = name[:3]
        if name not in {f"{layout}_matrix", f"{layout}_array"} or layout not in {*_FIELDS, "coo", "dok"}:
            raise ValueError(f"{name!r} is no layout of SciPy's")
        made = _filled(getattr(sparse, name), layout, parts)
        if str(made.dtype) != parts["dtype"] or list(made.shape) != parts["shape"]:
            raise ValueError(f"its parts are of {made.dtype}{list(made.shape)}")
        return made

    def facts(self, value: Any) -> dict[str, Any]:
        """Give shape, dtype and the number of stored values."""
        return {"shape": list(value.shape), "dtype": str(value.dtype), "stored": int(value.nnz), "layout": value.format}


def _filled(cls: Any, layout: str, parts: dict[str, Any]) -> Any:
    shape = tuple(parts["shape"])
    if layout == "coo":
        made = cls((parts["data"], tuple(parts["coords"])), shape=shape)
        made.has_canonical_format = bool(parts["canonical"])
        return made
    if layout == "dok":
        made = cls(shape, dtype=parts["data"].dtype)
        for place, member in zip(parts["keys"], parts["data"], strict=True):
            made[place] = member
        return made
    if layout == "lil":
        made = cls(shape, dtype=parts["dtype"])
        if parts["rows"].shape != made.rows.shape or parts["data"].shape != made.data.shape:
            raise ValueError("its rows do not fit its shape")
        made.rows, made.data = parts["rows"], parts["data"]
        return made
    made = cls(tuple(parts[name] for name in _FIELDS[layout]), shape=shape)
    if layout != "dia":
        made.check_format(full_check=True)
    return made


def _layout(value: Any) -> str | None:
    sparse: Any = sys.modules.get("scipy.sparse")
    cls = type(value)
    if sparse is None or getattr(sparse, cls.__name__, None) is not cls or not sparse.issparse(value):
        return None
    return str(value.format)
