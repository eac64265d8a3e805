"""Which rows of the data that a step used are a model's input: those that fit what it says of itself, or none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from bridge.tracking.flavours import Wanted
from bridge.tracking.registry.registration import Rows

_ANSWERS = ("y", "label", "labels", "target", "targets", "answer", "answers")


def inputs_among(rows: Sequence[Rows], wanted: Wanted) -> Iterator[tuple[Rows, Any]]:
    """Rows that fit, as the model takes them, the likeliest first; nothing if the model does not say what it takes.

    Rows that are called what answers are called come last.

    >>> from bridge.domain.version import VersionRef
    >>> given = [Rows("y", VersionRef("y", 1), [1], 9), Rows("x", VersionRef("x", 1), [[1.0, 2.0]], 9)]
    >>> [rows.slot for rows, _ in inputs_among(given, Wanted(row=(2,)))]
    ['x']
    """
    if not wanted.is_known:
        return
    for one in sorted(rows, key=_is_named_as_an_answer):
        made = _fitted(one, wanted, rows)
        if made is not None:
            yield one, made


def _is_named_as_an_answer(rows: Rows) -> bool:
    name = rows.slot.rpartition(".")[2].lower()
    return name in _ANSWERS or name.startswith(("y_", "label", "target"))


def _fitted(rows: Rows, wanted: Wanted, others: Sequence[Rows]) -> Any:
    if wanted.names is not None:
        return _columns(rows.head, wanted.names)
    if wanted.kind == "text":
        return _texts(rows.head, wanted.labels)
    array = _array(rows, others)
    return None if array is None else _shaped(array, wanted)


def _columns(head: Any, names: Sequence[str]) -> Any:
    """The columns that the model was trained on, of a frame that has them all."""
    if not hasattr(head, "columns"):
        return None
    known = {str(column): column for column in head.columns}
    if len(known) != len(head.columns):
        return None
    known |= {name.replace(" ", "_"): column for name, column in known.items()}  # as LightGBM calls them
    if not all(name in known for name in names):
        return None
    return head[[known[name] for name in names]]


def _texts(head: Any, labels: frozenset[str]) -> Any:
    values = head.tolist() if hasattr(head, "tolist") and getattr(head, "ndim", 1) == 1 else head
    if not isinstance(values, list) or not values or not all(isinstance(value, str) for value in values):
        return None
    return None if labels and set(values) <= labels else _text_array(values)


def _text_array(values: list[str]) -> Any:
    """As an array: of what has a column of texts MLflow makes a frame, of which a vectorizer reads the column names."""
    import numpy

    return numpy.array(values)


def _array(rows: Rows, others: Sequence[Rows]) -> Any:
    """Rows as an array of numbers.

    A frame has labels in it as often as not, so that it counts only where the labels came by themselves.
    """
    import numpy

    head = rows.head
    if hasattr(head, "columns"):
        if not any(
            other is not rows and other.length == rows.length and _is_one_column(other.head) for other in others
        ):
            return None
        head = head.to_numpy()
    try:
        array = numpy.asarray(head)
    except ValueError:  # rows of different lengths
        return None
    return array if array.dtype.kind in "fiub" else None


def _is_one_column(head: Any) -> bool:
    shape = getattr(head, "shape", None)
    if shape is None:
        return isinstance(head, list) and bool(head) and not isinstance(head[0], list)
    return len(shape) == 1 or (len(shape) == 2 and shape[1] == 1)


def _shaped(array: Any, wanted: Wanted) -> Any:
    row = wanted.row
    if row is None or array.ndim != len(row) + 1:
        return None
    if any(there is not None and there != here for there, here in zip(row, array.shape[1:], strict=True)):
        return None
    if wanted.kind == "integer" and array.dtype.kind not in "iu":
        return None
    return array.astype(wanted.dtype) if wanted.dtype else array
