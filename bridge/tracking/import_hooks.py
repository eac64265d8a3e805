"""Keeps `mlflow.autolog()` from blocking for ever beside a thread that imports: relies on private names of MLflow's.

MLflow's finder of modules takes the lock of its hooks for whatever anybody imports, while Python holds the lock of all
imports; `mlflow.autolog()` holds the first and, importing libraries, needs the second. So a flow that calls it while
the tracker's thread imports something never goes on. The finder here takes no lock: a name that nobody waits for is
looked up in a dictionary, and who is on the way is known by thread. Ends with a MLflow whose finder does so; 3.17.2's
does not.
"""

from __future__ import annotations

import importlib.util
import sys
import threading
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

MODULE = "mlflow.utils.import_hooks"
NAMES = ("ImportHookFinder", "_ImportHookChainedLoader", "_post_import_hooks", "_import_error_hooks")

_busy = threading.local()


def extend() -> None:
    """Replace the finder's method; nothing if this MLflow has other names. Twice is once.

    >>> extend()
    """
    hooks = sys.modules.get(MODULE)
    if hooks is not None and all(hasattr(hooks, name) for name in NAMES):
        hooks.ImportHookFinder.find_spec = _finding(hooks)


def _finding(hooks: ModuleType | Any) -> Any:
    def find_spec(self: Any, fullname: str, path: Any, target: Any = None) -> ModuleSpec | None:
        if fullname not in hooks._post_import_hooks and fullname not in hooks._import_error_hooks:
            return None
        on_the_way = _busy.__dict__.setdefault("names", set())
        if fullname in on_the_way:
            return None
        on_the_way.add(fullname)
        try:
            spec = importlib.util.find_spec(fullname)
        except (ImportError, AttributeError, ValueError):
            spec = None
        finally:
            on_the_way.discard(fullname)
        if spec is None or spec.loader is None:
            hooks.notify_module_import_error(fullname)
            return None
        spec.loader = hooks._ImportHookChainedLoader(spec.loader)
        return spec

    return find_spec
