"""Which modules a model is made of, and which of them are the user's own: no package brings those elsewhere.

A model is pickled into nothing, without the numbers in it, and what would have to be imported is written down. Classes
and functions of the user's own code are then pickled by value, so that the model loads where that code is not.
"""

from __future__ import annotations

import sys
import sysconfig
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from importlib.machinery import BuiltinImporter, FrozenImporter
from pathlib import Path
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any

LARGEST = 1 << 12
"""Bytes of text above which a string is not looked into."""

_NUMBERS = ("numpy.ndarray", "torch.Tensor", "torch.nn.parameter.Parameter", "torch.storage.UntypedStorage")
_OPAQUE = (*_NUMBERS, "xgboost.core.Booster", "lightgbm.basic.Booster")
"""Types that hold numbers: they are not pickled, only their own module is noted."""

_OPAQUE_PACKAGES = ("pandas", "polars", "pyarrow", "keras", "tensorflow", "catboost", "jax", "jaxlib")
_INSTALLED = ("site-packages", "dist-packages")


@contextmanager
def by_value(model: Any) -> Iterator[None]:
    """While the block runs, cloudpickle takes the user's own classes and functions in the model along, not by name."""
    import cloudpickle

    registered: list[ModuleType] = []
    try:
        while True:
            fresh = [
                module
                for name in sorted(own_modules([model]))
                if name != "__main__" and (module := sys.modules.get(name)) is not None and module not in registered
            ]
            if not fresh:
                break
            for module in fresh:
                cloudpickle.register_pickle_by_value(module)
                registered.append(module)
        yield
    finally:
        for module in registered:
            cloudpickle.unregister_pickle_by_value(module)


def own_modules(parts: Sequence[Any]) -> set[str]:
    """Names of the user's own modules among those that the parts of a model are made of.

    >>> from decimal import Decimal
    >>> own_modules([Decimal(1)])
    set()
    """
    return {name for name in modules_of(parts) if is_own(name)}


def modules_of(parts: Sequence[Any]) -> set[str]:
    """Names of the modules that the parts of a model are made of: of its classes, members, functions.

    What cannot be pickled ends the search of that part; what was found before is kept.

    >>> from collections import OrderedDict
    >>> sorted(modules_of([OrderedDict()]))
    ['builtins', 'collections']
    """
    return {module for module, _ in _found(parts)}


def names_in(model: Any) -> set[str]:
    """Full names of the types and functions that a model is made of, as `modules_of` finds them.

    >>> from decimal import Decimal
    >>> "decimal.Decimal" in names_in([Decimal(1)])
    True
    """
    return {f"{module}.{name}" for module, name in _found([model])}


def _found(parts: Sequence[Any]) -> set[tuple[str, str]]:
    import cloudpickle

    found: set[tuple[str, str]] = set()

    class Looking(cloudpickle.Pickler):  # type: ignore[misc]  # it has no types
        def persistent_id(self, part: Any) -> str | None:
            return _look(part, found)

    for part in parts:
        try:
            Looking(_Nowhere(), 5).dump(part)
        except Exception:  # noqa: BLE001 - a class can raise anything when it is pickled
            continue
    return found


def _look(part: Any, found: set[tuple[str, str]]) -> str | None:
    """Note what one object is of; text for one that is not to be looked into."""
    kind = type(part)
    if kind in (str, bytes, bytearray):
        return "" if len(part) > LARGEST else None
    if kind in (int, float, bool, type(None), tuple, list, dict):
        return None
    for base in kind.__mro__[:-1]:
        found.add((base.__module__, base.__qualname__))
    if isinstance(part, ModuleType):
        found.add((part.__name__, ""))
    elif isinstance(part, (type, FunctionType, BuiltinFunctionType)):
        found.add((getattr(part, "__module__", None) or "builtins", part.__qualname__))
    name = f"{kind.__module__}.{kind.__qualname__}"
    if name == "numpy.ndarray" and part.dtype.hasobject:
        return None
    if name in _OPAQUE or (kind.__module__.partition(".")[0] in _OPAQUE_PACKAGES and not isinstance(part, type)):
        return ""
    return None


class _Nowhere:
    def write(self, data: Any) -> int:
        return memoryview(data).nbytes


@lru_cache(maxsize=4096)
def is_own(name: str) -> bool:
    """Whether a module is the user's own: neither Python's, nor bridge's, nor of an installed package.

    >>> is_own("__main__"), is_own("json"), is_own("bridge.domain")
    (True, False, False)
    """
    top = name.partition(".")[0]
    if name == "__main__":
        return True
    if top in sys.stdlib_module_names or top == "bridge":
        return False
    module = sys.modules.get(name)
    if module is None:
        return False
    if getattr(module, "__loader__", None) in (BuiltinImporter, FrozenImporter):
        return False
    file = getattr(module, "__file__", None)
    if file is None:  # a namespace package, or one made by hand
        return not hasattr(module, "__path__")
    if Path(file).suffix not in {".py", ".ipynb", ""}:  # compiled: there is no code to take along
        return False
    return not _is_installed(file)


def _is_installed(file: str) -> bool:
    if any(part in _INSTALLED for part in Path(file).parts):
        return True
    return any(Path(file).is_relative_to(folder) for folder in _library_folders())


@lru_cache(maxsize=1)
def _library_folders() -> tuple[str, ...]:
    known = sysconfig.get_paths()
    return tuple({known[name] for name in ("stdlib", "platstdlib", "purelib", "platlib") if name in known})


def places_of(model: Any) -> tuple[str, ...]:
    """Folders from which the user's own modules in a model are imported; empty if it has none.

    >>> places_of({})
    ()
    """
    places: dict[str, None] = {}
    for name in sorted(own_modules([model])):
        file = getattr(sys.modules.get(name), "__file__", None)
        if name != "__main__" and file is not None:
            path = Path(file).absolute()
            above = name.count(".") + (1 if path.name == "__init__.py" else 0)
            places[str(path.parents[above])] = None
    return tuple(places)
