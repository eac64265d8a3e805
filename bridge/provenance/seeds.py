"""Seeding what makes random numbers in this process, now and when a library is loaded later."""

from __future__ import annotations

import importlib.util
import random
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

_seeded: dict[str, Any] = {}
_lock = threading.RLock()


def seed_libraries(seed: int) -> Mapping[str, Any]:
    """Seed Python's `random`, NumPy, PyTorch (every device) and TensorFlow: what is not loaded yet, when it is.

    Returns:
        `{"seed": …, "of": […]}`, naming the libraries that are installed.

    Raises:
        TypeError: If the seed is no whole number.
        ValueError: If it is negative, or has more than 32 bits, which NumPy does not take.

    >>> seed_libraries(7)["of"][0]
    'random'
    """
    if isinstance(seed, bool) or not hasattr(seed, "__index__"):
        raise TypeError(f"A seed is a whole number, not {seed!r}.")
    seed = seed.__index__()
    if not 0 <= seed < 2**32:
        raise ValueError(f"A seed is from 0 to 4294967295 (2**32 - 1), not {seed}.")
    with _lock:
        _seeded.clear()
        _seeded.update(
            seed=seed, of=["random", *(name for name in ("numpy", "torch", "tensorflow") if _is_there(name))]
        )
        random.seed(seed)
        for place, sow in _LIBRARIES.items():
            if (module := sys.modules.get(place)) is not None:
                sow(module, seed)
        if _watch not in sys.meta_path:
            sys.meta_path.insert(0, _watch)
        return dict(_seeded)


def seeded() -> Mapping[str, Any] | None:
    """What `seed_libraries` said last in this process; None if nobody has called it.

    >>> _ = seed_libraries(7)
    >>> seeded()["seed"]
    7
    """
    with _lock:
        return dict(_seeded) if _seeded else None


def _numpy(module: Any, seed: int) -> None:
    module.seed(seed)


def _torch(module: Any, seed: int) -> None:
    module.manual_seed(seed)  # of CUDA and MPS too; of devices that are not started when they are


def _tensorflow(module: Any, seed: int) -> None:
    module.random.set_seed(seed)


_LIBRARIES: dict[str, Callable[[Any, int], None]] = {
    "numpy.random": _numpy,
    "torch": _torch,
    "tensorflow": _tensorflow,
}


def _is_there(name: str) -> bool:
    if name in sys.modules:
        return sys.modules[name] is not None
    try:
        return importlib.util.find_spec(name) is not None
    except (ImportError, ValueError):
        return False


class _Watch(MetaPathFinder):
    """Waits for libraries that are to be seeded when they have been loaded."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None, /
    ) -> ModuleSpec | None:
        """Find one of them as Python does, and have it seeded once it has run."""
        spec = PathFinder.find_spec(fullname, path, target) if fullname in _LIBRARIES else None
        if spec is not None and spec.loader is not None:
            spec.loader.exec_module = _then_seed(spec.loader.exec_module)  # type: ignore[method-assign,assignment] # of this one only
        return spec


_watch = _Watch()


def _then_seed(execute: Callable[[ModuleType], None]) -> Callable[[ModuleType], None]:
    def exec_module(module: ModuleType) -> None:
        execute(module)
        with _lock:
            if _seeded:
                _LIBRARIES[module.__name__](module, _seeded["seed"])

    return exec_module
