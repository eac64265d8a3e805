"""What a server says of a file's content, and which of it tells the content."""

from __future__ import annotations

from collections.abc import Mapping

from bridge.domain.errors import SourceChangedError

_LONGEST = 300


def telling(facts: Mapping[str, str]) -> Mapping[str, str]:
    """Those of the facts by which a content is known: an ETag or an MD5, or else its time with its size.

    Nothing if neither is there: then only the bytes themselves tell.

    >>> telling({"etag": '"5e1f"', "modified": "Sun, 03 May 2026 12:00:00 GMT", "size": "2"})
    {'etag': '"5e1f"', 'size': '2'}
    >>> telling({"modified": "Sun, 03 May 2026 12:00:00 GMT"})
    {}
    """
    for name in ("etag", "md5"):
        if name in facts:
            return {one: facts[one] for one in (name, "size") if one in facts}
    return {name: facts[name] for name in ("modified", "size")} if {"modified", "size"} <= facts.keys() else {}


def check_identity(url: str, expected: Mapping[str, str], found: Mapping[str, str]) -> None:
    """Raise `SourceChangedError` unless all that is expected was found; a size need not be said again.

    >>> check_identity("https://example.com/a.csv", {"size": "2"}, {"size": "2", "etag": '"5e1f"'})
    """
    missing = {"size": expected["size"]} if "size" in expected else {}
    if any({**missing, **found}.get(name) != value for name, value in expected.items()):
        raise SourceChangedError(url, words(expected), words({name: found.get(name, "none") for name in expected}))


def words(facts: Mapping[str, str]) -> str:
    """Facts as a message has them.

    >>> words({"etag": '"5e1f"', "size": "312"})
    'etag "5e1f", size 312'
    """
    return ", ".join(f"{name} {said(value)}" for name, value in facts.items())


def said(text: str) -> str:
    """What another machine said, fit for one line of a message.

    >>> said("no" + chr(10) + "way")
    'no way'
    """
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"
