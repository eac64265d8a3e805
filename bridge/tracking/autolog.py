"""MLflow's autologging while flows ask for it, and the user's own settings of it as they were.

It is on or off for a process. What is slow in it stays off: models (bridge keeps those), data sets (MLflow reads and
hashes every one that a `fit` is given; bridge logs pointers to versions), signatures and input examples.
"""

from __future__ import annotations

import importlib
import threading
from typing import Any

OPTIONS = {
    "log_models": False,
    "log_datasets": False,
    "log_model_signatures": False,
    "log_input_examples": False,
    "silent": True,
}

_GLOBALLY = "globally_configured"


class Autologging:
    """On while somebody holds it. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._holders = 0
        self._before: dict[str, dict[str, Any]] | None = None

    def hold(self) -> None:
        """Turn it on, unless the user has done so himself: then his own settings count."""
        with self._lock:
            self._holders += 1
            if self._before is None:
                self._turn_on()

    def release(self, *, at_once: bool = True) -> None:
        """Turn it off if nobody else holds it.

        Args:
            at_once: False leaves it on until `rest` is called: for workers, to which the next task comes soon.
        """
        with self._lock:
            self._holders = max(0, self._holders - 1)
            if at_once and not self._holders:
                self._turn_off()

    def rest(self) -> None:
        """Turn it off if it was left on."""
        with self._lock:
            if not self._holders:
                self._turn_off()

    def _turn_on(self) -> None:
        known = _known()
        own = known.get("mlflow", {})
        if own and not own.get("disable", False):
            return
        self._before = {name: dict(config) for name, config in known.items()}
        importlib.import_module("mlflow").autolog(**OPTIONS)

    def _turn_off(self) -> None:
        if self._before is None:
            return
        before, self._before = self._before, None
        importlib.import_module("mlflow").autolog(disable=True, silent=True)
        known = _known()
        known["mlflow"] = before.get("mlflow", {})
        for name, config in list(known.items()):
            if config.get(_GLOBALLY):
                known[name] = before.get(name, {})


def _known() -> dict[str, dict[str, Any]]:
    """MLflow's settings by library: private, as there is no public way to know what the user has set."""
    found: dict[str, dict[str, Any]] = importlib.import_module(
        "mlflow.utils.autologging_utils"
    ).AUTOLOGGING_INTEGRATIONS
    return found


_autologging = Autologging()
hold, release, rest = _autologging.hold, _autologging.release, _autologging.rest
