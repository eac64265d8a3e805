"""NumPy arrays of Python objects (texts, None, lists, other arrays), without pickle where that is possible."""

from __future__ import annotations

import sys
from typing import Any

from bridge.materializers.parts import InParts


class ObjectArray(InParts):
    """An array of the dtype `object`, as its shape and the list of its values, each as bridge stores such a value.

    That two elements are one and the same object is not kept.

    >>> import numpy as np
    >>> from bridge.materializers import for_value
    >>> for_value(np.array(["a", None], object)).format
    'objects'
    """

    format = "objects"

    def handles(self, value: Any) -> bool:
        """Say whether it is exactly an `ndarray` of objects; does not look at them."""
        numpy: Any = sys.modules.get("numpy")
        plain = numpy is not None and type(value) is numpy.ndarray and value.dtype == object
        return plain and not value.dtype.metadata

    def parts(self, value: Any) -> dict[str, Any]:
        """Give shape, order in memory and values."""
        order = "F" if value.flags.f_contiguous and not value.flags.c_contiguous else "C"
        return {"shape": list(value.shape), "order": order, "values": value.ravel(order).tolist()}

    def whole(self, parts: dict[str, Any]) -> Any:
        """Make the array."""
        import numpy as np

        values = parts["values"]
        flat: Any = np.empty(len(values), object)
        for place, value in enumerate(values):  # a slice would take a list among them for a row
            flat[place] = value
        return flat.reshape(parts["shape"], order=parts["order"])

    def facts(self, value: Any) -> dict[str, Any]:
        """Give the shape."""
        return {"shape": list(value.shape), "dtype": "object"}
