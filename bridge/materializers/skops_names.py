"""The door to skops, which works out anew in each process what is worked out here once for an environment.

When it is imported, skops (0.16) lists the types that it trusts: it imports all of scikit-learn, dask and pytest with
it, and looks through all loaded modules for each ufunc. That is 1 to 1.5 s before the first model of a process is
loaded. The lists depend on the packages alone, so that they are kept in a file and given to skops as the module that
they come from. A file of other packages, or one that cannot be read, is passed over.
"""

from __future__ import annotations

import importlib
import json
import os
import re
import sys
import tempfile
import threading
from contextlib import suppress
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import ModuleType
from typing import Any

_MODULE = "skops.io._trusted_types"
_PACKAGES = ("skops", "scikit-learn", "numpy", "scipy")
_NAME = re.compile(r"(?:builtins|sklearn|numpy|scipy)\.[\w.]+")
_BUILTINS: dict[str, type] = {kind.__name__: kind for kind in (int, float, str, bool, list, set, map, tuple)}

_lock = threading.Lock()
_folder: Path | None = None


def remember_in(folder: Path) -> None:
    """Keep the lists in a file of this folder from now on."""
    global _folder
    _folder = folder


def skops() -> Any:
    """The module `skops.io`.

    Raises:
        ImportError: If skops is not installed.

    >>> skops().dumps([1])[:2]
    b'PK'
    """
    with _lock:
        if "skops.io" in sys.modules or _folder is None:
            return importlib.import_module("skops.io")
        environment = _environment()
        file = _folder / f"skops-types-{_digest(environment)}.json"
        kept = _read(file, environment)
        if kept is not None:
            sys.modules[_MODULE] = kept
            try:
                return importlib.import_module("skops.io")
            except ImportError:  # a later skops that takes more from that module
                for name in [name for name in sys.modules if name.partition(".")[0] == "skops"]:
                    del sys.modules[name]
        module = importlib.import_module("skops.io")
        with suppress(OSError):
            _write(file, environment)
        return module


def _environment() -> dict[str, str | None]:
    return {"python": sys.version, **{package: _version(package) for package in _PACKAGES}}


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _digest(environment: dict[str, str | None]) -> str:
    return sha256(json.dumps(environment).encode()).hexdigest()[:8]


def _read(file: Path, environment: dict[str, str | None]) -> ModuleType | None:
    try:
        kept = json.loads(file.read_bytes())
        if kept["environment"] != environment:
            return None
        module = ModuleType(_MODULE, "As it was worked out before, by an earlier process.")
        for name, listed in kept["names"].items():
            if not all(_NAME.fullmatch(one) for one in listed):
                return None
            setattr(module, name, listed)
        for name, listed in kept["types"].items():
            setattr(module, name, [_BUILTINS[one] for one in listed])
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None
    return module


def _write(file: Path, environment: dict[str, str | None]) -> None:
    names, types = {}, {}
    for name, listed in vars(sys.modules[_MODULE]).items():
        if not isinstance(listed, list) or name.startswith("_"):
            continue
        if all(isinstance(one, str) for one in listed):
            names[name] = listed
        elif all(one in _BUILTINS.values() for one in listed):
            types[name] = [one.__name__ for one in listed]
    text = json.dumps({"environment": environment, "names": names, "types": types})
    handle, coming = tempfile.mkstemp(dir=file.parent, prefix=f"{file.name}-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as opened:
            opened.write(text)
        Path(coming).replace(file)
    finally:
        Path(coming).unlink(missing_ok=True)
