"""What an input of a task is, as a digest: from lineage if it is known and unchanged, else from the value.

| value | digest |
|---|---|
| saved, loaded or digested before, and unchanged since (`watch`) | the one that was noted; nothing is read |
| a path | of the file or folder, read again if it was touched |
| a function, a class, a partial | of the code that it reaches |
| a container of other things than plain values | of its members' digests |
| a pandas or Arrow table above 64 MiB | of its columns where they lie: to make Parquet of it costs ten times as much |
| anything else | that of a version which would hold it |
| what only pickle holds | of what it would be rebuilt from |

What holds an object or a function of the user's own modules has the digest of their code added to it: a version of it
only names them.

So equal plain values, arrays and smaller tables have one digest, whether they come out of a task or were made by hand.
A large table, a container or a pickled object that was made by hand has another than one that a task returned: the task
then runs once more.
"""

from __future__ import annotations

import types
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from bridge.domain.errors import UndigestibleError
from bridge.domain.version import VersionRef
from bridge.flows.caching.noted import Digest, noted
from bridge.flows.caching.paths import paths
from bridge.flows.caching.watch import Watch, watch
from bridge.flows.contents import rough_size
from bridge.materializers import type_name
from bridge.provenance import bare, class_label, digest_of_text, is_own, reached
from bridge.workspace import Workspace

LARGE_TABLE = 64 << 20
"""Bytes of a table whose digest is taken of its columns as they lie."""

WORTH_NOTING = 1 << 14
"""Bytes of a list or dictionary whose digest is noted; below, to take it again is as quick as to ask."""

_SCALARS = (type(None), bool, int, float, complex, str, bytes)
_CONTAINERS = (list, tuple, dict, set, frozenset)
_CODE = (types.FunctionType, types.BuiltinFunctionType, type, partial)
_DEEPEST = 16


def digest_of_input(workspace: Workspace, value: Any) -> Digest:
    """What an input is.

    Raises:
        UndigestibleError: If it is not told by its content: an open file, a connection.

    >>> from bridge.workspace import current
    >>> len({digest_of_input(current(), value).digest for value in (1, 1.0, "1", True, [1], (1,), {1}, None)})
    8
    """
    return _digest(workspace, value, 0)


def note_version(value: Any, before: Watch | None, *, digest: str | None, version: VersionRef) -> None:
    """Note that an object is a version: it was saved, or loaded.

    Args:
        value: The object.
        before: From `watch`, called before it was saved, or right after it was loaded.
        digest: Of the version; None (it could not be stored) notes nothing.
        version: Its name and number.
    """
    if digest is not None and type(value) not in _SCALARS and not isinstance(value, Path):
        noted.note(value, before, Digest(digest, _type_of(value), "lineage", version))


def _digest(workspace: Workspace, value: Any, depth: int) -> Digest:
    if depth > _DEEPEST:
        raise UndigestibleError(type_name(value), "it is nested too deeply")
    if type(value) in _SCALARS:
        return Digest(_of_version(workspace, value), _type_of(value))
    if isinstance(value, Path):
        return Digest(paths.digest_of(workspace, value), _type_of(value))
    if isinstance(value, _CODE):
        return Digest(_of_code(value), _type_of(value))
    known = noted.find(value)
    if known is not None:
        return _with_code(known[0], known[1].own)
    is_container = type(value) in _CONTAINERS
    if is_container and not _is_plain(value, 0):
        return Digest(_of_members(workspace, value, depth), _type_of(value))
    before = watch(value) if not is_container or rough_size(value) >= WORTH_NOTING else None
    is_told = is_container or before is not None  # else it holds code that a version would only name
    digest = Digest(_of_version(workspace, value) if is_told else _of_code(value), _type_of(value))
    noted.note(value, before, digest)
    return _with_code(digest, before.own if before is not None else ())


def _of_members(workspace: Workspace, value: Any, depth: int) -> str:
    if isinstance(value, dict):
        members: Iterable[Any] = (one for pair in value.items() for one in pair)
    else:
        members = value
    told = [f"{one.type} {one.digest}" for one in (_digest(workspace, member, depth + 1) for member in members)]
    if isinstance(value, (set, frozenset)):
        told.sort()
    return f"members:{digest_of_text(type(value).__name__, *told)}"


def _is_plain(value: Any, depth: int) -> bool:
    if type(value) in _SCALARS:
        return True
    if type(value) not in _CONTAINERS or depth > _DEEPEST:
        return False
    if isinstance(value, dict):
        return all(type(key) in _SCALARS and _is_plain(one, depth + 1) for key, one in value.items())
    return all(_is_plain(one, depth + 1) for one in value)


def _of_version(workspace: Workspace, value: Any) -> str:
    """What a version would have that holds the value, where that is not too dear."""
    found = None if _is_large_table(value) else workspace.digest_of(value)
    return found[0] if found is not None else _of_code(value)


def _of_code(value: Any) -> str:
    """By what is reached from it: a function's code, an object's state with the code of its classes."""
    return f"content:{_reached(value).partition(':')[2]}"


def _with_code(digest: Digest, own: tuple[Any, ...]) -> Digest:
    """What a value does depends on the code of the user's classes and functions in it, which a version only names."""
    if not own:
        return digest
    return replace(digest, digest=f"{digest.digest}+{digest_of_text(*sorted(map(_reached, own)))}")


def _reached(thing: Any) -> str:
    code = reached(thing)
    if code.unstable:
        raise UndigestibleError(type_name(thing), "; ".join(one.why for one in code.unstable))
    return code.digest


def _type_of(value: Any) -> str:
    """The type as people write it; one of the user's without where its module was started from."""
    return bare(class_label(type(value))[0]).replace(":", ".") if is_own(type(value)) else type_name(value)


def _is_large_table(value: Any) -> bool:
    return type(value).__module__.partition(".")[0] in {"pandas", "pyarrow"} and rough_size(value) >= LARGE_TABLE
