"""When Prefect is extended: its engines as soon as they are loaded, whoever loads them, and the rest at once.

Prefect loads its engines with the first run. A process that only looks at flows, to deploy, show or collect them, never
does. A Prefect that bridge has not been tried with is looked at when the decorators are imported, so that the word that
it does not fit comes then.
"""

from __future__ import annotations

import importlib
import re
import sys
from types import ModuleType

import prefect

from bridge.domain.watching import Watch
from bridge.flows import engine

TRIED = ((3, 7, 0), (3, 8, 8))
"""The first and the last release of Prefect that is known to fit."""


def arm() -> None:
    """Extend Prefect. Doing it twice is doing it once.

    Raises:
        HostVersionError: If the installed Prefect is none that bridge fits.
    """
    if not is_known(prefect.__version__):
        engine.check()
    _watch.begin()
    for name in engine.ENGINES:
        if name in sys.modules:
            importlib.import_module(name)  # another thread may be about to
    engine.install()


def is_known(release: str) -> bool:
    """Whether a release of Prefect is known to fit.

    >>> is_known("3.7.2"), is_known("3.8.9"), is_known("3.8.4.dev6"), is_known("2.20.1")
    (True, False, False, False)
    """
    if not re.fullmatch(r"\d+\.\d+\.\d+", release):
        return False
    return TRIED[0] <= tuple(map(int, release.split("."))) <= TRIED[1]


def _loaded(module: ModuleType) -> None:
    from bridge.workspace.guard import guarded

    guarded("extending Prefect", lambda: engine.install(module.__name__), on_error="warn")


_watch = Watch(engine.ENGINES, _loaded)
