"""Noting what values are while they are at hand: what is noted need not be hashed when the next task gets it.

Only in processes that have to do with `CONTENT`: elsewhere nobody asks.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from bridge.domain.version import Version

_asked = False


def begin() -> None:
    """From now on values are noted in this process."""
    global _asked
    _asked = True


def before(value: Any) -> Any:
    """What a value is before it is saved, or right after it was loaded; None if nobody asks.

    >>> before([1, 2]) is None or _asked
    True
    """
    if not _asked:
        return None
    from bridge.flows.caching.watch import watch

    with suppress(Exception):  # then it is hashed when it is asked for
        return watch(value)
    return None


def after(value: Any, seen: Any, version: Version) -> None:
    """Note that a value is a version.

    Args:
        value: The object.
        seen: What `before` said of it.
        version: What it was saved as, or loaded from.
    """
    if seen is None:
        return
    from bridge.flows.caching.inputs import note_version

    with suppress(Exception):  # as above
        note_version(value, seen, digest=version.digest, version=version.ref)
