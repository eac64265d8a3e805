"""The code that a step ran, as a document in the catalog."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

from bridge.provenance import Code
from bridge.provenance.sketch import sketched
from bridge.workspace import Workspace

MOST_KEPT = 1000

_kept: OrderedDict[tuple[int, int], tuple[Code, Workspace, str]] = OrderedDict()


def code_of_step(workspace: Workspace, fn: Any) -> str | None:
    """Digest of the document of the code that a task's function reaches, its own first.

    What was kept for the same code in this process is not written again.
    """
    code = sketched(fn)
    place = id(code), id(workspace)
    known = _kept.get(place)
    if known is not None and known[0] is code and known[1] is workspace:
        return known[2]
    digest = workspace.keep_document(code.document)
    _kept[place] = (code, workspace, digest)
    while len(_kept) > MOST_KEPT:
        _kept.popitem(last=False)
    return digest
