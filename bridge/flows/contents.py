"""Which version a value is, by its content: the last way in which an input is known."""

from __future__ import annotations

import sys
from typing import Any

from bridge.domain.version import VersionRef
from bridge.flows.current import RunContext
from bridge.flows.identity import members
from bridge.workspace import Workspace

TELLS_BY_ITSELF = 1024
"""Bytes. Content of less than this is tied only to versions of the same flow run: small values are alike by chance."""

SHORTEST = 32
"""Characters of text, or bytes, that are looked up at all."""

LARGEST_HERE = 1 << 20
"""Bytes of a value that is looked up in the process that runs the flow, where values are known by themselves."""

LARGEST_ELSEWHERE = 64 << 20
"""Bytes of a value that is looked up in another process, where no value is known by itself."""


def version_of_content(workspace: Workspace, value: Any, run: RunContext | None, *, largest: int) -> VersionRef | None:
    """The version that holds just what a value holds; None if there is none, or looking would say little or cost much.

    Raises:
        CatalogError: If the catalog cannot be read.
    """
    if not is_worth_looking_up(value) or rough_size(value) > largest:
        return None
    digest, size = workspace.digest_of(value) or (None, 0)
    if digest is None:
        return None
    if run is not None:
        made = workspace.catalog.of_digest(digest, run_ids=tuple(dict.fromkeys((run.id, run.root_id))))
        if made is not None:
            return made.ref
    found = workspace.catalog.of_digest(digest) if size >= TELLS_BY_ITSELF else None
    return found.ref if found is not None else None


def is_worth_looking_up(value: Any) -> bool:
    """Whether equal content says anything: no number, truth value, short text or empty container does.

    >>> [is_worth_looking_up(value) for value in (None, True, 0.25, "accuracy", [], [0.25])]
    [False, False, False, False, False, True]
    """
    if value is None or isinstance(value, (bool, int, float, complex)):
        return False
    if isinstance(value, (str, bytes, bytearray)):
        return len(value) >= SHORTEST
    return not isinstance(value, (list, tuple, dict, set, frozenset)) or bool(value)


def rough_size(value: Any, depth: int = 0) -> int:
    """About how many bytes a value takes, without a pass over its data.

    >>> rough_size(b"12345678") >= 8
    True
    """
    if isinstance(known := getattr(value, "nbytes", None), int):
        return known
    if callable(per_column := getattr(value, "memory_usage", None)):  # pandas
        return int(sum(per_column(deep=False)))
    own = sys.getsizeof(value, 64)
    inside = list(members(value)) if depth < 4 else []
    if not inside:
        return own
    return own + sum(rough_size(member, depth + 1) for member in inside) * len(value) // len(inside)
