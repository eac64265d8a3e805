"""Previews of arrays: their corners, and how the values of a sample are spread."""

from __future__ import annotations

import sys
from typing import Any

from bridge.domain.preview import Preview
from bridge.materializers.previews.distribution import distribution, places
from bridge.materializers.previews.shortened import cut

_WHOLE = 40
_LONGEST = 4000
_LISTED = 50


def preview(value: Any, until: float) -> Preview | None:
    """Show the corners of an array as NumPy prints them, and how a sample is spread.

    >>> import numpy as np
    >>> shown = preview(np.eye(100), 9e9).facts
    >>> shown["text"].splitlines()[0], shown["spread"]["max"]
    ('[[1. 0. ... 0. 0.]', 1.0)
    """
    package = type(value).__module__.partition(".")[0]
    if package == "xarray":
        return _of_xarray(value)
    if package == "scipy":
        return _of_sparse(value)
    array = _as_numpy(value, package)
    return None if array is None else Preview.of("array", {"text": _corners(array), **_spread(array)})


def _as_numpy(value: Any, package: str) -> Any:
    """Give the array in its own memory, or None for what would have to be copied."""
    if package == "numpy":
        return value
    if isinstance(value, dict):
        return None
    if package == "torch":
        import torch

        plain = value.device.type == "cpu" and value.dtype is not torch.bfloat16 and not value.is_conj()
        return value.detach().resolve_neg().numpy() if plain and not value.is_neg() else None
    if package.startswith("jax"):
        import numpy as np

        jax: Any = sys.modules["jax"]
        if jax.dtypes.issubdtype(value.dtype, jax.dtypes.prng_key) or value.dtype.isbuiltin != 1:
            return None
        return np.asarray(value)
    return None


def _corners(array: Any) -> str:
    import numpy as np

    while array.ndim > 3:
        array = array[0] if len(array) else array.reshape(-1)
    with np.printoptions(linewidth=100, precision=4, threshold=_WHOLE, edgeitems=2):
        text = str(array)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _spread(array: Any) -> dict[str, Any]:
    import numpy as np

    if not array.size or array.dtype.kind not in "biufmM":
        return {}
    found = places(array.size)
    values = array[np.unravel_index(found, array.shape)] if array.ndim else array.reshape(1)
    masked = len(values)
    if isinstance(values, np.ma.MaskedArray):
        values = values.compressed()
    spread = distribution(np.asarray(values), of=array.size)
    if spread is not None:
        spread.update(missing=spread["missing"] + masked - len(values), sampled=masked)
    return {} if spread is None else {"spread": spread}


def _of_sparse(value: Any) -> Preview | None:
    data = getattr(value, "data", None)
    spread = {} if data is None or not hasattr(data, "dtype") or data.dtype.kind == "O" else _spread(data)
    return Preview.of("array", {"text": f"{value.nnz} stored values in {value.shape}, {value.format}", **spread})


def _of_xarray(value: Any) -> Preview | None:
    kind = type(value).__name__
    if kind == "DataTree":
        return None
    if kind == "Dataset":
        listed = [
            [cut(str(name)), str(each.dtype), cut(str(dict(each.sizes)))] for name, each in value.variables.items()
        ]
        return Preview.of("members", {"length": len(listed), "members": listed[:_LISTED]})
    array = (value if kind == "Variable" else value.variable).data
    return Preview.of("array", {"text": _corners(array), **_spread(array)})
