"""What a model was made with, in short."""

from __future__ import annotations

from itertools import islice
from typing import Any

from bridge.materializers.previews import shortened

LONGEST = 200
"""Characters of a parameter, and how many of them are told."""

_FEW = 20
"""Members of a parameter that are written out."""


def parameters(model: Any) -> dict[str, Any]:
    """Give the parameters of an estimator, as scikit-learn's `get_params` tells them; none if it has no such method.

    >>> from sklearn.linear_model import Ridge
    >>> parameters(Ridge(alpha=2.0))["alpha"], parameters(object())
    (2.0, {})
    """
    ask = getattr(model, "get_params", None)
    if not callable(ask):
        return {}
    try:
        told = ask(deep=False)
        return {str(name): short(value) for name, value in islice(dict(told).items(), LONGEST)}
    except Exception:  # noqa: BLE001 - the user's own; the model is saved nevertheless
        return {}


def short(value: Any) -> Any:
    """Give a value as it is if JSON holds it, else as a text of at most 200 characters.

    >>> short(0.5), short(float("inf")), len(short("x" * 1000)), short(list(range(100_000)))
    (0.5, 'inf', 201, '[0, 1, 2, 3, ...]')
    """
    if isinstance(value, list | tuple | dict | set) and len(value) > _FEW:
        return shortened.short(value)
    if value is None or type(value) in {bool, int} or (type(value) is float and abs(value) < float("inf")):
        return value
    text = value if type(value) is str else repr(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
