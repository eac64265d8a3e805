"""The one door to Optuna: studies whose trials are task runs of the flow.

```python
from bridge import flow, task, tune
from bridge.tuning import LogUniform
```

The names are loaded when they are first asked for: who annotates an objective does not pay for Optuna.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bridge.domain.lazy import names_of

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


_find = names_of(__name__, _HOMES)


def __getattr__(name: str) -> Any:
    try:
        return _find(name)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] != "optuna":
            raise
        raise ModuleNotFoundError(
            "Optuna is not installed. Run: pip install 'prefect-bridge[tune]'", name="optuna"
        ) from error
