"""The code that a task's function reaches."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from types import FunctionType, MethodType
from typing import Any

from bridge.provenance.constants import is_a_modules
from bridge.provenance.guards import Guards
from bridge.provenance.parts import Code, Part, Unstable
from bridge.provenance.walking import Walk

__all__ = ["Code", "Part", "Unstable", "reached"]

MOST_KEPT = 512
"""Functions whose code is kept, with what must hold for it to be the same."""

_kept: OrderedDict[int, tuple[Any, Code, Guards]] = OrderedDict()
_lock = Lock()


def reached(fn: Any) -> Code:
    """The code that a function reaches, as it is at this moment.

    Its own source comes first; then what it reaches through globals, closures, default arguments, attributes of
    modules, imports in bodies, methods, wrappers and other tasks. The user's own functions and classes count with
    their source, constants with their value, packages with their version. The second call for a function asks only
    whether names and values are what they were.

    What is out of reach: what is imported under a computed name, files that code opens by itself, environment
    variables, the clock, and what a package keeps in its own state.

    Args:
        fn: A function, a class, a bound method, a partial, or any object: it counts with its state and its class.

    >>> namespace = {"__name__": "__main__", "__file__": "churn.py"}
    >>> exec("LIMIT = 0.5; is_large = lambda x: x > LIMIT", namespace)
    >>> [(part.name, part.kind) for part in reached(namespace["is_large"]).parts]
    [('churn:<lambda>', 'function'), ('churn:LIMIT', 'value'), ('python', 'package')]
    """
    kept = _kept.get(id(fn))
    if kept is not None and kept[0] is fn and kept[2].hold():
        return kept[1]
    walk = _walked(fn)
    code = Code(tuple(walk.parts.values()), tuple(walk.unstable.values()))
    if kept is not None and kept[0] is fn and kept[1] == code:
        code = kept[1]  # with the digest and the document that were made for it
    if isinstance(fn, (FunctionType, type)) and "<locals>" not in fn.__qualname__:
        _keep(fn, code, walk.guards)
    return code


def _keep(fn: Any, code: Code, guards: Guards) -> None:
    """Functions of modules only: others come and go, and what their closures hold would be kept alive."""
    with _lock:
        _kept[id(fn)] = (fn, code, guards)
        _kept.move_to_end(id(fn))
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)


def _walked(fn: Any) -> Walk:
    why = ""
    for _ in range(3):
        walk = Walk()
        try:
            if isinstance(fn, MethodType) and not is_a_modules(fn):
                walk.name_of(fn.__func__)
                walk.value(f"{fn.__func__.__qualname__}[self]", fn.__self__, lambda: fn.__self__)
                walk.start(fn.__func__)
            else:
                walk.start(fn)
        except Exception as error:  # noqa: BLE001 - another thread put a name into a namespace, or a user's object raised
            why = f"it cannot be read: {type(error).__name__}: {error}"
            continue
        return walk
    walk = Walk()
    walk.unstable[""] = Unstable(getattr(fn, "__qualname__", type(fn).__qualname__), why)
    return walk
