"""Who is told of model versions that were registered: floors above this one, which it does not know."""

from __future__ import annotations

import threading
from collections.abc import Callable

from bridge.domain.model import ModelVersion

Listener = Callable[[ModelVersion], None]

_lock = threading.Lock()
_listeners: list[Listener] = []


def add_listener(listener: Listener) -> None:
    """Have a function called with each model version that this process registers, from the tracker's thread.

    Adding it twice is adding it once.
    """
    with _lock:
        if listener not in _listeners:
            _listeners.append(listener)


def announce(model: ModelVersion) -> None:
    """Tell the listeners; what one of them raises is the tracker's to report."""
    with _lock:
        listeners = list(_listeners)
    for listener in listeners:
        listener(model)
