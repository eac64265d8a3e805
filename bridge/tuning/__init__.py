"""The one door to Optuna: studies whose trials are task runs of the flow.

```python
from bridge import flow, task, tune
from bridge.tuning import LogUniform
```

The names are loaded when they are first asked for: who annotates an objective does not pay for Optuna.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bridge.tuning.calling import atune, tune
    from bridge.tuning.spaces import Choice, Int, LogInt, LogUniform, Uniform
    from bridge.tuning.study import StudySummary, delete_study, open_study, studies

_HOMES = {
    "Choice": "bridge.tuning.spaces",
    "Int": "bridge.tuning.spaces",
    "LogInt": "bridge.tuning.spaces",
    "LogUniform": "bridge.tuning.spaces",
    "StudySummary": "bridge.tuning.study",
    "Uniform": "bridge.tuning.spaces",
    "atune": "bridge.tuning.calling",
    "delete_study": "bridge.tuning.study",
    "open_study": "bridge.tuning.study",
    "studies": "bridge.tuning.study",
    "tune": "bridge.tuning.calling",
}

__all__ = [
    "Choice",
    "Int",
    "LogInt",
    "LogUniform",
    "StudySummary",
    "Uniform",
    "atune",
    "delete_study",
    "open_study",
    "studies",
    "tune",
]


def __getattr__(name: str) -> Any:
    try:
        home = _HOMES[name]
    except KeyError:
        raise AttributeError(f"module 'bridge.tuning' has no attribute {name!r}") from None
    try:
        module = importlib.import_module(home)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] != "optuna":
            raise
        raise ModuleNotFoundError(
            "Optuna is not installed. Run: pip install 'prefect-bridge[tune]'", name="optuna"
        ) from error
    value = getattr(module, name)
    globals()[name] = value
    return value
