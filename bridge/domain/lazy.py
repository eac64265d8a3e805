"""Packages whose names are loaded when they are first asked for (PEP 562)."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Collection, Mapping
from typing import Any


def names_of(package: str, homes: Mapping[str, str], rooms: Collection[str] = ()) -> Callable[[str], Any]:
    """A package's `__getattr__`.

    Args:
        package: Its name.
        homes: For each of its names the module that has it.
        rooms: Modules of its own that are asked for as attributes.

    >>> names_of("bridge.domain", {"VersionRef": "bridge.domain.version"})("VersionRef")("churn", 3)
    VersionRef(name='churn', number=3)
    """

    def find(name: str) -> Any:
        if name in rooms:
            return importlib.import_module(f"{package}.{name}")
        try:
            home = homes[name]
        except KeyError:
            raise AttributeError(f"module {package!r} has no attribute {name!r}") from None
        value = getattr(importlib.import_module(home), name)
        setattr(sys.modules[package], name, value)
        return value

    return find
