"""Whose code a module is: the user's, a package's, or Python's."""

from __future__ import annotations

import os
import sys
import sysconfig
from functools import lru_cache
from importlib import metadata, util
from typing import Any

OWN = "own"
PYTHON = "python"

_STEMMED = ("__main__", "__mp_main__")
_LOADED_BY_PREFECT = "__prefect_loader_"
_HERE = __name__.partition(".")[0]
_INSTALLED = (f"{os.sep}site-packages{os.sep}", f"{os.sep}dist-packages{os.sep}")


def owner_of(module: str, file: str | None = None) -> str:
    """Say whose a module is: `own`, `python`, or the top-level name of an installed package.

    What is installed for editing is the user's own. bridge itself is a package, wherever it lies.

    Args:
        module: Its full name.
        file: Its file, where that is known; else the loaded module is asked, then the import system.

    >>> owner_of("json.decoder"), owner_of("blake3"), owner_of("bridge.store")
    ('python', 'blake3', 'bridge')
    """
    if file is None:
        file = _file_of(module)
    return _owner(module.partition(".")[0], file)


@lru_cache(maxsize=4096)
def _owner(top: str, file: str | None) -> str:
    if top == _HERE:
        return top
    if file is None:
        return PYTHON if top in sys.builtin_module_names or top in sys.stdlib_module_names else _found(top)
    if file.startswith("<") or file in {"built-in", "frozen"}:
        return PYTHON if top in sys.stdlib_module_names else OWN
    path = os.path.abspath(file)  # noqa: PTH100 - text in, text out
    if any(mark in path for mark in _INSTALLED):
        return top
    return PYTHON if path.startswith(_PYTHON) else OWN


def _file_of(module: str) -> str | None:
    loaded = sys.modules.get(module)
    return getattr(loaded, "__file__", None)


def _found(top: str) -> str:
    """The owner of a package without a file: one that is not loaded, or is spread over folders."""
    if top in _STEMMED:
        return OWN
    try:
        spec = util.find_spec(top)
    except (ImportError, ValueError):
        spec = None
    if spec is None:
        return top if top in sys.modules else OWN
    places = [spec.origin] if spec.origin else list(spec.submodule_search_locations or ())
    if not places or places[0] in {"built-in", "frozen", "namespace"}:
        return top
    return _owner(top, f"{places[0]}{os.sep}")


def _python_folders() -> tuple[str, ...]:
    folders = {sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib"), os.path.dirname(os.__file__)}  # noqa: PTH120
    folders |= {os.path.realpath(folder) for folder in folders}
    return tuple(sorted(f"{folder}{os.sep}" for folder in folders))


_PYTHON = _python_folders()


def label_of(namespace: dict[str, Any], file: str) -> str:
    """What a module is called wherever it was started from: a script by its file, not `__main__`.

    >>> label_of({"__name__": "__main__"}, "/home/ada/churn.py"), label_of({"__name__": "churn.clean"}, "…/clean.py")
    ('churn', 'churn.clean')
    """
    name = str(namespace.get("__name__", ""))
    if name in _STEMMED and getattr(namespace.get("__spec__"), "name", None) not in (None, *_STEMMED):
        return str(namespace["__spec__"].name)
    if not name or name in _STEMMED or name.startswith(_LOADED_BY_PREFECT):
        file = str(namespace.get("__file__") or file)
        if file.startswith("<") or not file:
            return "__main__"
        return os.path.splitext(os.path.basename(file))[0]  # noqa: PTH119, PTH122 - text in, text out
    return name


@lru_cache(maxsize=1024)
def version_of(package: str) -> tuple[str, str]:
    """The distribution that a package comes from, and its version; `unknown` if none says so.

    >>> version_of("blake3")[0]
    'blake3'
    """
    if package == PYTHON:
        return "python", f"{sys.version_info.major}.{sys.version_info.minor}"
    try:
        return package, metadata.version(package)
    except metadata.PackageNotFoundError:
        said = getattr(sys.modules.get(package), "__version__", None)
    if isinstance(said, str):
        return package, said
    names = sorted(set(_distributions().get(package, ())))
    return "+".join(names) or package, "+".join(metadata.version(name) for name in names) or "unknown"


@lru_cache(maxsize=1)
def _distributions() -> dict[str, list[str]]:
    """Packages with the distributions they come from; reads every installed one, so it is asked last."""
    return dict(metadata.packages_distributions())
