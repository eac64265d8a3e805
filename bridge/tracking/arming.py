"""Extends MLflow when it is loaded, whoever loads it.

What is extended is in `bridge.tracking.fluent`, which is loaded then: most processes that import flows load no MLflow.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from types import ModuleType

from bridge.domain.watching import Watch, is_loading

FLUENT = "mlflow.tracking.fluent"

Default = Callable[[], "tuple[str, str] | None"]
_default: list[Default] = []
_looking: list[Callable[[], None]] = []


def arm(default: Default, on_load: Callable[[], None] = lambda: None) -> None:
    """Extend MLflow as soon as it is loaded, or now if it is. Doing it twice is doing it once.

    Args:
        default: Gives the tracking URI and the artifact folder to use where the user has set none; None for MLflow's.
        on_load: Called when MLflow has been loaded, if it was not.
    """
    _default[:], _looking[:] = [default], [on_load]
    module = sys.modules.get(FLUENT)
    if module is not None and not is_loading(module):
        _extend()
    else:
        _watch.begin()


def is_armed() -> bool:
    """Whether something is armed."""
    return bool(_default)


def _extend(_: ModuleType | None = None) -> None:
    importlib.import_module("bridge.tracking.fluent").extend(_chosen, _loaded)


def _chosen() -> tuple[str, str] | None:
    return _default[0]()


def _loaded() -> None:
    for on_load in _looking:
        on_load()


_watch = Watch([FLUENT], _extend)
