"""Does something right after a module has been loaded, whoever loads it and in whichever thread."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

Then = Callable[[ModuleType], None]


class Watch(MetaPathFinder):
    """Waits for modules that are not loaded yet.

    Args:
        names: Of the modules.
        then: Called with each of them when its code has run, before whoever imports it gets it.

    >>> watch = Watch(["json.tool"], lambda module: print("there is", module.__name__))
    >>> watch.begin()
    >>> import json.tool
    there is json.tool
    >>> watch.end()
    """

    def __init__(self, names: Collection[str], then: Then) -> None:
        self._names, self._then = names, then

    def begin(self) -> None:
        """Wait. Twice is once."""
        if not any(finder is self for finder in sys.meta_path):
            sys.meta_path.insert(0, self)

    def end(self) -> None:
        """Wait no more."""
        sys.meta_path[:] = [finder for finder in sys.meta_path if finder is not self]

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Have the module found by those that come after this one, and be told when it is there."""
        if fullname not in self._names:
            return None
        finders = list(sys.meta_path)
        own = next((place for place, finder in enumerate(finders) if finder is self), -1)
        for finder in finders[own + 1 :]:  # another watch may come after this one; never before it again
            find = getattr(finder, "find_spec", None)
            spec = find(fullname, path, target) if find is not None else None
            if spec is not None:
                if spec.loader is not None:
                    spec.loader = _Telling(spec.loader, self._then)
                return spec  # type: ignore[no-any-return]
        return None


def is_loading(module: ModuleType) -> bool:
    """Whether somebody is just importing a module.

    >>> is_loading(sys)
    False
    """
    return bool(getattr(getattr(module, "__spec__", None), "_initializing", False))


class _Telling(Loader):
    """The module's own loader, which tells when it has run the module."""

    def __init__(self, own: Any, then: Then) -> None:
        self._own, self._then = own, then

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._own.create_module(spec)  # type: ignore[no-any-return]

    def exec_module(self, module: ModuleType) -> None:
        if module.__spec__ is not None:
            module.__spec__.loader = self._own
        module.__loader__ = self._own
        self._own.exec_module(module)
        self._then(module)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._own, name)
