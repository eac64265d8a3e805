"""Two arrays compared element by element."""

from __future__ import annotations

import sys
from typing import Any

from bridge.domain.content_difference import ArrayDifference, Change
from bridge.lineage.differences.scalars import scalar

BLOCK = 1 << 20
"""Elements that are compared at once, so that the memory needed does not grow with the arrays."""


def as_array(value: Any) -> Any:
    """A value as a NumPy array, if it is an array of NumPy, PyTorch, JAX or Pillow; else None.

    >>> import numpy as np
    >>> as_array(np.zeros(3)).shape, as_array([1])
    ((3,), None)
    """
    library = type(value).__module__.partition(".")[0]
    numpy: Any = sys.modules.get("numpy")
    if numpy is not None and isinstance(value, (numpy.ndarray, numpy.generic)):
        return numpy.asanyarray(value)
    if library == "torch" and hasattr(value, "detach") and hasattr(value, "layout"):
        return _of_torch(value)
    if library in ("jax", "jaxlib") and hasattr(value, "__array__") and hasattr(value, "dtype"):
        return _of_jax(value)
    if library == "PIL" and hasattr(value, "tobytes"):
        import numpy as np

        return np.asarray(value)
    return None


def compare_arrays(old: Any, new: Any, *, limit: int = 10) -> ArrayDifference:
    """Compare two arrays as `as_array` gives them.

    Masked elements are equal to masked ones only. Records and text have no absolute difference.

    >>> import numpy as np
    >>> found = compare_arrays(np.array([1.0, np.nan, 3.0]), np.array([1.0, np.nan, 3.5]))
    >>> found.differing, found.largest, found.close, found.examples[0].path
    (1, 0.5, False, '[2]')
    """
    shapes, dtypes = (tuple(old.shape), tuple(new.shape)), (str(old.dtype), str(new.dtype))
    if shapes[0] != shapes[1]:
        return ArrayDifference(shapes=shapes, dtypes=dtypes)
    tally = _Tally(limit)
    flat = old.reshape(-1), new.reshape(-1)
    for start in range(0, old.size, BLOCK):
        tally.add(start, flat[0][start : start + BLOCK], flat[1][start : start + BLOCK])
    return ArrayDifference(
        shapes=shapes,
        dtypes=dtypes,
        differing=tally.differing,
        largest=tally.largest if tally.numeric else None,
        mean=tally.total / old.size if tally.numeric and old.size else None,
        close=tally.close,
        examples=tuple(_example(old, new, place) for place in tally.places),
    )


class _Tally:
    """What has been found in the blocks so far."""

    def __init__(self, limit: int) -> None:
        self.limit, self.places = limit, []  # type: tuple[int, list[int]]
        self.differing, self.largest, self.total = 0, 0.0, 0.0
        self.close, self.numeric = True, True

    def add(self, start: int, old: Any, new: Any) -> None:
        import numpy as np

        differ = _differ(old, new)
        count = int(np.count_nonzero(differ))
        self.differing += count
        if not count:
            return
        if len(self.places) < self.limit:
            self.places += (start + np.flatnonzero(differ)[: self.limit - len(self.places)]).tolist()
        if old.dtype.kind not in "biufc" or new.dtype.kind not in "biufc":
            self.numeric = self.close = False
            return
        with np.errstate(all="ignore"):
            was, now = (np.ma.getdata(each)[differ] for each in (old, new))
            by = np.abs(now.astype(_wide(now)) - was.astype(_wide(was)))
            near = np.isfinite(by) & (by <= 1e-8 + 1e-5 * np.abs(was.astype(_wide(was))))
            self.close &= bool(near.all()) and not _masks(old, new)
        finite = by[np.isfinite(by)]
        self.largest = max(self.largest, float(finite.max()) if len(finite) else 0.0)
        self.total += float(finite.sum())


def _masks(old: Any, new: Any) -> bool:
    import numpy as np

    return bool((np.ma.getmaskarray(old) != np.ma.getmaskarray(new)).any())


def _wide(array: Any) -> Any:
    return "complex128" if array.dtype.kind == "c" else "longdouble" if array.dtype.kind in "iu" else "float64"


def _differ(old: Any, new: Any) -> Any:
    import numpy as np

    plain_old, plain_new = np.ma.getdata(old), np.ma.getdata(new)
    try:
        differ = np.asarray(plain_old != plain_new)
    except Exception:  # noqa: BLE001  dtypes that do not compare, or objects that raise
        differ = np.ones(old.shape, bool)
    if differ.shape != old.shape or differ.dtype != bool:
        differ = np.ones(old.shape, bool)
    if old.dtype.kind in "fcmM" and new.dtype.kind in "fcmM":
        differ &= ~((plain_old != plain_old) & (plain_new != plain_new))
    if np.ma.isMaskedArray(old) or np.ma.isMaskedArray(new):
        masks = np.ma.getmaskarray(old), np.ma.getmaskarray(new)
        differ = (differ & ~(masks[0] & masks[1])) | (masks[0] != masks[1])
    return differ


def _example(old: Any, new: Any, place: int) -> Change:
    import numpy as np

    index = tuple(int(each) for each in np.unravel_index(place, old.shape))
    path = f"[{', '.join(map(str, index))}]" if index else ""
    return Change(path, scalar(old[index]), scalar(new[index]))


def _of_torch(tensor: Any) -> Any:
    try:
        plain = tensor.detach().cpu()
        return (plain.float() if str(plain.dtype) == "torch.bfloat16" else plain).numpy()
    except (TypeError, RuntimeError, ValueError):  # sparse, quantised: no NumPy array is like them
        return None


def _of_jax(array: Any) -> Any:
    import numpy as np

    try:
        plain = np.asarray(array)
    except TypeError:  # random keys
        return None
    return plain if plain.dtype.kind != "V" else plain.astype("float32")
