"""The code that a function reaches, for a record: cheap for every task, and without side effects.

A cache key must know the content of whatever a function refers to. A record must not cost a run anything for it: no
large value is hashed, no object of the user's is pickled, and no module is imported that the function did not.
"""

from __future__ import annotations

import sys
from collections import OrderedDict
from collections.abc import Callable
from importlib.util import resolve_name
from threading import Lock
from types import FunctionType
from typing import Any

from bridge.provenance.constants import digest_of_value, shown
from bridge.provenance.guards import Guards, is_fixed
from bridge.provenance.parts import Code, Part
from bridge.provenance.references import Reference
from bridge.provenance.sources import digest_of, file_source
from bridge.provenance.walking import _SECRET, Walk

MOST_KEPT = 4096
MOST_ITEMS = 100

_PLAIN = (type(None), bool, int, float, complex)

_TOLD = (*_PLAIN, str, bytes, list, tuple, set, frozenset, dict)

_kept: OrderedDict[int, tuple[Any, Code, Guards]] = OrderedDict()
_lock = Lock()


def sketched(fn: Any) -> Code:
    """The code that a function reaches, with plain constants by value, and other values by type and shape only.

    Walked once per function; later calls ask whether the names still stand for what they stood for.

    >>> namespace = {"__name__": "__main__", "__file__": "churn.py", "ROWS": object()}
    >>> exec("LIMIT = 0.5; is_large = lambda x: x > LIMIT and ROWS", namespace)
    >>> [(part.name, part.text) for part in sketched(namespace["is_large"]).parts if part.kind == "value"]
    [('churn:LIMIT', '0.5'), ('churn:ROWS', 'object')]
    """
    kept = _kept.get(id(fn))
    if kept is not None and kept[0] is fn and kept[2].hold():
        return kept[1]
    walk = _Sketch()
    walk.start(fn)
    code = Code(tuple(walk.parts.values()))
    if isinstance(fn, FunctionType):
        with _lock:
            _kept[id(fn)] = (fn, code, walk.guards)
            while len(_kept) > MOST_KEPT:
                _kept.popitem(last=False)
    return code


class _Sketch(Walk):
    """Looks into nothing but plain values, and not far."""

    most = 100
    deepest = 20

    def value(self, name: str, value: Any, fetch: Callable[[], Any]) -> str:
        """Take a value: its content if it is plain, else what it looks like."""
        looks = shown(value) if type(value) in _TOLD else _kind(value)
        text = "hidden" if _SECRET.search(name.rpartition(":")[2]) else looks
        digest = digest_of_value(value, self.numbered) if is_plain(value) else digest_of("shown", looks)
        self.add(Part(name, "value", digest, text))
        if is_plain(value) and not is_fixed(value):
            self.guards.live(fetch)
        return digest

    def _left_out(self, thing: Any) -> str:
        self.add(Part("…", "value", digest_of("left out"), "more code is reached, which is not recorded"))
        return super()._left_out(thing)

    def _whole(self, namespace: dict[str, Any], label: str, filename: str) -> str:
        """A module by its source, and what it imports not at all."""
        if id(namespace) not in self._seen:
            self._see(namespace, label)
            source = file_source(filename)
            self.add(Part(label, "module", digest_of("source", source), source, filename, 1))
        return label

    def _imported(self, fn: FunctionType, name: str, reference: Reference) -> None:
        what = reference.imported
        if what is None:
            return
        try:
            full = resolve_name("." * what.level + what.module, str(fn.__globals__.get("__package__") or ""))
        except ImportError:
            full = what.module
        module = sys.modules.get(full)
        if module is None or (what.name is not None and what.name not in vars(module)):
            self.add(Part(f"{name}[import {full}]", "value", digest_of("not imported"), "not imported"))
            return
        super()._imported(fn, name, reference)


def _kind(value: Any) -> str:
    cls, shape = type(value), getattr(value, "shape", None)
    name = cls.__qualname__ if cls.__module__ == "builtins" else f"{cls.__module__}.{cls.__qualname__}"
    return f"{name} {tuple(shape)}" if isinstance(shape, tuple) else name


def is_plain(value: Any, depth: int = 0) -> bool:
    """Whether a value is small and of Python's own types, so that its digest costs nothing and runs nobody's code.

    >>> is_plain({"lr": [0.1, 0.2]}), is_plain("x" * 10_000), is_plain(object())
    (True, False, False)
    """
    if type(value) in _PLAIN:
        return True
    if type(value) in (str, bytes):
        return len(value) < 10_000
    if type(value) in (list, tuple, set, frozenset):
        return len(value) <= MOST_ITEMS and depth < 3 and all(is_plain(one, depth + 1) for one in value)
    if type(value) is dict:
        return len(value) <= MOST_ITEMS and depth < 3 and all(is_plain(one, depth + 1) for one in value.items())
    return False
