"""The code that a step ran, as a document in the catalog."""

from __future__ import annotations

import hashlib
import inspect
import json
from functools import lru_cache
from typing import Any

from bridge.workspace import Workspace


def code_of_step(workspace: Workspace, fn: Any) -> str | None:
    """Digest of the document of the code that a function reaches, its own first; None if it has no code."""
    document = _document(inspect.unwrap(fn))
    return workspace.keep_document(document) if document is not None else None


@lru_cache(maxsize=4096)
def _document(fn: Any) -> str | None:
    code = getattr(fn, "__code__", None)
    if code is None:
        return None
    try:
        lines, first = inspect.getsourcelines(fn)
        text = "".join(lines)
    except (OSError, TypeError):
        text, first = "", code.co_firstlineno
    part = {
        "name": f"{fn.__module__}:{fn.__qualname__}",
        "kind": "function",
        "digest": f"sha256:{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()}",
        "text": text,
        "file": code.co_filename,
        "line": first,
    }
    return json.dumps({"layout": 1, "parts": [part]})
