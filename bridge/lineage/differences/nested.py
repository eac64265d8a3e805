"""Two values made of members, compared member by member."""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bridge.domain.content_difference import Change, Content, Member, NestedDifference, What
from bridge.lineage.differences.scalars import bare, scalar

DEPTH = 50
"""Levels of members that are looked into; what lies deeper is compared as a whole."""

Compare = Callable[[Any, Any], Content | None]

_PLAIN_KEY = re.compile(r"[A-Za-z_][\w-]*")
_PLAIN = (type(None), bool, int, float, complex, str, bytes)


def _unknown(old: Any, new: Any) -> Content | None:
    return None


def is_nested(value: object) -> bool:
    """Say whether a value is compared member by member.

    >>> is_nested({"a": 1}), is_nested([1]), is_nested("a")
    (True, True, False)
    """
    return isinstance(value, (Mapping, list, tuple, set, frozenset)) or _fields(value) is not None


def compare_nested(
    old: Any,
    new: Any,
    *,
    limit: int = 20,
    richly: Compare = _unknown,
    own: Compare = _unknown,
) -> NestedDifference:
    """Compare two values member by member.

    Members of mappings are matched by key, of dataclasses, models and named tuples by field, of sequences of one
    length by place. Of sequences of two lengths, what both begin and end with is the same, and between that members
    are added and removed. Numbers of two types differ (1 and 1.0), NaN equals NaN.

    Args:
        old: The old value.
        new: The new value.
        limit: Changes that are listed at most; all are counted.
        richly: Compares members that are neither plain nor nested; None for what it does not know.
        own: Is asked before fields of a member are looked into, as to its class; None for what it does not know.

    >>> found = compare_nested({"f1": 0.5, "labels": ["a"]}, {"f1": 0.75, "labels": ["a", "b"]})
    >>> [(change.path, change.what) for change in found.changes]
    [('f1', 'changed'), ('labels[1]', 'added')]
    """
    walk = _Walk(limit, richly, own)
    walk.visit("", old, new, 0)
    return NestedDifference(
        added=walk.counts["added"],
        removed=walk.counts["removed"],
        changed=walk.counts["changed"],
        unchanged=walk.counts["unchanged"],
        changes=tuple(walk.changes),
        members=tuple(walk.members),
    )


class _Walk:
    """Goes through two values at once and notes what differs."""

    def __init__(self, limit: int, richly: Compare, own: Compare) -> None:
        self.limit, self.richly, self.own = limit, richly, own
        self.counts: Counter[str] = Counter()
        self.changes: list[Change] = []
        self.members: list[Member] = []
        self.above: set[tuple[int, int]] = set()

    def only(self, path: str, member: Any, what: What) -> None:
        """Note a member that only one of both has."""
        self.note(path, *((None, member) if what == "added" else (member, None)), what=what)

    def note(self, path: str, old: Any, new: Any, *, what: What = "changed") -> None:
        self.counts[what] += 1
        if len(self.changes) < self.limit:
            self.changes.append(Change(path, scalar(old), scalar(new), what))

    def visit(self, path: str, old: Any, new: Any, depth: int) -> None:
        old, new = bare(old), bare(new)
        if old is new:
            self.counts["unchanged"] += 1
        elif type(old) in _PLAIN or type(new) in _PLAIN:
            self._visit_plain(path, old, new)
        elif is_nested(old) and is_nested(new):
            self._visit_nested(path, old, new, depth)
        else:
            self._visit_rich(path, old, new)

    def _visit_nested(self, path: str, old: Any, new: Any, depth: int) -> None:
        said = self.own(old, new) if depth else None
        if said is not None:
            self._member(path, said)
            return
        pair = (id(old), id(new))
        if pair in self.above:  # both hold themselves: this is being compared already
            return
        self.above.add(pair)
        if depth >= DEPTH or not self._enter(path, old, new, depth):
            if is_equal(old, new):
                self.counts["unchanged"] += 1
            else:
                self.note(path, old, new)
        self.above.remove(pair)

    def _visit_plain(self, path: str, old: Any, new: Any) -> None:
        if is_equal(old, new):
            self.counts["unchanged"] += 1
        elif type(old) is type(new) is str and "\n" in old + new:
            self._visit_rich(path, old, new)
        else:
            self.note(path, old, new)

    def _visit_rich(self, path: str, old: Any, new: Any) -> None:
        content = self.richly(old, new)
        if content is not None:
            self._member(path, content)
        elif is_equal(old, new):
            self.counts["unchanged"] += 1
        else:
            self.note(path, old, new)

    def _member(self, path: str, content: Content) -> None:
        if content.equal:
            self.counts["unchanged"] += 1
        else:
            self.counts["changed"] += 1
            if len(self.members) < self.limit:
                self.members.append(Member(path, content))

    def _enter(self, path: str, old: Any, new: Any, depth: int) -> bool:
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            self._mappings(path, old, new, depth)
        elif isinstance(old, (set, frozenset)) and isinstance(new, (set, frozenset)):
            for member in sorted(old - new, key=repr):
                self.only(path, member, "removed")
            for member in sorted(new - old, key=repr):
                self.only(path, member, "added")
            self.counts["unchanged"] += len(old & new)
        elif _fields(old) is not None and type(old) is type(new):
            self._mappings(path, _fields(old) or {}, _fields(new) or {}, depth)
        elif isinstance(old, (list, tuple)) and type(old) is type(new):
            self._sequences(path, old, new, depth)
        else:
            return False
        return True

    def _mappings(self, path: str, old: Mapping[Any, Any], new: Mapping[Any, Any], depth: int) -> None:
        for key, member in old.items():
            if key in new:
                self.visit(below(path, key), member, new[key], depth + 1)
            else:
                self.only(below(path, key), member, "removed")
        for key, member in new.items():
            if key not in old:
                self.only(below(path, key), member, "added")

    def _sequences(self, path: str, old: Sequence[Any], new: Sequence[Any], depth: int) -> None:
        begin, end = (0, 0) if len(old) == len(new) else _alike(old, new)
        middle_old, middle_new = old[begin : len(old) - end], new[begin : len(new) - end]
        self.counts["unchanged"] += begin + end
        if len(old) != len(new) and all(map(_is_data, middle_old)) and all(map(_is_data, middle_new)):
            self._bags(path, middle_old, middle_new, begin)
            return
        both = min(len(middle_old), len(middle_new))
        for place in range(both):
            self.visit(f"{path}[{begin + place}]", middle_old[place], middle_new[place], depth + 1)
        for place in range(both, len(middle_old)):
            self.only(f"{path}[{begin + place}]", middle_old[place], "removed")
        for place in range(both, len(middle_new)):
            self.only(f"{path}[{begin + place}]", middle_new[place], "added")

    def _bags(self, path: str, old: Sequence[Any], new: Sequence[Any], begin: int) -> None:
        """Sequences without regard to order: what one has more often than the other is added or removed."""
        tokens = [[_token(member) for member in side] for side in (old, new)]
        counts = Counter(tokens[0]), Counter(tokens[1])
        only = counts[0] - counts[1], counts[1] - counts[0]
        self.counts["unchanged"] += len(old) - sum(only[0].values())
        sides: tuple[tuple[What, int, Sequence[Any], Counter[Any]], ...]
        sides = (("removed", 0, old, only[0]), ("added", 1, new, only[1]))
        for what, side, members, left in sides:
            for place, token in enumerate(tokens[side]):
                if left[token] > 0:
                    left[token] -= 1
                    self.only(f"{path}[{begin + place}]", members[place], what)


def below(path: str, key: object) -> str:
    """The path of a member.

    >>> below("metrics", "f1"), below("", "a b"), below("x", 3)
    ('metrics.f1', "['a b']", 'x[3]')
    """
    if isinstance(key, str) and _PLAIN_KEY.fullmatch(key):
        return f"{path}.{key}" if path else key
    return f"{path}[{scalar(key)!r}]"


def is_equal(old: Any, new: Any) -> bool:
    """Say whether two values are of one type and equal, NaN and NaN included; False for what cannot say.

    >>> is_equal(1, 1), is_equal(1, 1.0), is_equal(float("nan"), float("nan"))
    (True, False, True)
    """
    if type(old) is not type(new):
        return False
    try:
        return bool(old == new) or bool(old != old and new != new)
    except Exception:  # noqa: BLE001  a user's class may raise anything when it is compared
        return False


def _alike(old: Sequence[Any], new: Sequence[Any]) -> tuple[int, int]:
    """How many members both begin with, and how many of the rest they end with."""
    most = min(len(old), len(new))
    begin = next((place for place in range(most) if not _is_alike(old[place], new[place])), most)
    rest = most - begin
    end = next((place for place in range(rest) if not _is_alike(old[-1 - place], new[-1 - place])), rest)
    return begin, end


def _is_alike(old: Any, new: Any) -> bool:
    if not (_is_data(old) and _is_data(new)):
        return old is new
    return is_equal(old, new) if type(old) in _PLAIN else _token(old) == _token(new)


def _is_data(value: object) -> bool:
    """Whether a value is plain, or made of plain ones in built-in containers, to a small depth."""
    if type(value) in _PLAIN:
        return True
    if type(value) in (list, tuple):
        return all(type(each) in _PLAIN for each in value)  # type: ignore[attr-defined]  # a list or a tuple
    return type(value) is dict and all(type(each) in _PLAIN for each in value.values())


def _token(value: Any) -> Any:
    return (type(value), value) if type(value) in (int, str, bytes, bool) else repr(value)


def _fields(value: Any) -> dict[str, Any] | None:
    """Fields by name of a dataclass, a pydantic model or a named tuple; None for anything else."""
    cls = type(value)
    if dataclasses.is_dataclass(cls):
        return {field.name: getattr(value, field.name, None) for field in dataclasses.fields(cls)}
    if isinstance(getattr(cls, "model_fields", None), dict) and hasattr(cls, "model_validate"):
        return {name: getattr(value, name, None) for name in cls.model_fields}
    if isinstance(value, tuple) and hasattr(cls, "_fields"):
        return dict(zip(cls._fields, value, strict=False))
    return None
