"""The first member of an archive: everything but the bytes, as one JSON document."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from bridge.domain.errors import ArchiveError, BridgeError, SelectorError
from bridge.domain.naming import clean
from bridge.domain.run import Run, Step
from bridge.domain.selector import Selector
from bridge.domain.version import Edge, Version
from bridge.store import check_paths, content_digest, is_digest

LAYOUT = 1
"""The layout of the archives that this version writes; readers refuse a later one."""

NAME = "bridge-archive.json"
"""The member that holds the document."""

LARGEST = 128 << 20
"""Bytes of the largest document: some 300,000 versions."""

_LONGEST = 500
_T = TypeVar("_T")
_MOST = 1 << 40


@dataclass(frozen=True, slots=True)
class File:
    """A file of a content; its bytes are the member `files/<digest>`."""

    path: str
    size: int
    digest: str


@dataclass(frozen=True, slots=True)
class Content:
    """A stored value whose bytes are in the archive."""

    digest: str
    format: str
    files: tuple[File, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """What is in an archive.

    The members after it are the files of `contents` in their order, each digest once. Versions whose content is not
    among them are known by their facts only.

    Args:
        layout: Layout of the archive.
        bridge: Version of bridge that wrote it.
        host: Machine on which it was made.
        workspace: Name of the workspace; empty if it has none.
        contents: In the order of the versions that hold them.
        versions: By name and number.
        steps: By id; their edges are in `edges`.
        runs: By id.
        edges: By step; then in the step's order.

    >>> empty = Document(LAYOUT, "0.1.0", "laptop", "")
    >>> parse(dump(empty), "x.tar") == empty
    True
    """

    layout: int
    bridge: str
    host: str
    workspace: str
    contents: tuple[Content, ...] = ()
    versions: tuple[Version, ...] = ()
    steps: tuple[Step, ...] = ()
    runs: tuple[Run, ...] = ()
    edges: tuple[Edge, ...] = ()

    @property
    def members(self) -> dict[str, int]:
        """The files in the order in which they come, by digest, with their bytes."""
        return {file.digest: file.size for content in self.contents for file in content.files}

    @property
    def origin(self) -> str:
        """Where the archive comes from, for people."""
        return f"archive of {self.workspace} on {self.host}" if self.workspace else f"archive from {self.host}"


@dataclass(frozen=True, slots=True)
class _Head:
    layout: int
    bridge: str = "a later one"


_DOCUMENT = TypeAdapter(Document)
_HEAD = TypeAdapter(_Head)


def dump(document: Document) -> bytes:
    """Write a document; the same one gives the same bytes."""
    return _DOCUMENT.dump_json(document)


def parse(data: bytes, archive: str) -> Document:
    """Read a document that may be hostile.

    Raises:
        ArchiveError: If a later bridge wrote it, it is no document, or it contradicts itself.

    >>> parse(b'{"layout": 2, "bridge": "9.0", "tables": []}', "x.tar")
    Traceback (most recent call last):
    bridge.domain.errors.ArchiveError: The archive x.tar is refused: it has layout 2, of bridge 9.0; this one reads up
    to 1. Run: pip install --upgrade prefect-bridge.
    """
    head = _validated(_HEAD, data, archive)
    if head.layout > LAYOUT:
        why = f"it has layout {head.layout}, of bridge {_short(head.bridge)}; this one reads up to {LAYOUT}"
        raise ArchiveError(archive, f"{why}. Run: pip install --upgrade prefect-bridge")
    document = _validated(_DOCUMENT, data, archive)
    try:
        _check(document, archive)
    except BridgeError as error:
        if isinstance(error, ArchiveError):
            raise
        raise ArchiveError(archive, str(error).rstrip(".")) from error
    return document


def _validated(adapter: TypeAdapter[_T], data: bytes, archive: str) -> _T:
    try:
        return adapter.validate_json(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "its first document"
        raise ArchiveError(archive, f"{_short(where)}: {_short(first['msg'])}") from error


def _check(document: Document, archive: str) -> None:
    def refuse_unless(good: object, thing: object, why: str) -> None:
        if not good:
            raise ArchiveError(archive, f"{_short(str(thing))} {why}")

    for text in (document.host, document.workspace, document.bridge):
        refuse_unless(_is_text(text), "its description", "is not a line of text")
    _check_contents(document, refuse_unless)
    _check_versions(document, refuse_unless)
    known = {version.ref for version in document.versions}
    for edge in document.edges:
        refuse_unless(edge.version in known, edge.version, "has an edge and is not among the versions")
        refuse_unless(_is_text(edge.step_id) and len(edge.slot) <= _LONGEST, edge.step_id[:50], "is not a step's id")
    for id in (*(step.id for step in document.steps), *(run.id for run in document.runs)):
        refuse_unless(_is_text(id), id[:50], "is not an id")
    _refuse_doubles(document.steps, lambda step: step.id, refuse_unless)
    _refuse_doubles(document.runs, lambda run: run.id, refuse_unless)


def _check_contents(document: Document, refuse_unless: Callable[[object, object, str], None]) -> None:
    sizes: dict[str, int] = {}
    for content in document.contents:
        for file in content.files:
            refuse_unless(is_digest(file.digest), file.path, "has a digest that is none")
            refuse_unless(0 <= file.size < _MOST, file.path, f"has {file.size} bytes")
            refuse_unless(sizes.setdefault(file.digest, file.size) == file.size, file.path, "has two sizes")
        check_paths(file.path for file in content.files)
        found = content_digest(content.format, [(file.path, file.size, file.digest) for file in content.files])
        refuse_unless(found == content.digest, content.digest, f"is not the digest of its files, which is {found}")
    _refuse_doubles(document.contents, lambda content: content.digest, refuse_unless)


def _check_versions(document: Document, refuse_unless: Callable[[object, object, str], None]) -> None:
    for version in document.versions:
        name, digest = version.ref.name, version.digest
        refuse_unless(clean(name) == name and len(name) <= _LONGEST, name, "cannot be an artifact's name")
        refuse_unless(1 <= version.ref.number < _MOST, version.ref, "has a number that none can have")
        good = digest is None or (digest.startswith("blake3:") and is_digest(digest[7:]))
        refuse_unless(good, version.ref, "has a digest that is none")
        for alias in version.aliases:
            refuse_unless(_is_alias(alias), alias, "cannot be an alias")
    _refuse_doubles(document.versions, lambda version: str(version.ref), refuse_unless)


def _refuse_doubles(
    things: Iterable[_T], name: Callable[[_T], str], refuse_unless: Callable[[object, object, str], None]
) -> None:
    seen: set[str] = set()
    for thing in things:
        refuse_unless(name(thing) not in seen, name(thing), "is there twice")
        seen.add(name(thing))


def _is_alias(alias: str) -> bool:
    try:
        return len(alias) <= _LONGEST and Selector.parse(f"x@{alias}") == Selector("x", "alias", alias)
    except SelectorError:
        return False


def _is_text(text: str) -> bool:
    return len(text) <= _LONGEST and (not text or text.isprintable())


def _short(text: str) -> str:
    shown = "".join(c if c.isprintable() else "?" for c in text[:200])
    return shown if len(text) <= 200 else f"{shown}…"
