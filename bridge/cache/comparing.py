"""What differs between the cache keys of two steps: inputs, code by the line, values, packages."""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from bridge.domain.run import Step

ChangeKind = Literal["input", "code", "value", "package"]

ORDER: tuple[ChangeKind, ...] = ("input", "code", "value", "package")


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that a key is made of and that is not what it was.

    Args:
        kind: What it is.
        name: A parameter, `module:function`, or a package.
        old: What it was; None if it was not there.
        new: What it is; None if it is not there any more.
        place: Where it is written: `file:line` of the first line that changed.
        lines: Of code: the lines that went (`-`) and came (`+`), with those around them.
    """

    kind: ChangeKind
    name: str
    old: str | None
    new: str | None
    place: str | None = None
    lines: tuple[str, ...] = ()


Texts = Callable[[str], str | None]
"""Gives the text of a document by its digest."""


def changes(old: Step, new: Step, texts: Texts) -> tuple[Change, ...]:
    """What differs between two steps of a task, the later one last; inputs first, then code.

    Args:
        old: The earlier one.
        new: The later one.
        texts: Where the documents of their code are.
    """
    found = [*_inputs(old.cache.get("inputs") or {}, new.cache.get("inputs") or {})]
    if old.cache.get("code") != new.cache.get("code"):
        found += _code(_parts(old, texts), _parts(new, texts))
    return tuple(sorted(found, key=lambda change: ORDER.index(change.kind)))


def _inputs(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    for slot in dict.fromkeys((*new, *old)):
        was, now = old.get(slot), new.get(slot)
        if was is None or now is None:
            yield Change("input", slot, _told(was), _told(now))
        elif (was["digest"], was["type"]) != (now["digest"], now["type"]):
            yield Change("input", slot, *_apart(was, now))


def _told(one: Mapping[str, Any] | None) -> str | None:
    if one is None:
        return None
    shown, version = one.get("shown"), one.get("version")
    return f"{version} ({shown})" if version and shown else version or shown or one["digest"]


def _apart(was: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[str, str]:
    """Both told so that they can be told apart: by digest if they look alike."""
    old, new = _told(was) or "", _told(now) or ""
    if old != new:
        return old, new
    if was["type"] != now["type"]:
        return f"{old}, a {was['type']}", f"{new}, a {now['type']}"
    return f"{old} {short(was['digest'])}", f"{new} {short(now['digest'])}"


def short(digest: str) -> str:
    """The beginning of a digest.

    >>> short("blake3:ab12cd34ef56")
    'blake3:ab12cd34'
    """
    kind, _, text = digest.rpartition(":")
    return f"{kind}:{text[:8]}" if kind else text[:8]


def _parts(step: Step, texts: Texts) -> dict[tuple[str, str], Mapping[str, Any]]:
    digest = step.cache.get("code")
    text = texts(digest) if digest else None
    document = json.loads(text) if text else {}
    return {(part["kind"], part["name"]): part for part in document.get("parts", ())}


def _code(
    old: Mapping[tuple[str, str], Mapping[str, Any]], new: Mapping[tuple[str, str], Mapping[str, Any]]
) -> Iterator[Change]:
    for key in dict.fromkeys((*new, *old)):
        was, now = old.get(key), new.get(key)
        if was is not None and now is not None and was["digest"] == now["digest"]:
            continue
        kind, name = key
        if kind in ("value", "package"):
            before, after = (None if one is None else _value(one, was, now) for one in (was, now))
            yield Change("value" if kind == "value" else "package", name, before, after)
        else:
            yield _function(name, was, now)


def _value(one: Mapping[str, Any], was: Mapping[str, Any] | None, now: Mapping[str, Any] | None) -> str:
    alike = was is not None and now is not None and was["text"] == now["text"]
    return f"{one['text']} {short(one['digest'])}" if alike else str(one["text"])


def _function(name: str, was: Mapping[str, Any] | None, now: Mapping[str, Any] | None) -> Change:
    there = now or was or {}
    before, after = (str(one["text"]).splitlines() if one is not None else [] for one in (was, now))
    hunks = list(difflib.unified_diff(before, after, lineterm="", n=1))[2:]
    lines = tuple(line for line in hunks if not line.startswith("@@"))
    first = int(there.get("line") or 0) + (_first_change(before, after) if was and now else 0)
    place = f"{there['file']}:{first}" if there.get("file") and there.get("line") else None
    if was is None or now is None:  # all of its lines would say less than that
        lines = lines[:1]
    return Change("code", name, None if was is None else "there", None if now is None else "there", place, lines)


def _first_change(before: list[str], after: list[str]) -> int:
    for position, (one, other) in enumerate(zip(before, after, strict=False)):
        if one != other:
            return position
    return min(len(before), len(after))
