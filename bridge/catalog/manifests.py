"""Manifests as compact JSON, with the number of their layout."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from typing import Any

from bridge.domain.errors import CatalogError
from bridge.domain.manifest import LAYOUT, FileEntry, Manifest, Part

_JSON = json.JSONEncoder(separators=(",", ":"))


def dump(manifest: Manifest) -> str:
    """Write the files of a manifest: `[[path, size, digest, [[key, offset, length, digest], …], inline], …]`.

    >>> dump(Manifest("blake3:" + "cd" * 32, "json", (FileEntry("value.json", 2, "ab", inline=b"42"),)))
    '[["value.json",2,"ab",[],"NDI="]]'
    """
    return _JSON.encode([_entry(entry) for entry in manifest.files])


def parse(digest: str, format: str, layout: int, text: str, *, url: str) -> Manifest:
    """Read what `dump` wrote; `url` is the catalog's, for the error.

    Raises:
        CatalogError: If a later bridge wrote it, in a layout that this one does not know.

    >>> parse("blake3:" + "cd" * 32, "json", 1, '[["value.json",2,"ab",[],"NDI="]]', url="").files[0].inline
    b'42'
    """
    if layout > LAYOUT:
        why = f"{digest} has a manifest of layout {layout}, this reads up to {LAYOUT}: upgrade prefect-bridge"
        raise CatalogError(url, why)
    return Manifest(digest, format, tuple(_file(row) for row in json.loads(text)), layout)


def _entry(entry: FileEntry) -> list[Any]:
    inline = None if entry.inline is None else b64encode(entry.inline).decode("ascii")
    parts = [[part.key, part.offset, part.length, part.digest] for part in entry.parts]
    return [entry.path, entry.size, entry.digest, parts, inline]


def _file(row: list[Any]) -> FileEntry:
    path, size, digest, parts, inline = row
    data = None if inline is None else b64decode(inline)
    return FileEntry(path, size, digest, tuple(Part(*part) for part in parts), data)
