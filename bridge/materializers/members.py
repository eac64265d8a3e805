"""Containers that hold arrays, tables, estimators or files: stored member by member, each in its own format.

`index.json` says what the container is and where each member is; members that are JSON are in the index itself, the
others in a folder of their own. A container with a member that only pickle holds is of another format,
`members+pickle`, so that the format alone says whether loading can run code; loading the safe one refuses such members.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter, OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, BinaryIO

from bridge.domain.errors import BridgeError, UnreadableError, UnsafeFormatError
from bridge.domain.ports import Materializer, Sink, Source
from bridge.materializers import tagged
from bridge.materializers.classes import class_at, fields_of, kind_of, make, path_of
from bridge.materializers.declined import Declined
from bridge.materializers.mapping import beside, layout_of, memory_of
from bridge.materializers.names import type_name
from bridge.materializers.registry import Registry, is_last_resort
from bridge.materializers.survey import Level, survey

INDEX = "index.json"
MOST = 10_000
"""Members with files of their own; a container with more of them is one pickle rather than thousands of files."""

LISTED = 50
"""Members with files of their own whose facts are told, and types that are counted by name."""

DEPTH = 50
_PLAIN_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,39}")


class Members:
    """A list, tuple, dictionary, `Bunch`, dataclass, pydantic model or named tuple of members in safe formats.

    That two members are one and the same object is not kept.

    >>> import numpy as np
    >>> from bridge.materializers import for_value
    >>> for_value({"weights": np.zeros(3), "accuracy": 0.9}).format
    'members'
    """

    format = "members"
    _pickles = False

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def handles(self, value: object) -> bool:
        """Say whether it is such a container; asks for each member what stores it."""
        if _kind(value) is None:
            return False
        try:
            count = _count(value, self._registry, frozenset(), {})
        except RecursionError:
            return False
        return count is not None and 0 < count.own <= MOST and (self._pickles or not count.pickled)

    def save(self, value: Any, sink: Sink) -> Mapping[str, Any]:
        """Write `index.json` and a folder for each member that is not JSON.

        Raises:
            Declined: If a member turns out to need pickle, and this is the safe format.
        """
        entries: list[Any] = []
        facts: dict[str, Any] = {}
        types: Counter[str] = Counter()
        for position, (key, member) in enumerate(_items(value)):
            types[type_name(member)] += 1
            entry: dict[str, Any] = {} if key is None else {"key": tagged.encode(key[0])}
            if survey(member) is not Level.OTHER:
                entry["value"] = tagged.encode(member)
            else:
                name = "" if key is None else key[0]
                readable = f"-{name}" if isinstance(name, str) and _PLAIN_NAME.fullmatch(name) else ""
                entry.update(self._save_member(member, f"{position}{readable}", sink))
                told = {"format": entry["format"], **entry.pop("facts")}
                if len(facts) < LISTED:
                    facts[str(name) if key else str(position)] = told
            entries.append(entry)
        with sink.open(INDEX) as file:
            file.write(tagged.dumps({**_container(value), "members": entries}).encode())
        return {"length": len(entries), "types": dict(types.most_common(LISTED)), "members": facts}

    def _save_member(self, member: object, folder: str, sink: Sink) -> dict[str, Any]:
        declined = "nothing takes it"
        for attempt, materializer in enumerate(self._registry.candidates(member)):
            if is_last_resort(materializer) and not self._pickles:
                break
            place = folder if attempt == 0 else f"{folder}.{attempt}"
            try:
                facts = materializer.save(member, _SinkBelow(sink, place))
            except Declined as error:
                declined = str(error)
                continue
            return {"folder": place, "format": materializer.format, "facts": dict(facts)}
        raise Declined(f"the member {folder}: {declined}")

    def load(self, source: Source) -> Any:
        """Read the container with its members.

        Raises:
            UnreadableError: If the index is junk.
            UnsafeFormatError: If the safe format names a member in a format that is not.
        """
        try:
            with source.open(INDEX) as file:
                index = json.loads(file.read().decode())
            members = [(self._key(entry), self._load_member(entry, source)) for entry in index["members"]]
            return _make(index, members)
        except BridgeError:
            raise
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise UnreadableError(self.format, f"{type(error).__name__}: {error}") from error

    def _key(self, entry: dict[str, Any]) -> Any:
        return tagged.decode(entry["key"]) if "key" in entry else None

    def _load_member(self, entry: dict[str, Any], source: Source) -> Any:
        if "value" in entry:
            return tagged.decode(entry["value"])
        format = entry["format"]
        if not self._pickles and self._registry.is_unsafe(format):
            why = f"its member {entry['folder']} is in the format {format!r}, which the format {self.format!r} excludes"
            raise UnsafeFormatError("The container", why)
        return self._registry.for_format(format).load(_SourceBelow(source, entry["folder"]))


class MembersWithPickle(Members):
    """A container of which some members are pickled.

    >>> import numpy as np
    >>> from bridge.materializers import for_value, is_unsafe
    >>> for_value([np.zeros(3), object()]).format, is_unsafe("members+pickle")
    ('members+pickle', True)
    """

    format = "members+pickle"
    unsafe = True
    _pickles = True


class _Count:
    """How many members have files of their own, and whether some of them are pickled."""

    def __init__(self) -> None:
        self.own, self.pickled = 0, False


def _count(value: object, registry: Registry, path: frozenset[int], known: dict[int, _Count | None]) -> _Count | None:
    """Count without looking at data; None if it has a key that is not JSON."""
    if id(value) in path or len(path) > DEPTH:
        raise RecursionError("a container that holds itself, or is nested too deeply")
    count = _Count()
    path |= {id(value)}
    for key, member in _items(value):
        if key is not None and survey(key[0]) is Level.OTHER:
            return None
        if survey(member) is not Level.OTHER:
            continue
        if _kind(member) is not None:
            if id(member) not in known:
                known[id(member)] = _count(member, registry, path, known)
            inner = known[id(member)]
            if inner is not None and inner.own:
                count.own += inner.own
                count.pickled |= inner.pickled
            else:
                count.pickled = True
        else:
            first = registry.for_value(member)
            count.pickled |= is_last_resort(first)
            count.own += first.format != "pickle"  # modules and figures have more than a pickle
        if count.own > MOST:
            break
    return count


def _kind(value: object) -> str | None:
    kind = type(value)
    if kind in _KINDS:
        return None if kind is OrderedDict and value.__dict__ else _KINDS[kind]
    utils = sys.modules.get("sklearn.utils")
    if utils is not None and kind is getattr(utils, "Bunch", None):
        return "bunch"
    named = kind_of(kind)
    return named if named in _NAMED and fields_of(value) is not None else None


_KINDS: dict[type, str] = {list: "list", tuple: "tuple", dict: "dict", OrderedDict: "ordereddict"}
_NAMED = frozenset({"dataclass", "pydantic", "namedtuple"})


def _container(value: object) -> dict[str, Any]:
    kind = _kind(value)
    return {"kind": kind, "class": path_of(type(value))} if kind in _NAMED else {"kind": kind}


def _items(value: Any) -> Iterator[tuple[tuple[Any] | None, Any]]:
    if isinstance(value, dict):
        yield from (((key,), member) for key, member in value.items())
    elif _kind(value) in _NAMED:
        yield from (((key,), member) for key, member in (fields_of(value) or {}).items())
    else:
        yield from ((None, member) for member in value)


def _make(index: dict[str, Any], members: list[tuple[Any, Any]]) -> Any:
    kind = index["kind"]
    if kind in _NAMED:
        return make(class_at(index["class"], kind), kind, dict(members))
    if kind in {"dict", "ordereddict"}:
        return dict(members) if kind == "dict" else OrderedDict(members)
    if kind == "bunch":
        from sklearn.utils import Bunch

        return Bunch(**dict(members))
    if kind not in {"list", "tuple"}:
        raise ValueError(f"a container of the kind {kind!r} is unknown")
    values = [member for _, member in members]
    return tuple(values) if kind == "tuple" else values


class _SinkBelow:
    """A folder of a sink."""

    def __init__(self, sink: Sink, folder: str) -> None:
        self._sink, self._folder = sink, folder

    def open(self, path: str) -> AbstractContextManager[BinaryIO]:
        return self._sink.open(f"{self._folder}/{path}")

    def local(self, path: str) -> AbstractContextManager[Path]:
        return self._sink.local(f"{self._folder}/{path}")

    def beside(self, path: str, size: int) -> AbstractContextManager[BinaryIO | None]:
        return beside(self._sink, f"{self._folder}/{path}", size)


class _SourceBelow:
    """A folder of a source."""

    def __init__(self, source: Source, folder: str) -> None:
        self._source, self._folder = source, folder

    @property
    def paths(self) -> Sequence[str]:
        start = f"{self._folder}/"
        return [path[len(start) :] for path in self._source.paths if path.startswith(start)]

    def open(self, path: str) -> AbstractContextManager[BinaryIO]:
        return self._source.open(f"{self._folder}/{path}")

    def local(self, path: str = "") -> Path:
        if path:
            return self._source.local(f"{self._folder}/{path}")
        return self._source.local().joinpath(*self._folder.split("/"))

    def map(self, path: str) -> Any:
        return memory_of(self._source, f"{self._folder}/{path}")

    def layout(self, path: str) -> Any:
        return layout_of(self._source, f"{self._folder}/{path}")

    def beside(self, path: str, size: int) -> AbstractContextManager[BinaryIO | None]:
        return beside(self._source, f"{self._folder}/{path}", size)


_: type[Materializer] = Members
