"""Lets fits in several tasks at once each be logged by MLflow's autologging.

So that a forest's trees are not logged beside the forest, MLflow keeps a stack of the fits that go on, and logs only
the outermost: one stack for all threads, so that of two tasks that fit at once one is not logged. Here a task sees its
own fits only. A thread that belongs to no task, such as those in which a library fits parts of a model, sees all.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from bridge.tracking.own_runs import OwnRuns, own_runs

AUTOLOGGING = "mlflow.utils.autologging_utils"
NAME = "_get_new_training_session_class"


class Fits:
    """A stack for the code that asks: of its task, or of all.

    >>> fits = Fits()
    >>> fits.append("outer")
    >>> len(fits), fits[-1], fits.pop(), len(fits)
    (1, 'outer', 'outer', 0)
    """

    def __init__(self) -> None:
        self._all: list[tuple[OwnRuns | None, Any]] = []

    def _mine(self) -> list[Any]:
        owner = own_runs.get()
        return [fit for whose, fit in list(self._all) if owner is None or whose is owner]

    def __len__(self) -> int:
        return len(self._mine())

    def __iter__(self) -> Iterator[Any]:
        return iter(self._mine())

    def __getitem__(self, place: int) -> Any:
        return self._mine()[place]

    def append(self, fit: Any) -> None:
        """Begin a fit."""
        self._all.append((own_runs.get(), fit))

    def pop(self) -> Any:
        """End the fit that was begun last."""
        ended = self._mine()[-1]
        self._all[:] = [(whose, fit) for whose, fit in self._all if fit is not ended]
        return ended


def extend() -> None:
    """Give each library's kind of fit such a stack, those that are loaded later too."""
    module: Any = sys.modules.get(AUTOLOGGING)
    own = getattr(module, NAME, None)
    if own is None:
        return

    def new_training_session_class() -> Any:
        made = own()
        made._session_stack = Fits()
        return made

    for known in getattr(module, "_training_sessions", []):
        known._session_stack = Fits()
    setattr(module, NAME, new_training_session_class)
