"""How facts are written in columns."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from bridge.domain.errors import BytesMissingError
from bridge.domain.manifest import LAYOUT, FileEntry, Manifest, Part

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_MICROSECOND = timedelta(microseconds=1)


def to_micros(when: datetime) -> int:
    """Microseconds since 1970; a time without a zone counts as UTC.

    >>> to_micros(datetime(1970, 1, 1, 0, 0, 1, tzinfo=timezone.utc))
    1000000
    """
    aware = when if when.tzinfo is not None else when.replace(tzinfo=timezone.utc)
    return (aware - _EPOCH) // _MICROSECOND


def from_micros(micros: int) -> datetime:
    """The time in UTC.

    >>> from_micros(1_000_000).second
    1
    """
    return _EPOCH + timedelta(microseconds=micros)


def plain(value: Any) -> Any:
    """Facts as JSON can hold them: what it has no word for becomes text, so that recording never fails because of it.

    >>> plain({"a": (1, float("nan")), 2: {3}})
    {'a': [1, 'nan'], '2': '{3}'}
    """
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, str):
        # Neither database holds NUL, and a lone surrogate is no UTF-8.
        return value.encode("utf-8", "backslashreplace").decode().replace("\x00", "\\x00")
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else str(float(value))
    if isinstance(value, Mapping):
        return {plain(str(key)): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return plain(str(value))


def write_manifest(manifest: Manifest) -> str:
    """A manifest as compact JSON.

    >>> read_manifest(write_manifest(Manifest("blake3:ab", "json", (FileEntry("v", 1, "cd", inline=b"1"),)))).size
    1
    """
    files = []
    for entry in manifest.files:
        row: dict[str, Any] = {"path": entry.path, "size": entry.size, "digest": entry.digest}
        if entry.inline is not None:
            row["inline"] = base64.b64encode(entry.inline).decode("ascii")
        else:
            row["parts"] = [[part.key, part.offset, part.length, part.digest] for part in entry.parts]
        files.append(row)
    document = {"layout": manifest.layout, "digest": manifest.digest, "format": manifest.format, "files": files}
    return json.dumps(document, separators=(",", ":"))


def read_manifest(text: str) -> Manifest:
    """Read a manifest back.

    Raises:
        BytesMissingError: If a later bridge wrote it in a layout that this one does not know.
    """
    document = json.loads(text)
    if document["layout"] > LAYOUT:
        raise BytesMissingError(
            document["digest"], f"its layout {document['layout']} is a later bridge's; upgrade prefect-bridge"
        )
    files = tuple(
        FileEntry(
            path=row["path"],
            size=row["size"],
            digest=row["digest"],
            parts=tuple(Part(*part) for part in row.get("parts", ())),
            inline=base64.b64decode(row["inline"]) if "inline" in row else None,
        )
        for row in document["files"]
    )
    return Manifest(document["digest"], document["format"], files, document["layout"])
