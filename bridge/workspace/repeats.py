"""Objects that were saved, so that one that comes again unchanged is not made into files again."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from xxhash import xxh3_128

from bridge import materializers
from bridge.domain.manifest import Manifest

SMALLEST = 1 << 20
"""Bytes. Making files of less than this costs less than finding out that it need not be done."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What the store has of an object.

    Args:
        manifest: Its files.
        facts: What its materializer said of it.
        fingerprint: The object as it was.
    """

    manifest: Manifest
    facts: Mapping[str, Any]
    fingerprint: str


class Repeats:
    """Which objects the store has, as far as they can be referred to weakly. Thread-safe.

    An object is never trusted to be unchanged: it is hashed again. XXH3 does that at the speed of memory; it tells
    whether an object was changed, and names nothing.

    >>> Repeats().find([1, 2])
    """

    def __init__(self) -> None:
        self._kept: dict[int, tuple[weakref.ref[Any], Kept]] = {}
        self._lock = threading.Lock()

    def find(self, value: Any) -> Kept | None:
        """What the store has of just this object, if it is still as it was."""
        with self._lock:
            entry = self._kept.get(id(value))
        if entry is None or entry[0]() is not value:
            return None
        kept = entry[1]
        try:
            return kept if fingerprint(value) == kept.fingerprint else None
        except Exception:  # noqa: BLE001 - then it is saved as if it had not been seen
            return None

    def note(self, value: Any, manifest: Manifest, facts: Mapping[str, Any]) -> None:
        """Note that an object was saved, if knowing it again is worth its while."""
        if manifest.size < SMALLEST or materializers.is_unsafe(manifest.format):
            return
        key = id(value)
        try:
            reference = weakref.ref(value, lambda _: self._kept.pop(key, None))
            kept = Kept(manifest, facts, fingerprint(value))
        except Exception:  # noqa: BLE001 - what cannot be referred to weakly or pickled is not known again
            return
        with self._lock:
            self._kept[key] = (reference, kept)


def fingerprint(value: Any) -> str:
    """What an object is at this moment, to be compared with what it is later in this process.

    Raises:
        Exception: What pickling the value raises.

    >>> fingerprint([1, 2]) == fingerprint([1, 2]) != fingerprint([2, 1])
    True
    """
    return materializers.streamed_digest(value, xxh3_128())
