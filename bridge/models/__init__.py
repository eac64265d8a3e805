"""Registered model versions: what they are, what they were made from, how well they do.

```python
import bridge.models

bridge.models.get("churn@champion")
```
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from bridge.models.evaluations import evaluations
from bridge.models.finding import find, get, versions

if TYPE_CHECKING:
    from bridge.models.cards import card, html, markdown
    from bridge.models.signing import sign, verify

__all__ = ["card", "evaluations", "find", "get", "html", "markdown", "sign", "verify", "versions"]

_LATER = {
    "card": "bridge.models.cards",
    "html": "bridge.models.cards",
    "markdown": "bridge.models.cards",
    "sign": "bridge.models.signing",
    "verify": "bridge.models.signing",
}
"""What needs a library of its own and is loaded when it is first asked for."""


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(_LATER[name]), name)
    globals()[name] = value
    return value
