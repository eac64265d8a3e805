"""Reads an archive: bytes into the store, each checked, and then facts into the catalog."""

from __future__ import annotations

import os
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any, BinaryIO

from bridge import materializers
from bridge.domain.arrival import Arrival, Arrived
from bridge.domain.errors import ArchiveError, CatalogError, DigestMismatchError
from bridge.domain.manifest import FileEntry, Manifest
from bridge.domain.ports import Catalog, Sink, Store
from bridge.domain.run import Run
from bridge.domain.version import VersionRef
from bridge.store import new_hasher
from bridge.store.scratch import discard_scratch, new_scratch
from bridge.workspace.archives import document, tarring
from bridge.workspace.archives.document import Content, Document, File
from bridge.workspace.bootstrap import current

Advance = Callable[[int], None]
_RECENT = 2

LONG_DEAD = 86400.0
"""Seconds after which what a killed restore left is removed; on a shared disk it may be one that runs elsewhere."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What became of an archive.

    Args:
        origin: Where it was made.
        versions: What became of each version, by name and number.
        facts: Versions of the archive whose bytes are not in it.
        files: Files in it.
        steps: Steps in it.
        runs: Runs in it.
        unsafe: Versions, as they are called here, that are loaded only with `BRIDGE_ALLOW_PICKLE`.
    """

    origin: str
    versions: tuple[Arrived, ...]
    facts: frozenset[VersionRef]
    files: int
    steps: int
    runs: int
    unsafe: tuple[VersionRef, ...] = ()


def restore(file: str | os.PathLike[str] | BinaryIO, *, dry_run: bool = False) -> Restored:
    """Put the versions of an archive, with their lineage, into this workspace.

    Every byte is checked before anything is recorded. Doing it again adds nothing and finishes what was interrupted.
    Contents that this workspace has not written itself are marked as coming from elsewhere: pickles among them are
    loaded only with `BRIDGE_ALLOW_PICKLE`.

    Args:
        file: Path of the archive, or a binary stream.
        dry_run: Read and check everything, say what would become of it, and keep nothing.

    Raises:
        ArchiveError: If it is cut off, changed, of a later bridge or not an archive; says what is wrong.
        DigestMismatchError: If the bytes of a file are not those that it announces.
        StoreError: If the store did not take it.
        CatalogError: If the catalog did not take it.

    >>> import bridge, tempfile
    >>> path = tempfile.mkdtemp() + "/numbers.tar"
    >>> _ = bridge.save([1, 2, 3], "numbers"), bridge.archive(path, "numbers")
    >>> [(str(one.was), str(one.now), one.fate) for one in bridge.restore(path).versions]
    [('numbers@1', 'numbers@1', 'there')]
    """
    name = os.fspath(file) if isinstance(file, (str, os.PathLike)) else str(getattr(file, "name", "given"))
    workspace = current()
    with open_archive(file) as stream:
        reader = Reader(stream, name)
        return reader.restore(
            workspace.store, workspace.catalog, scratch=workspace.settings.home / "staging", dry_run=dry_run
        )


def open_archive(file: str | os.PathLike[str] | BinaryIO) -> Any:
    """A stream of an archive, as a context.

    Raises:
        ArchiveError: If there is no such file, or it cannot be read.
    """
    if not isinstance(file, (str, os.PathLike)):
        return nullcontext(file)
    try:
        return Path(file).open("rb")
    except OSError as error:
        raise ArchiveError(os.fspath(file), f"it cannot be read ({error.strerror})") from error


class Reader:
    """An archive that is read as a stream, once.

    Args:
        stream: From its beginning; need not be seekable.
        archive: What it is called, for messages.

    Raises:
        ArchiveError: If its first member is not a document that can be restored.
    """

    def __init__(self, stream: BinaryIO, archive: str) -> None:
        self._tar, self._archive = tarring.TarReader(stream, archive), archive
        size = self._tar.expect(document.NAME)
        if size > document.LARGEST:
            raise ArchiveError(archive, f"its document says to have {size} bytes, of {document.LARGEST} at most")
        data = b"".join(self._tar.member(document.NAME, size))
        self.document: Document = document.parse(data, archive)
        self._uses = Counter(file.digest for content in self.document.contents for file in content.files)
        self._read: set[str] = set()
        self._folder = Path()
        self._advance: Advance = lambda _: None

    @property
    def size(self) -> int:
        """Bytes of the files in it: what progress is reported in."""
        return sum(self.document.members.values())

    def restore(
        self, store: Store, catalog: Catalog, *, scratch: Path, dry_run: bool = False, advance: Advance | None = None
    ) -> Restored:
        """Restore it; see `restore` for what that means.

        Args:
            store: Takes the bytes.
            catalog: Takes the facts, once all bytes are there.
            scratch: Folder on the local disk for files that several contents have in common.
            dry_run: Keep nothing.
            advance: Told of the bytes that were read.
        """
        self._advance = advance or self._advance
        discard_scratch(scratch, before=time.time() - LONG_DEAD)
        self._folder = new_scratch(scratch)
        try:
            if dry_run:
                manifests = {content.digest: self._checked(content) for content in self.document.contents}
            else:
                manifests = self._written(store, catalog)
            self._tar.end()
        finally:
            shutil.rmtree(self._folder, ignore_errors=True)
        return self._record(catalog, manifests, dry_run=dry_run)

    def _written(self, store: Store, catalog: Catalog) -> dict[str, Manifest]:
        """Write all contents; each may share bytes with those of the same name that came before it."""
        names: dict[str, str] = {}
        for version in self.document.versions:
            names.setdefault(version.digest or "", version.ref.name)
        written: dict[str, Manifest] = {}
        before: dict[str, list[Manifest]] = {}
        for content in self.document.contents:
            name = names.get(content.digest, "")
            held = before.setdefault(name, [])

            def bases(name: str = name, held: Sequence[Manifest] = held) -> Sequence[Manifest]:
                try:
                    return [*held, *catalog.recent(name, limit=_RECENT)]
                except CatalogError:
                    return held

            manifest, _ = store.write(content.format, lambda sink, it=content: self._fill(it, sink), bases=bases)  # type: ignore[misc]  # mypy cannot infer a lambda with a default
            if manifest.digest != content.digest:
                raise DigestMismatchError(f"A content of the archive {self._archive}", content.digest, manifest.digest)
            written[content.digest] = manifest
            before[name] = [manifest, *held][:_RECENT]
        return written

    def _fill(self, content: Content, sink: Sink) -> Mapping[str, Any]:
        for file in content.files:
            with sink.open(file.path) as target:
                for data in self._slices(file):
                    target.write(data)
        return {}

    def _checked(self, content: Content) -> Manifest:
        for file in content.files:
            for _ in self._slices(file):
                pass
        entries = tuple(FileEntry(file.path, file.size, file.digest) for file in content.files)
        return Manifest(content.digest, content.format, entries)

    def _slices(self, file: File) -> Iterator[bytes]:
        """The bytes of a file, of the next member or of one that was read before; raises at the end if they differ."""
        kept = self._folder / file.digest
        if file.digest in self._read:
            with kept.open("rb") as held:
                while data := held.read(tarring.SLICE):
                    yield data
            return
        self._read.add(file.digest)
        if self._uses[file.digest] == 1:
            yield from self._next(file)
            return
        with kept.open("xb") as keep:
            for data in self._next(file):
                keep.write(data)
                yield data

    def _next(self, file: File) -> Iterator[bytes]:
        name = f"files/{file.digest}"
        size = self._tar.expect(name)
        if size != file.size:
            raise ArchiveError(self._archive, f"its member {name} has {size} bytes, announced were {file.size}")
        hasher = new_hasher(size)
        for data in self._tar.member(name, size):
            hasher.update(data)
            self._advance(len(data))
            yield data
        if hasher.hexdigest() != file.digest:
            raise DigestMismatchError(f"{name} of the archive {self._archive}", file.digest, hasher.hexdigest())

    def _record(self, catalog: Catalog, manifests: Mapping[str, Manifest], *, dry_run: bool) -> Restored:
        told, origin = self.document, self.document.origin
        arrived: list[Arrived] = []
        for _, group in groupby(sorted(told.versions, key=lambda one: one.ref), key=lambda one: one.ref.name):
            arrivals = [Arrival(version, origin, manifests.get(version.digest or "")) for version in group]
            arrived += catalog.receive(arrivals, dry_run=dry_run)
        if not dry_run:
            now = {one.was: one.now for one in arrived}
            catalog.receive_lineage(
                runs=[_ended(run, told) for run in told.runs],
                steps=[replace(step, inputs=(), outputs=(), result_key=None) for step in told.steps],
                edges=[replace(edge, version=now[edge.version]) for edge in told.edges],
            )
        facts = frozenset(version.ref for version in told.versions if version.digest not in manifests)
        counts = len(told.members), len(told.steps), len(told.runs)
        return Restored(origin, tuple(arrived), facts, *counts, unsafe=self._unsafe(catalog, arrived))

    def _unsafe(self, catalog: Catalog, arrived: Sequence[Arrived]) -> tuple[VersionRef, ...]:
        known = set(materializers.formats())
        unsafe = {
            content.digest
            for content in self.document.contents
            if content.format in known and materializers.is_unsafe(content.format)
        }
        here = {digest: catalog.of_digest(digest) for digest in unsafe}
        foreign = {digest for digest, found in here.items() if found is None or found.origin is not None}
        refs = {version.ref for version in self.document.versions if version.digest in foreign}
        return tuple(one.now for one in arrived if one.was in refs)


def _ended(run: Run, told: Document) -> Run:
    """A run that had not ended when the archive was made never will, here."""
    if run.ended is not None:
        return run
    return replace(run, ended=max([run.started, *(step.ended for step in told.steps if step.run_id == run.id)]))
