"""Digests of objects in this process, as long as the objects are as they were."""

from __future__ import annotations

import threading
import weakref
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any, Literal

from bridge.domain.version import VersionRef
from bridge.flows.caching.watch import Watch

MOST = 4096
"""Objects that are noted at once."""


@dataclass(frozen=True, slots=True)
class Digest:
    """What an input is.

    Args:
        digest: Of the content: that of the version which holds it, where there is or could be one.
        type: Qualified name of the value's Python type.
        how: *lineage*: taken from what was saved or loaded. *computed*: from the value, now or earlier.
        version: The version that it is; None if that is not known.
    """

    digest: str
    type: str
    how: Literal["lineage", "computed"] = "computed"
    version: VersionRef | None = None


class Noted:
    """Digests by object. Nothing is kept alive; what was changed in place is not found. Thread-safe.

    Another object at the same address is no danger: an object is found only if its content is what was noted.

    >>> from bridge.flows.caching.watch import watch
    >>> notes, rows = Noted(), [1, 2]
    >>> notes.note(rows, watch(rows), Digest("blake3:ab", "list"))
    >>> notes.find(rows)[0].digest
    'blake3:ab'
    >>> rows.append(3)
    >>> notes.find(rows)
    """

    def __init__(self) -> None:
        self._notes: OrderedDict[int, tuple[type, weakref.ref[Any] | None, Watch, Digest]] = OrderedDict()
        self._lock = threading.RLock()

    def note(self, value: Any, before: Watch | None, digest: Digest) -> None:
        """Note the digest of an object.

        Args:
            value: The object.
            before: From `watch`, called before the digest was taken. None: nothing is noted.
            digest: What it is.
        """
        if before is None:
            return
        key = id(value)
        try:
            reference = weakref.ref(value, lambda dead: self._gone(key, dead))
        except TypeError:
            reference = None
        with self._lock:
            self._notes[key] = (type(value), reference, before, digest)
            self._notes.move_to_end(key)
            while len(self._notes) > MOST:
                self._notes.popitem(last=False)

    def find(self, value: Any) -> tuple[Digest, Watch] | None:
        """The digest of an object, if it is known and the object was not changed since; with what tells that."""
        with self._lock:
            entry = self._notes.get(id(value))
        if entry is None or entry[0] is not type(value) or (entry[1] is not None and entry[1]() is not value):
            return None
        if entry[2].is_untouched(value):
            return entry[3], entry[2]
        with self._lock:
            if self._notes.get(id(value)) is entry:
                del self._notes[id(value)]
        return None

    def forget(self) -> None:
        """Let go of everything."""
        with self._lock:
            self._notes.clear()

    def _gone(self, key: int, dead: weakref.ref[Any]) -> None:
        with self._lock:
            entry = self._notes.get(key)
            if entry is not None and entry[1] is dead:
                del self._notes[key]


noted = Noted()
"""The notes of this process."""
