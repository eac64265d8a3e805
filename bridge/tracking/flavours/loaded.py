"""Whether something is of a library's class, without importing the library."""

from __future__ import annotations

import sys
from typing import Any


def is_a(value: Any, module: str, name: str) -> bool:
    """Whether a value is an instance of `module.name`; no, if the module is not loaded.

    >>> from decimal import Decimal
    >>> is_a(Decimal(1), "decimal", "Decimal"), is_a(1, "no_such_library", "Model")
    (True, False)
    """
    kind: Any = sys.modules.get(module)
    for part in name.split("."):
        kind = getattr(kind, part, None)
    return isinstance(kind, type) and isinstance(value, kind)
