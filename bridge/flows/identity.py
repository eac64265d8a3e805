"""Which version an object is, by the object itself."""

from __future__ import annotations

import threading
import types
import weakref
from collections import OrderedDict
from collections.abc import Collection, Iterator
from functools import lru_cache
from pathlib import PurePath
from typing import Any

from bridge.domain.version import Tie, VersionRef

MOST_MEMBERS = 256
"""Members of a container that are remembered or looked at; beyond that only the container is."""

DEEPEST = 4
"""Levels of containers within containers that are looked into."""

STRONG_LIMIT = 1 << 20
"""Bytes. A builtin value that was saved as more than this is not kept alive: its members vouch for it."""

MOST_LOOSE = 4096
"""Entries kept for values that no flow run owns (tasks called outside flows)."""

_NEVER = (
    bool,
    type(None),
    type,
    types.FunctionType,
    types.ModuleType,
    types.BuiltinFunctionType,
    type(Ellipsis),
)
_CONTAINERS = (list, tuple, dict, set, frozenset)
_SCALARS = (int, float, complex, str, bytes)
Known = tuple[VersionRef, Tie]


def members(value: Any) -> Iterator[Any]:
    """The members of a builtin container, at most `MOST_MEMBERS`; nothing for any other value.

    >>> list(members({"a": [1], "b": 2}))
    [[1], 2]
    """
    if isinstance(value, dict):
        yield from list(value.values())[:MOST_MEMBERS]
    elif isinstance(value, (list, tuple)):
        yield from value[:MOST_MEMBERS]
    elif isinstance(value, (set, frozenset)):
        yield from list(value)[:MOST_MEMBERS]


def is_telling(value: Any) -> bool:
    """Whether being this very object says anything: small and interned values are shared by unrelated code.

    >>> is_telling(7), is_telling("accuracy"), is_telling(0.8312), is_telling([])
    (False, False, True, True)
    """
    if isinstance(value, _NEVER):
        return False
    if type(value) is int:
        return not -5 <= value <= 256
    if type(value) is str:
        return len(value) > 1 and not value.isidentifier()
    if type(value) is bytes:
        return len(value) > 1
    return not (isinstance(value, (tuple, frozenset)) and not value)


def constants_of(fn: Any) -> frozenset[int]:
    """Ids of the constants in a function's code: equal ones are one object wherever a module has them.

    >>> def threshold(): return 0.25
    >>> id(threshold()) in constants_of(threshold)
    True
    """
    code = getattr(fn, "__code__", None)
    return _constants(code) if isinstance(code, types.CodeType) else frozenset()


@lru_cache(maxsize=4096)
def _constants(code: types.CodeType) -> frozenset[int]:
    found: set[int] = set()
    waiting: list[Any] = [code]
    while waiting:
        one = waiting.pop()
        found.add(id(one))
        if isinstance(one, types.CodeType):
            waiting += one.co_consts
        elif isinstance(one, (tuple, frozenset)):
            waiting += one
    return frozenset(found)


class _Entry:
    """What is known of an object, with the means to tell it from another at the same address."""

    __slots__ = ("known", "scope", "strong", "weak", "witness")

    def __init__(self, value: Any, known: tuple[Known, ...], scope: str | None, size: int) -> None:
        self.known, self.scope = known, scope
        self.strong: Any = None
        self.weak: weakref.ref[Any] | None = None
        self.witness: tuple[int, ...] | None = None
        try:
            self.weak = weakref.ref(value)
        except TypeError:
            if size <= STRONG_LIMIT or isinstance(value, PurePath):  # whose content is large, not it
                self.strong = value
            else:
                self.witness = _witness(value)

    def is_of(self, value: Any) -> bool:
        if self.weak is not None:
            return self.weak() is value
        return value is self.strong if self.witness is None else self.witness == _witness(value)


def _witness(value: Any) -> tuple[int, ...]:
    size = len(value) if hasattr(value, "__len__") else 0
    return (hash(type(value)), size, *(id(member) for member in list(members(value))[:8]))


class IdentityTable:
    """Which version an object is.

    Objects that allow it are referred to weakly. Builtins are kept alive while the flow run that made them lives, if
    they are small. Members of containers stand for the container's version unless they are versions themselves, or
    plain numbers and text, which unrelated code may share. Thread-safe.

    >>> table, value = IdentityTable(), [1.5, 2.5]
    >>> table.remember(value, (VersionRef("numbers", 1), "identity"), scope="run", size=10)
    >>> table.find(value)
    ((VersionRef(name='numbers', number=1), 'identity'),)
    """

    def __init__(self) -> None:
        self._entries: OrderedDict[int, _Entry] = OrderedDict()
        self._scopes: dict[str, list[int]] = {}
        self._loose = 0
        self._lock = threading.Lock()

    def remember(
        self,
        value: Any,
        known: Known,
        *,
        scope: str | None,
        size: int = 0,
        constants: frozenset[int] = frozenset(),
    ) -> None:
        """Note that an object, with its members, is a version.

        Args:
            value: The object.
            known: The version, and how a step that receives the object is tied to it.
            scope: Outermost flow run, with which the entry goes; None for none.
            size: Bytes of the saved value: decides whether a builtin is kept alive.
            constants: Ids of objects that tell nothing, as code shares them: see `constants_of`.
        """
        if id(value) in constants:
            return
        with self._lock:
            self._remember(value, known, scope, size, 0)

    def _remember(self, value: Any, known: Known, scope: str | None, size: int, depth: int) -> None:
        if depth > 0 and isinstance(value, _SCALARS):
            return
        if is_telling(value) and (depth == 0 or not self._is_known(value)):
            self._put(value, _Entry(value, (known,), scope, size))
        if depth < DEEPEST and isinstance(value, _CONTAINERS):
            for member in members(value):
                self._remember(member, known, scope, size, depth + 1)

    def _is_known(self, value: Any) -> bool:
        entry = self._entries.get(id(value))
        return entry is not None and entry.is_of(value)

    def _put(self, value: Any, entry: _Entry) -> None:
        key = id(value)
        before = self._entries.pop(key, None)
        if before is not None and before.scope is None:
            self._loose -= 1
        self._entries[key] = entry
        if entry.scope is not None:
            self._scopes.setdefault(entry.scope, []).append(key)
            return
        self._loose += 1
        while self._loose > MOST_LOOSE:
            oldest = next(key for key, held in self._entries.items() if held.scope is None)
            del self._entries[oldest]
            self._loose -= 1

    def find(self, value: Any) -> tuple[Known, ...]:
        """The versions that a value is, or that are in it; empty if none is known.

        A known object answers for its members; an unknown container is looked into.
        """
        with self._lock:
            found: dict[Known, None] = {}
            self._find(value, found, 0)
            return tuple(found)

    def _find(self, value: Any, found: dict[Known, None], depth: int) -> None:
        if is_telling(value):
            entry = self._entries.get(id(value))
            if entry is not None and entry.is_of(value):
                found.update(dict.fromkeys(entry.known))
                return
        if depth < DEEPEST and isinstance(value, _CONTAINERS):
            for member in members(value):
                self._find(member, found, depth + 1)

    def drop(self, refs: Collection[VersionRef]) -> None:
        """Let go of versions that are no more."""
        with self._lock:
            for key, entry in list(self._entries.items()):
                entry.known = tuple(known for known in entry.known if known[0] not in refs)
                if not entry.known:
                    del self._entries[key]
                    self._loose -= entry.scope is None

    def forget(self, scope: str) -> None:
        """Let go of what a flow run made; what is referred to weakly stays known while the user keeps it."""
        with self._lock:
            for key in self._scopes.pop(scope, ()):
                entry = self._entries.get(key)
                if entry is None or entry.scope != scope:
                    continue
                del self._entries[key]
                value = entry.weak() if entry.weak is not None else None
                if value is not None:
                    entry.scope = None
                    self._put(value, entry)


table = IdentityTable()
"""The table of this process."""
