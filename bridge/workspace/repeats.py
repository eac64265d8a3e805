"""Objects that were saved, so that one that comes again unchanged is not made into files again."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bridge import materializers
from bridge.domain.manifest import Manifest
from bridge.domain.ports import Sink
from bridge.store import digest_without_storing

SMALLEST = 1 << 20
"""Bytes. Making files of less than this costs less than finding out that it need not be done."""

_CHEAP = frozenset({"npy"})
"""Formats whose files cost no more to make than the object costs to hash."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What the store has of an object.

    Args:
        manifest: Its files.
        facts: What its materializer said of it.
        fingerprint: The object as it was; None where its files say that as cheaply.
    """

    manifest: Manifest
    facts: Mapping[str, Any]
    fingerprint: str | None


class Repeats:
    """Which objects the store has, as far as they can be referred to weakly. Thread-safe.

    An object is never trusted to be unchanged: it is hashed again, which for a table is a tenth of writing it.

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
            return kept if _is_as_it_was(value, kept) else None
        except Exception:  # noqa: BLE001 - then it is saved as if it had not been seen
            return None

    def note(self, value: Any, manifest: Manifest, facts: Mapping[str, Any]) -> None:
        """Note that an object was saved, if knowing it again is worth its while."""
        if manifest.size < SMALLEST or materializers.is_unsafe(manifest.format):
            return
        key = id(value)
        try:
            reference = weakref.ref(value, lambda _: self._kept.pop(key, None))
            fingerprint = None if manifest.format in _CHEAP else materializers.streamed_digest(value)
        except Exception:  # noqa: BLE001 - what cannot be referred to weakly or pickled is not known again
            return
        with self._lock:
            self._kept[key] = (reference, Kept(manifest, facts, fingerprint))


def _is_as_it_was(value: Any, kept: Kept) -> bool:
    if kept.fingerprint is not None:
        return materializers.streamed_digest(value) == kept.fingerprint

    def write(format: str, save: Callable[[Sink], Mapping[str, Any]]) -> str:
        return digest_without_storing(format, save)[0]

    return materializers.save(value, write) == kept.manifest.digest
