"""A value in plain words, the same in ZenML's environment as here: what loaded values are compared by."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID


def told(value: Any) -> Any:
    """Say what a value is as JSON can hold it; estimators by what they have learned."""
    kind = type(value).__name__
    if hasattr(value, "coef_"):
        return [kind, value.coef_.tolist(), value.intercept_.tolist(), value.get_params()]
    if kind in ("DataFrame", "Series"):
        return [kind, value.to_dict(), str(value.dtypes)]
    if kind == "ndarray":
        return [kind, str(value.dtype), value.tolist()]
    if isinstance(value, Path):
        inside = sorted(path for path in value.rglob("*") if path.is_file()) if value.is_dir() else [value]
        return ["files", [(path.relative_to(value.parent).parts[1:], path.read_text()) for path in inside]]
    if isinstance(value, bytes):
        return ["bytes", value.hex()]
    if isinstance(value, dict):
        return ["dict", [[told(key), told(item)] for key, item in value.items()]]
    if isinstance(value, set):
        return ["set", sorted(value)]
    if isinstance(value, (list, tuple)):
        return [kind, [told(item) for item in value]]
    if isinstance(value, UUID):
        return ["UUID", str(value)]
    if isinstance(value, str):
        return ["str", str(value)]
    return [kind, value]
