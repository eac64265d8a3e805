"""Large values that many task runs get: saved once, and loaded once in each process that runs them.

Prefect pickles what it sends to another process, for every task run anew. Here a small object goes instead, which says
which version the value is. A process keeps what it has loaded, as long as nobody changes it in place; an array is
mapped from the store where that is a folder, so that all processes of a machine share its memory.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from bridge.domain.version import Version
from bridge.flows.caching import noting
from bridge.flows.caching.noted import noted
from bridge.flows.contents import rough_size
from bridge.flows.identity import table
from bridge.flows.values import save
from bridge.workspace import current

LARGE = 1 << 20
"""Bytes from which on a value is passed by its version."""

MOST_HELD = 8
"""Values that a process keeps."""


@dataclass(frozen=True, slots=True)
class Passed:
    """A value that is passed by its version.

    Args:
        version: What it is.
    """

    version: Version


def passed(value: Any, name: str) -> Any:
    """What to send instead of a value: the version that it is, or as which it is saved; a small one as it is.

    Args:
        value: What every task run gets.
        name: Artifact's name, if it has to be saved.

    Raises:
        BridgeError: If it cannot be saved.

    >>> passed(3, "n")
    3
    """
    if value is None or isinstance(value, Passed) or rough_size(value) < LARGE:
        return value
    workspace = current()
    stored = workspace.put_value(value, name, where="a study", preview=False)  # writes nothing that is there
    if stored.manifest is None:
        return value
    for ref, _ in table.find(value):
        version = workspace.resolve(str(ref))
        if version.digest == stored.manifest.digest:  # else it was changed since
            return Passed(version)
    return Passed(save(value, name, preview=False))


class _Held:
    """What this process has loaded. Thread-safe: of those that need a value at once, one loads it."""

    def __init__(self) -> None:
        self._values: OrderedDict[str, Any] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, version: Version) -> Any:
        """The value of a version; loaded again, if somebody has changed it in place."""
        key = version.digest or str(version.ref)
        with self._lock:
            if key in self._values and noted.find(self._values[key]) is not None:
                self._values.move_to_end(key)
                return self._values[key]
            noting.begin()
            self._values.pop(key, None)
            value = current().load_version(version, in_run=True)
            noting.after(value, noting.before(value), version)
            self._values[key] = value
            while len(self._values) > MOST_HELD:
                self._values.popitem(last=False)
            return value


_held = _Held()


def taken(sent: Passed) -> Any:
    """The value of what was passed."""
    return _held.get(sent.version)
