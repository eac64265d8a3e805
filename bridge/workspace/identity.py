"""Which workspace this is, whatever its addresses are called on this machine."""

from __future__ import annotations

import threading
import uuid
from weakref import WeakKeyDictionary

from bridge.domain.ports import Catalog

NAME = "workspace"
"""Under which the catalog keeps it."""

_known: WeakKeyDictionary[Catalog, str] = WeakKeyDictionary()
_lock = threading.Lock()


def identity_of(catalog: Catalog) -> str:
    """An id that a catalog is given when it is first asked for, and keeps.

    Raises:
        CatalogError: If the catalog cannot be read.
    """
    known = _known.get(catalog)
    if known is not None:
        return known
    with _lock:
        known = _known.get(catalog)
        if known is None:
            found = catalog.result(NAME) or catalog.add_result(NAME, uuid.uuid4().hex.encode())
            known = _known[catalog] = found.decode()
        return known
