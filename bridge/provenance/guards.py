"""What must still hold for code that was walked once to be the same code now."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Mapping
from typing import Any

from blake3 import blake3

from bridge.provenance.constants import LARGE, digest_of_buffer

MISSING: Any = object()
"""Stands for a name that is not there."""

_FIXED = (type(None), bool, int, float, complex, str, bytes)


class Guards:
    """Every name that was looked up, with what it was. Asking them all again costs a few microseconds.

    What cannot change is compared by being the same object. What can (a list, a frame, an instance) is fingerprinted
    again: its pickle is compared, which is quick and says nothing outside this process.

    >>> guards, namespace = Guards(), {"LIMIT": 5, "ROWS": [1]}
    >>> guards.item(namespace, "LIMIT", 5)
    >>> guards.live(lambda: namespace["ROWS"])
    >>> guards.hold()
    True
    >>> namespace["ROWS"].append(2)
    >>> guards.hold()
    False
    """

    def __init__(self) -> None:
        self._items: list[tuple[Mapping[str, Any], str, Any]] = []
        self._attributes: list[tuple[Any, str, Any]] = []
        self._sizes: list[tuple[Any, int]] = []
        self._live: list[tuple[Callable[[], Any], bytes | None]] = []

    def item(self, namespace: Mapping[str, Any], name: str, value: Any) -> None:
        """A name of a namespace stands for this very object."""
        self._items.append((namespace, name, value))

    def attribute(self, owner: Any, name: str, value: Any) -> None:
        """An attribute is this very object."""
        self._attributes.append((owner, name, value))

    def size(self, namespace: Any) -> None:
        """No name was added to a namespace."""
        self._sizes.append((namespace, len(namespace)))

    def live(self, fetch: Callable[[], Any]) -> None:
        """What is fetched has the content that it has now; it is not kept alive."""
        self._live.append((fetch, fingerprint(fetch())))

    def hold(self) -> bool:
        """Whether nothing has changed."""
        try:
            return (
                all(namespace.get(name, MISSING) is value for namespace, name, value in self._items)
                and all(getattr(owner, name, MISSING) is value for owner, name, value in self._attributes)
                and all(len(namespace) == size for namespace, size in self._sizes)
                and all(before is not None and fingerprint(fetch()) == before for fetch, before in self._live)
            )
        except Exception:  # noqa: BLE001 - a user's object may raise anything; then it is walked again
            return False


def is_fixed(value: Any, depth: int = 0) -> bool:
    """Whether a value cannot change, so that being the same object is enough.

    >>> is_fixed((1, "a")), is_fixed([1])
    (True, False)
    """
    if type(value) in _FIXED:
        return True
    return type(value) in (tuple, frozenset) and depth < 4 and all(is_fixed(one, depth + 1) for one in value)


def fingerprint(value: Any) -> bytes | None:
    """The content of a value, to be compared within this process; None if it cannot be told.

    >>> fingerprint([1]) == fingerprint([1]) != fingerprint([1.0])
    True
    """
    buffers: list[pickle.PickleBuffer] = []
    try:
        text = pickle.dumps(value, 5, buffer_callback=buffers.append)
        text = text if len(text) < LARGE else blake3(text).digest()
        return b"".join((text, *(digest_of_buffer(buffer) for buffer in buffers)))
    except Exception:  # noqa: BLE001 - whatever pickling the user's objects raises
        return None
