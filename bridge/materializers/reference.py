"""What is kept of data that stays outside the store: a list of its files, or its URL.

Imports write these formats, by name: no result of a task is stored so. A version is read back as what it says, and the
workspace turns that into a path (see `bridge.workspace.outside`). Where a reference lies is a fact about the version
and not part of it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from bridge.domain.errors import UnreadableError
from bridge.domain.external import ExternalUrl, Reference, ReferencedFile
from bridge.domain.ports import Sink, Source
from bridge.materializers.path import refuse_outside

_DIGEST = re.compile(r"[0-9a-f]{64}")


class ReferenceList:
    """Files that stay where they are, as a list of path, size and BLAKE3.

    >>> from bridge.testing.materializer import MemorySink
    >>> sink = MemorySink()
    >>> ReferenceList().save(Reference("file", (ReferencedFile("", 2, "ab" * 32),)), sink)
    {'kind': 'file', 'files': 1, 'bytes': 2}
    """

    format = "reference"

    def handles(self, value: object) -> bool:
        """Say whether it is a reference."""
        return type(value) is Reference

    def save(self, value: Reference, sink: Sink) -> Mapping[str, Any]:
        """Write `reference.json`."""
        files = [[file.path, file.size, file.digest] for file in value.files]
        text = _lines({"kind": value.kind}, "files", sorted(files))
        with sink.open("reference.json") as file:
            file.write(text.encode())
        return {"kind": value.kind, "files": len(files), "bytes": value.size}

    def load(self, source: Source) -> Reference:
        """Read the list.

        Raises:
            UnreadableError: If it is junk, or names a place outside its folder.
        """
        try:
            with source.open("reference.json") as file:
                document = json.loads(file.read())
            files = tuple(ReferencedFile(path, size, digest) for path, size, digest in document["files"])
            reference = Reference(document["kind"], files)
            _check(reference)
        except (ValueError, KeyError, TypeError) as error:
            raise UnreadableError(self.format, str(error)) from error
        return reference


class UrlRecord:
    """A file behind a URL, as the URL and what told its content.

    >>> from bridge.testing.materializer import MemorySink
    >>> UrlRecord().save(ExternalUrl("https://example.com/a.csv", {"etag": '"5e1f"'}), MemorySink())
    {'url': 'https://example.com/a.csv', 'etag': '"5e1f"'}
    """

    format = "url"

    def handles(self, value: object) -> bool:
        """Say whether it is an external URL."""
        return type(value) is ExternalUrl

    def save(self, value: ExternalUrl, sink: Sink) -> Mapping[str, Any]:
        """Write `url.json`."""
        identity = dict(sorted(value.identity.items()))
        with sink.open("url.json") as file:
            file.write(json.dumps({"url": value.url, "identity": identity}, indent=1).encode())
        facts: dict[str, Any] = {"url": value.url, **{name: told for name, told in identity.items() if name != "size"}}
        return facts if value.size is None else {**facts, "bytes": value.size}

    def load(self, source: Source) -> ExternalUrl:
        """Read it.

        Raises:
            UnreadableError: If it is junk.
        """
        try:
            with source.open("url.json") as file:
                document = json.loads(file.read())
            url, identity = document["url"], dict(document["identity"])
            if not all(isinstance(text, str) for text in (url, *identity, *identity.values())):
                raise ValueError("it holds more than text")
            int(identity.get("size", 0))
        except (ValueError, KeyError, TypeError) as error:
            raise UnreadableError(self.format, str(error)) from error
        return ExternalUrl(url, identity)


def _lines(document: Mapping[str, Any], name: str, rows: list[list[Any]]) -> str:
    """A document whose rows are a line each, so that a later version of ten thousand differs by a few lines."""
    head = json.dumps(document)[:-1]
    body = ",\n".join(json.dumps(row) for row in rows)
    return f'{head}, "{name}": [\n{body}\n]}}\n'


def _check(reference: Reference) -> None:
    if reference.kind not in ("file", "folder"):
        raise ValueError(f"{reference.kind!r} is neither file nor folder")
    for file in reference.files:
        if type(file.path) is not str or type(file.size) is not int or file.size < 0:
            raise ValueError(f"{file.path!r} has no size")
        if not _DIGEST.fullmatch(file.digest):
            raise ValueError(f"{file.path!r} has no digest")
    paths = [file.path for file in reference.files]
    if reference.kind == "file" and paths != [""]:
        raise ValueError("a reference to a file is to one")
    if reference.kind == "folder":
        refuse_outside(["folder", *paths])
