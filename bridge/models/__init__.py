"""Registered model versions: what they are, what they were made from, how well they do.

```python
import bridge.models

bridge.models.get("churn@champion")
```
"""

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
from bridge.models.evaluations import evaluations
from bridge.models.finding import find, get, load, versions
from bridge.models.registering import register

__all__ = [
    "Comparison",
    "Difference",
    "Measured",
    "archive",
    "compare",
    "delete",
    "evaluations",
    "find",
    "get",
    "load",
    "register",
    "set_description",
    "set_intended_use",
    "set_licence",
    "set_owners",
    "tag",
    "unarchive",
    "versions",
]
