"""Registered model versions: what they are, what they were made from, how well they do.

```python
import bridge.models

bridge.models.get("churn@champion")
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bridge.domain.lazy import names_of
from bridge.models.evaluations import evaluations  # at once: its module is called as it is

if TYPE_CHECKING:
    from bridge.models.cards import card, html, markdown
    from bridge.models.changing import (
        archive,
        delete,
        set_description,
        set_intended_use,
        set_licence,
        set_owners,
        tag,
        unarchive,
    )
    from bridge.models.comparing import Comparison, Difference, Measured, compare
    from bridge.models.finding import find, get, load, versions
    from bridge.models.registering import register
    from bridge.models.signing import sign, verify

_HOMES = {
    "Comparison": "bridge.models.comparing",
    "Difference": "bridge.models.comparing",
    "Measured": "bridge.models.comparing",
    "archive": "bridge.models.changing",
    "card": "bridge.models.cards",
    "compare": "bridge.models.comparing",
    "delete": "bridge.models.changing",
    "find": "bridge.models.finding",
    "get": "bridge.models.finding",
    "html": "bridge.models.cards",
    "load": "bridge.models.finding",
    "markdown": "bridge.models.cards",
    "register": "bridge.models.registering",
    "set_description": "bridge.models.changing",
    "set_intended_use": "bridge.models.changing",
    "set_licence": "bridge.models.changing",
    "set_owners": "bridge.models.changing",
    "sign": "bridge.models.signing",
    "tag": "bridge.models.changing",
    "unarchive": "bridge.models.changing",
    "verify": "bridge.models.signing",
    "versions": "bridge.models.finding",
}
"""Each is loaded when it is first asked for: flows need one of these modules, and not the libraries of the others."""

_ROOMS = ("cards", "gates", "promotion", "signing")

__all__ = [
    "Comparison",
    "Difference",
    "Measured",
    "archive",
    "card",
    "compare",
    "delete",
    "evaluations",
    "find",
    "get",
    "html",
    "load",
    "markdown",
    "register",
    "set_description",
    "set_intended_use",
    "set_licence",
    "set_owners",
    "sign",
    "tag",
    "unarchive",
    "verify",
    "versions",
]

__getattr__ = names_of(__name__, _HOMES, _ROOMS)
