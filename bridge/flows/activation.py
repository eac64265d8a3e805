"""bridge's `flow` and `task` in the place of Prefect's, for projects whose code stays as it is.

While bridge is active, every name that is Prefect's `flow` or `task` is a stand-in: `prefect.flow`,
`prefect.flows.flow`, and what a module got by `from prefect import task` before. What a stand-in decorates is what
bridge's decorator makes of it. Prefect's classes are not touched: `Task(fn=...)` and `@materialize` stay Prefect's, and
so does everything that was decorated earlier.

Nothing of Prefect is imported for this: a module of Prefect's that is not there yet is watched for. That keeps the
plugin (`bridge.flows.plugin`) free for processes that run no flow.
"""

from __future__ import annotations

import importlib
import os
import sys
import threading
from collections.abc import Callable
from functools import update_wrapper
from types import ModuleType
from typing import Any, TypeVar, cast

from bridge.domain.watching import Watch

F = TypeVar("F", bound=Callable[..., Any])

PLACES = {"prefect.flows": "flow", "prefect.tasks": "task"}
"""The modules that define Prefect's decorators."""

_lock = threading.RLock()
_active = False
_stand_ins: dict[str, StandIn] = {}


class StandIn:
    """A decorator that is bridge's while bridge is active, and Prefect's otherwise.

    References to it that `deactivate` cannot reach (a partial, a closure) turn with it. In all else (signature,
    documentation, `flow.from_source`) it is Prefect's.

    Args:
        place: Module of Prefect's that defines the decorator.
        original: Prefect's own decorator.

    >>> from prefect.tasks import task
    >>> StandIn("prefect.tasks", prefects(task)).__name__
    'task'
    """

    __wrapped__: Callable[..., Any]

    def __init__(self, place: str, original: Callable[..., Any]) -> None:
        self._place = place
        update_wrapper(self, original)

    def __call__(self, *args: Any, **options: Any) -> Any:
        """Decorate."""
        return (_bridges(PLACES[self._place]) or self.__wrapped__)(*args, **options)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__wrapped__, name)

    def __reduce__(self) -> tuple[Any, ...]:
        return _in_place, (self._place, PLACES[self._place])


def activate() -> None:
    """Put bridge's `flow` and `task` in the place of Prefect's, in this process.

    From now on code that says `from prefect import flow, task` makes flows and tasks that are recorded, whether it was
    imported before or is imported later. What has been decorated already stays as it is: call this before your own
    modules are imported. With `BRIDGE_ENABLED=false` decorating gives exactly what Prefect gives. Doing it twice is
    doing it once.

    >>> activate()
    >>> from prefect import task
    >>> type(task(lambda: 1)).__name__
    'BridgeTask'
    >>> deactivate()
    >>> type(task(lambda: 1)).__name__
    'Task'
    """
    global _active
    with _lock:
        if _active:
            return
        _active = True
        _watch.begin()
        for place in PLACES:
            if (module := sys.modules.get(place)) is not None:
                _stand_in(module)


def deactivate() -> None:
    """Give Prefect's `flow` and `task` back their places.

    Every name that `activate` changed, or that was imported meanwhile, is the very object it was. Tasks and flows
    that were made meanwhile stay bridge's and go on being recorded.

    >>> deactivate()
    >>> is_active()
    False
    """
    global _active
    with _lock:
        if not _active:
            return
        _active = False
        _watch.end()
        for stand_in in _stand_ins.values():
            _replace(stand_in, stand_in.__wrapped__)


def is_active() -> bool:
    """Whether bridge's decorators stand in the place of Prefect's in this process.

    >>> is_active()
    False
    """
    return _active


def prefects(decorator: F) -> F:
    """Prefect's own decorator, for one that may be a stand-in.

    >>> from prefect import task
    >>> prefects(task) is task
    True
    """
    return cast(F, decorator.__wrapped__) if isinstance(decorator, StandIn) else decorator


def _loaded(module: ModuleType) -> None:
    with _lock:
        if _active:
            _stand_in(module)


_watch = Watch(PLACES, _loaded)


def _stand_in(module: ModuleType) -> None:
    """Let a stand-in take the place of the decorator that a module defines, wherever it has been imported to."""
    original = getattr(module, PLACES[module.__name__])
    known = _stand_ins.get(module.__name__)
    if known is None or known.__wrapped__ is not original:  # the module was loaded anew
        known = _stand_ins[module.__name__] = StandIn(module.__name__, original)
    _replace(original, known)


def _replace(old: object, new: object) -> None:
    """Rebind every module's names that are this very object; bridge's own modules keep what they have."""
    for name, module in list(sys.modules.items()):
        if name == "bridge" or name.startswith("bridge."):
            continue
        names = getattr(module, "__dict__", None)
        if isinstance(names, dict):
            for key in [key for key, value in list(names.items()) if value is old]:
                names[key] = new


def _bridges(name: str) -> Callable[..., Any] | None:
    """The decorator of bridge; None while bridge is not active, or if it does not fit the installed Prefect."""
    if not _active:
        return None
    try:
        return getattr(importlib.import_module("bridge.flows.decorators"), name)  # type: ignore[no-any-return]
    except Exception as error:
        if os.environ.get("BRIDGE_ON_ERROR", "").strip().lower() == "raise":
            raise
        from bridge.workspace.guard import warn_once

        warn_once("activate", f"bridge: nothing is recorded: {error} Flows and tasks are plain Prefect's.")
        return None


def _in_place(place: str, name: str) -> Any:
    return getattr(importlib.import_module(place), name)
