"""Texts that many steps have in common, put into the catalog once by a process."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from weakref import WeakKeyDictionary

from bridge.domain.errors import CatalogError
from bridge.domain.ports import Catalog
from bridge.workspace.workspace import Workspace

MOST_KNOWN = 10_000

_known: WeakKeyDictionary[Catalog, OrderedDict[bytes, str]] = WeakKeyDictionary()
_lock = threading.Lock()


def keep_document(workspace: Workspace, text: str) -> str | None:
    """The digest under which the catalog keeps a text; None if it does not take it now."""
    name = hashlib.blake2b(text.encode("utf-8", "surrogatepass")).digest()
    with _lock:
        known = _known.setdefault(workspace.catalog, OrderedDict())
        digest = known.get(name)
    if digest is None:
        try:
            digest = workspace.catalog.put_document(text)
        except CatalogError:
            if workspace.settings.on_error == "raise":
                raise
            return None  # the step itself goes to the spool, and says so
        with _lock:
            known[name] = digest
            while len(known) > MOST_KNOWN:
                known.popitem(last=False)
    return digest
