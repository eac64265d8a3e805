"""What can be shown of a value without loading it: made while it is saved, from bounded parts of it.

One file a family, each loaded when a value of it is first met; none imports a library that the value has not loaded.
"""

from __future__ import annotations

import importlib
import logging
import time
from typing import Any

from bridge.domain.manifest import INLINE_LIMIT
from bridge.domain.preview import Preview

WITHIN = 0.2
"""Seconds for a preview: what is not done by then is left out."""

_log = logging.getLogger("bridge.materializers")

_FAMILIES = {
    "pandas+parquet": "pandas_table",
    "polars+parquet": "polars_table",
    "polars+ipc": "polars_table",
    "arrow+parquet": "arrow_table",
    "arrow+ipc": "arrow_table",
    "hf-dataset": "arrow_table",
    "npy": "array",
    "npy+mask": "array",
    "jax": "array",
    "safetensors": "array",
    "scipy-sparse": "array",
    "xarray": "array",
    "image": "picture",
    "matplotlib": "picture",
    "plotly": "plotly_figure",
    "text": "text",
    "json": "container",
    "json+tagged": "container",
    "members": "container",
    "members+pickle": "container",
    "objects": "container",
    "skops": "model",
    "xgboost": "model",
    "lightgbm": "model",
    "catboost": "model",
    "keras": "model",
    "torch-module": "model",
    "pickle": "model",
}
_BY_VALUE = frozenset({"json", "json+tagged"})


def preview_of(value: Any, materializer: Any, *, size: int, within: float = WITHIN) -> Preview | None:
    """Make the preview of a value that was saved; None where there is nothing to show, or nothing that can be.

    Args:
        value: The value; is not changed.
        materializer: What saved it; if it has a `preview(value)` of its own, that is asked.
        size: Bytes of its files. A small JSON value has none: it is shown by itself.
        within: Seconds.

    >>> from bridge.materializers import for_value
    >>> value = {"scores": list(range(2000))}
    >>> preview_of(value, for_value(value), size=8000).facts["members"]
    [['scores', 'list', '[0, 1, 2, 3, ...]']]
    """
    family = _FAMILIES.get(materializer.format)
    own = getattr(materializer, "preview", None)
    if own is None and (family is None or (size <= INLINE_LIMIT and materializer.format in _BY_VALUE)):
        return None
    begun = time.monotonic()
    try:
        if own is not None:
            made = own(value)
        else:
            module = importlib.import_module(f"{__name__}.{family}")
            made = module.preview(value, begun + within)
        if made is not None and not isinstance(made, Preview):
            raise TypeError(f"{type(materializer).__qualname__}.preview gave {type(made).__qualname__}, not a Preview")
    except Exception as error:  # noqa: BLE001 - a preview is never worth an error
        _log.debug("No preview of a value in the format %s: %r", materializer.format, error)
        return None
    took = time.monotonic() - begun
    if took > within:
        _log.debug("The preview of a value in the format %s took %.2f s", materializer.format, took)
    return made
