"""Extends MLflow when it is loaded, whoever loads it.

What is extended is in `bridge.tracking.fluent`, which is loaded then: most processes that import flows load no MLflow.
"""

from __future__ import annotations

import importlib
import importlib.abc
import sys
from collections.abc import Callable, Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

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
    if module is not None and not _is_loading(module):
        _extend()
    elif not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())


def is_armed() -> bool:
    """Whether something is armed."""
    return bool(_default)


def _is_loading(module: ModuleType) -> bool:
    return bool(getattr(getattr(module, "__spec__", None), "_initializing", False))


class _Finder(importlib.abc.MetaPathFinder):
    """Extends `mlflow.tracking.fluent` right after it is loaded, whoever imports it and in whichever thread."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != FLUENT:
            return None
        for finder in sys.meta_path:
            if finder is self or not hasattr(finder, "find_spec"):
                continue
            spec = finder.find_spec(fullname, path, target)
            if spec is not None and spec.loader is not None:
                spec.loader = _Loader(spec.loader)
                return spec
        return None


class _Loader(importlib.abc.Loader):
    """The module's own loader, followed by the extension."""

    def __init__(self, own: Any) -> None:
        self._own = own

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._own.create_module(spec)  # type: ignore[no-any-return]

    def exec_module(self, module: ModuleType) -> None:
        self._own.exec_module(module)
        _extend()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._own, name)


def _extend() -> None:
    importlib.import_module("bridge.tracking.fluent").extend(_chosen, _loaded)


def _chosen() -> tuple[str, str] | None:
    return _default[0]()


def _loaded() -> None:
    for on_load in _looking:
        on_load()
