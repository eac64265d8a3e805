"""The memory of pandas columns that are kept by Arrow; pickled, they would be copied first."""

from __future__ import annotations

import pickle
import sys
from typing import Any


def arrow_columns() -> tuple[type, ...]:
    """The types of such columns, if pandas is loaded and has them."""
    pandas = sys.modules.get("pandas")
    arrays = getattr(pandas, "arrays", None)
    found = (getattr(arrays, name, None) for name in ("ArrowStringArray", "ArrowExtensionArray"))
    return tuple(one for one in found if one is not None)


def pieces_of(column: Any) -> list[tuple[Any, ...]] | None:
    """Length, offset and buffers of each chunk of a column; None if they do not hold all of it.

    >>> import pandas as pd
    >>> [piece[:2] for piece in pieces_of(pd.array(["a", None], dtype="string[pyarrow]"))]
    [(2, 0)]
    """
    chunked = column.__arrow_array__()
    kind = str(chunked.type)
    if "dictionary" in kind or "extension" in kind:
        return None
    return [
        (len(chunk), chunk.offset, *(None if buffer is None else pickle.PickleBuffer(buffer) for buffer in buffers))
        for chunk, buffers in ((chunk, chunk.buffers()) for chunk in chunked.chunks)
    ]
