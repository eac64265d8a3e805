"""Registered model versions: what they are, what they were made from, how well they do.

```python
import bridge.models

bridge.models.get("churn@champion")
```
"""

from bridge.models.evaluations import evaluations
from bridge.models.finding import find, get, versions

__all__ = ["evaluations", "find", "get", "versions"]
