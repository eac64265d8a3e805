"""Long texts and raw bytes, as files that any program opens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bridge.domain.errors import UnreadableError
from bridge.domain.ports import Sink, Source
from bridge.materializers.survey import is_encodable

LONG = 4096
"""Characters from which a text is a file of its own; shorter ones are JSON."""


class Text:
    """A long text, in UTF-8, with its line ends as they are.

    >>> Text().handles("x" * 5000), Text().handles("short")
    (True, False)
    """

    format = "text"

    def handles(self, value: object) -> bool:
        """Say whether it is a long text without lone surrogates."""
        return type(value) is str and len(value) >= LONG and is_encodable(value)

    def save(self, value: Any, sink: Sink) -> Mapping[str, Any]:
        """Write `value.txt`."""
        with sink.open("value.txt") as file:
            file.write(value.encode())
        return {"length": len(value)}

    def load(self, source: Source) -> str:
        """Read the text."""
        try:
            with source.open("value.txt") as file:
                return file.read().decode()
        except UnicodeDecodeError as error:
            raise UnreadableError(self.format, str(error)) from error


class Bytes:
    """Raw bytes, as `value.bin`.

    >>> Bytes().handles(b"abc"), Bytes().handles(bytearray(b"abc"))
    (True, False)
    """

    format = "bytes"

    def handles(self, value: object) -> bool:
        """Say whether it is `bytes`."""
        return type(value) is bytes

    def save(self, value: Any, sink: Sink) -> Mapping[str, Any]:
        """Write `value.bin`."""
        with sink.open("value.bin") as file:
            file.write(value)
        return {"length": len(value)}

    def load(self, source: Source) -> bytes | bytearray:
        """Read the bytes."""
        with source.open("value.bin") as file:
            return file.read()


class ByteArray(Bytes):
    """Raw bytes that can be changed, as `value.bin`.

    >>> ByteArray().handles(bytearray(b"abc"))
    True
    """

    format = "bytearray"

    def handles(self, value: object) -> bool:
        """Say whether it is a `bytearray`."""
        return type(value) is bytearray

    def load(self, source: Source) -> bytearray:
        """Read the bytes."""
        return bytearray(super().load(source))
