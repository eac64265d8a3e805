"""Files of code as text and back: bytes that a migration does not change stay as they are."""

from __future__ import annotations

import io
import os
import tempfile
import tokenize
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

LARGEST = 2 << 20
"""Bytes of a file that is still taken for one that somebody wrote."""


class NotReadableError(ValueError):
    """A file that cannot be read as Python's source; its text is a sentence for the report."""


@dataclass(frozen=True, slots=True)
class Source:
    r"""A file's text with what turns it back into bytes.

    Args:
        text: With the line endings of the file.
        encoding: As the file says, or UTF-8.

    >>> Source.of(b"# -*- coding: latin-1 -*-\nx = '\xe9'\n").text[-2]
    "'"
    """

    text: str
    encoding: str

    @classmethod
    def of(cls, data: bytes) -> Source:
        """Decode bytes.

        Raises:
            NotReadableError: If they are too many, or not in the encoding that they say.
        """
        if len(data) > LARGEST:
            raise NotReadableError(f"it has {len(data):,} bytes, more than the {LARGEST:,} of a file by hand")
        try:
            encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
            return cls(data.decode(encoding), encoding)
        except (SyntaxError, UnicodeDecodeError, LookupError) as error:
            raise NotReadableError(f"its bytes are not text: {error}") from error

    def bytes(self, text: str) -> bytes:
        """Another text as the file would have it.

        Raises:
            NotReadableError: If the encoding has not all its letters.
        """
        try:
            return text.encode(self.encoding)
        except UnicodeEncodeError as error:
            raise NotReadableError(f"its encoding {self.encoding} does not hold what it becomes: {error}") from error


def replace(path: Path, data: bytes) -> None:
    """Write a file whole or not at all; its mode stays, and a symbolic link stays one.

    Raises:
        OSError: If that is not possible; the file is as it was then.
    """
    target = path.resolve()
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}-", suffix=".bridge")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(target.stat().st_mode & 0o7777)
        Path(name).replace(target)
    finally:
        with suppress(OSError):
            Path(name).unlink(missing_ok=True)
