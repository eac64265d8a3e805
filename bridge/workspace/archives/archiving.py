"""Writes an archive: the document, then every file once."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from bridge.domain.errors import ArchiveError, BridgeError, ExportError
from bridge.domain.ports import Source, Store
from bridge.domain.version import VersionRef
from bridge.workspace.archives import document, tarring
from bridge.workspace.archives.selecting import Selection, select
from bridge.workspace.bootstrap import current

Advance = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Archived:
    """What is in an archive that was written.

    Args:
        size: Bytes of the archive.
        versions: Versions whose bytes are in it.
        facts: Versions that are in it without their bytes.
        files: Files, each content's once.
        steps: Steps.
        runs: Runs.
        gone: Ancestors that were deleted, and are left out.
    """

    size: int
    versions: tuple[VersionRef, ...]
    facts: tuple[VersionRef, ...]
    files: int
    steps: int
    runs: int
    gone: tuple[VersionRef, ...] = ()


def archive(
    file: str | os.PathLike[str] | BinaryIO, *selectors: str, lineage: bool = True, ancestors: bool = False
) -> Archived:
    """Write versions, with their lineage, into one file that `restore` reads in another workspace.

    The same selection of the same workspace gives the same bytes.

    Args:
        file: Path of the file, which appears when it is whole; one that is there is replaced. Or a binary stream.
        selectors: Selectors, and patterns with `*`: `training/*` is the latest version of each such name,
            `training/*@*` and `name@*` are all versions.
        lineage: Whether facts about the ancestors go with them: their versions, steps, runs and edges.
        ancestors: Whether the bytes of the ancestors go with them, too.

    Raises:
        SelectorError: If a selector cannot be read.
        VersionNotFoundError: If nothing matches a selector.
        BytesMissingError: If the store lost bytes.
        DigestMismatchError: If bytes are not what was saved.
        ExportError: If the file cannot be written.

    >>> import bridge, tempfile
    >>> _ = bridge.save([1, 2, 3], "numbers")
    >>> bridge.archive(tempfile.mkdtemp() + "/numbers.tar", "numbers").versions
    (VersionRef(name='numbers', number=1),)
    """
    workspace = current()
    name = workspace.settings.workspace or ""
    selection = select(workspace.catalog, selectors, lineage=lineage, ancestors=ancestors, workspace=name)
    return write(workspace.store, selection, file)


def bytes_of(selection: Selection) -> int:
    """Bytes of the files that go into an archive: what `write` reports its progress in."""
    return sum(selection.document.members.values())


def write(
    store: Store, selection: Selection, file: str | os.PathLike[str] | BinaryIO, *, advance: Advance | None = None
) -> Archived:
    """Write a selection; see `archive` for what it raises.

    Args:
        store: Where the bytes are; it checks them.
        selection: What goes into it.
        file: Path, or a binary stream.
        advance: Told of the bytes of files, slice after slice.
    """
    if isinstance(file, (str, os.PathLike)):
        with _appearing(Path(file)) as stream:
            size = _write(store, selection, stream, advance or _silent)
    else:
        size = _write(store, selection, file, advance or _silent)
    told = selection.document
    with_bytes = {content.digest for content in told.contents}
    return Archived(
        size=size,
        versions=tuple(version.ref for version in told.versions if version.digest in with_bytes),
        facts=tuple(version.ref for version in told.versions if version.digest not in with_bytes),
        files=len(told.members),
        steps=len(told.steps),
        runs=len(told.runs),
        gone=selection.gone,
    )


def _silent(_: int) -> None:
    pass


@contextmanager
def _appearing(path: Path) -> Iterator[BinaryIO]:
    """A file under a temporary name that gets its own when it is whole."""
    part = path.with_name(f".{path.name[:100]}.{uuid4().hex[:8]}.part")
    try:
        with part.open("xb") as stream:
            yield stream
        part.replace(path)
    except BridgeError:
        raise
    except OSError as error:
        raise ExportError(str(path), error.strerror or str(error)) from error
    finally:
        part.unlink(missing_ok=True)


def _write(store: Store, selection: Selection, stream: BinaryIO, advance: Advance) -> int:
    data = document.dump(selection.document)
    if len(data) > document.LARGEST:
        why = f"its facts take {len(data)} bytes, at most {document.LARGEST} are possible; select less, or no lineage"
        raise ArchiveError("to be written", why)
    size = _put(stream, document.NAME, len(data), [data])
    written: set[str] = set()
    for content in selection.document.contents:
        with store.read(selection.manifests[content.digest]) as source:
            for entry in content.files:
                if entry.digest not in written:
                    written.add(entry.digest)
                    slices = _slices(source, entry.path, advance)
                    size += _put(stream, f"files/{entry.digest}", entry.size, slices)
    end = tarring.ending(size)
    stream.write(end)
    stream.flush()
    return size + len(end)


def _put(stream: BinaryIO, name: str, size: int, slices: Sequence[bytes] | Iterator[bytes]) -> int:
    head, pad = tarring.header(name, size), tarring.padding(size)
    stream.write(head)
    for data in slices:
        stream.write(data)
    stream.write(pad)
    return len(head) + size + len(pad)


def _slices(source: Source, path: str, advance: Advance) -> Iterator[bytes]:
    with source.open(path) as file:
        while data := file.read(tarring.SLICE):
            yield data
            advance(len(data))
