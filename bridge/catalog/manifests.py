"""Manifests as compact JSON, with the number of their layout."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Iterator, Sequence
from typing import Any

from bridge.domain.errors import CatalogError
from bridge.domain.manifest import LAYOUT, FileEntry, Manifest, Part

_JSON = json.JSONEncoder(separators=(",", ":"))


def dump(manifest: Manifest) -> str:
    """Write the files of a manifest: `[[path, size, digest, [[key, offset, length, digest], …], inline, chunks], …]`.

    `chunks` is a part as those before it, and left out where there is none. Where a file has several parts, `parts` is
    `[[key, …], [which key, offset, length, …]]`: a thousand parts lie in some dozens of objects.

    >>> dump(Manifest("blake3:" + "cd" * 32, "json", (FileEntry("value.json", 2, "ab", inline=b"42"),)))
    '[["value.json",2,"ab",[],"NDI="]]'
    """
    return _JSON.encode([_entry(entry) for entry in manifest.files])


def parse(digest: str, format: str, layout: int, text: str, *, url: str) -> Manifest:
    """Read what `dump` wrote; `url` is the catalog's, for the error.

    Raises:
        CatalogError: If a later bridge wrote it, in a layout that this one does not know; or if it is damaged.

    >>> parse("blake3:" + "cd" * 32, "json", 1, '[["value.json",2,"ab",[],"NDI="]]', url="").files[0].inline
    b'42'
    """
    if layout > LAYOUT:
        why = f"{digest} has a manifest of layout {layout}, this reads up to {LAYOUT}: upgrade prefect-bridge"
        raise CatalogError(url, why)
    try:
        files = tuple(_file(row) for row in json.loads(text))
    except (ValueError, TypeError, IndexError, RecursionError) as error:
        why = f"the manifest of {digest} is damaged ({error}). Save that value again, or put back a copy of the catalog"
        raise CatalogError(url, why) from error
    return Manifest(digest, format, files, layout)


def _entry(entry: FileEntry) -> list[Any]:
    inline = None if entry.inline is None else b64encode(entry.inline).decode("ascii")
    parts = [_part(part) for part in entry.parts] if len(entry.parts) < 2 else _ranges(entry.parts)
    chunks = [] if entry.chunks is None else [_part(entry.chunks)]
    return [entry.path, entry.size, entry.digest, parts, inline, *chunks]


def _ranges(parts: Sequence[Part]) -> list[Any]:
    keys = {key: number for number, key in enumerate(dict.fromkeys(part.key for part in parts))}
    return [list(keys), [number for part in parts for number in (keys[part.key], part.offset, part.length)]]


def _part(part: Part) -> list[Any]:
    return [part.key, part.offset, part.length, part.digest]


def _file(row: list[Any]) -> FileEntry:
    path, size, digest, parts, inline, *chunks = row
    data = None if inline is None else b64decode(inline)
    found = tuple((Part(*part) for part in parts) if len(parts) < 2 else _parts(*parts))
    listed = [Part(*part) for part in chunks]
    if not (isinstance(path, str) and type(size) is int and isinstance(digest, str)):
        raise TypeError(f"a file is {path!r:.50}, {size!r:.50}, {digest!r:.50}")
    if not all(type(p.offset) is type(p.length) is int and isinstance(p.key, str) for p in (*found, *listed)):
        raise TypeError(f"a part of {path!r:.50} is not one")
    return FileEntry(path, size, digest, found, data, *listed)


def _parts(keys: list[str], numbers: list[int]) -> Iterator[Part]:
    each = iter(numbers)
    return (Part(keys[which], offset, length) for which, offset, length in zip(each, each, each, strict=True))
