"""ZenML's names on Prefect and bridge, so that a pipeline runs before it is rewritten.

Importing this package lets it stand in for `zenml` in this process: what imports `zenml` or a module of it from now on
gets what is here. `bridge run --as zenml pipeline.py` does the same without a line changed.

```python
from bridge.migrate import zenml  # first

from zenml import pipeline, step
```

Steps are bridge's tasks, pipelines its flows. Whatever is not here can be imported, and says what to do when it is
used.
"""

from __future__ import annotations

import importlib
from typing import Any

from bridge.migrate.zenml import standing_in

standing_in.install()


def __getattr__(name: str) -> Any:
    home = standing_in.NAMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{home}"), name)
