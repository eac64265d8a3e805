"""What can be shown of a version without loading it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

LIMIT = 64 << 10
"""Bytes of a preview: it is kept in the catalog, beside the facts."""

JSON, PNG, TEXT = "application/json", "image/png", "text/plain"


@dataclass(frozen=True, slots=True)
class Preview:
    """A small part or picture of a value, made when the value was saved.

    Args:
        kind: What it shows: `table`, `array`, `members`, `text`, `model`, `image`, `figure`, or a word of your own.
        media_type: What the data is: `application/json`, `image/png` or `text/plain` (UTF-8).
        data: At most 64 KiB.

    Raises:
        ValueError: If the data is larger.

    >>> Preview.of("table", {"columns": [["a", "int64"]], "rows": [[1]]}).facts["rows"]
    [[1]]
    """

    kind: str
    media_type: str
    data: bytes

    def __post_init__(self) -> None:
        if len(self.data) > LIMIT:
            raise ValueError(f"A preview has at most {LIMIT} bytes, and this has {len(self.data)}: show less.")

    @classmethod
    def of(cls, kind: str, facts: Mapping[str, Any]) -> Preview:
        """Make one of JSON-able facts.

        Raises:
            ValueError: If JSON does not hold them (NaN among them), or they are larger than 64 KiB.
            TypeError: If one is of a type that JSON does not know.
        """
        text = json.dumps(facts, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
        return cls(kind, JSON, text.encode("utf-8", "backslashreplace"))

    @classmethod
    def of_text(cls, text: str, *, kind: str = "text") -> Preview:
        """Make one of a text.

        >>> Preview.of_text("first line").text
        'first line'
        """
        return cls(kind, TEXT, text.encode("utf-8", "backslashreplace"))

    @property
    def facts(self) -> dict[str, Any]:
        """The facts; none if it is a picture or a text."""
        facts: dict[str, Any] = json.loads(self.data) if self.media_type == JSON else {}
        return facts

    @property
    def text(self) -> str:
        """The text; empty if it is none."""
        return self.data.decode("utf-8", "replace") if self.media_type == TEXT else ""
