"""The small files of one value: a few are objects of their own, many lie together in packs.

A place for objects takes about as long for a file of 5 kB as for one of 5 MB, whether it is a disk or far away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from blake3 import blake3

from bridge.domain.manifest import INLINE_LIMIT, FileEntry, Manifest, Part
from bridge.store.digest import new_hasher
from bridge.store.objects import AT_ONCE
from bridge.store.parting import MOST_OBJECTS
from bridge.store.paths import blob_key
from bridge.store.sending import LARGEST_SEGMENT, for_each
from bridge.store.staging import Pending, Staging

SMALL = 256 << 10
"""Bytes. Files of no more are held in memory until the value is committed, or too many are there."""

FEW = 16
"""So many small files are objects of their own, so that other values can share them."""

_HELD = 32 << 20
_PACK = LARGEST_SEGMENT


class SmallFiles:
    """Takes small files in memory; gives their entries in the end.

    Args:
        staging: Where packs are written.
        bases: Gives what the value may have come from; asked only if there are many files.

    >>> import tempfile
    >>> from bridge.store.digest import digest_of
    >>> from bridge.store.folder import FolderObjects
    >>> files = SmallFiles(Staging(FolderObjects(Path(tempfile.mkdtemp()))), tuple)
    >>> files.keep("value.json", Pending(2, digest_of(b"42"), data=b"42"))
    >>> [entry.inline for entry in files.entries()]
    [b'42']
    """

    def __init__(self, staging: Staging, bases: Callable[[], Sequence[Manifest]]) -> None:
        self._staging, self._bases = staging, bases
        self._held: dict[str, Pending] = {}
        self._bytes = 0
        self._packs: list[_Pack] = []
        self._packed: list[tuple[str, Pending, _Pack, int]] = []
        self._there: dict[str, Part] | None = None
        self._found: list[FileEntry] = []

    def keep(self, path: str, pending: Pending) -> None:
        """Take a file that is in memory."""
        self._held[path] = pending
        self._bytes += pending.size
        if self._bytes > _HELD:
            self._pack({path: one for path, one in self._held.items() if one.size > INLINE_LIMIT})

    def entries(self) -> Iterator[FileEntry]:
        """Publish the files, except those that stay in the manifest."""
        inline = {path: one for path, one in self._held.items() if one.size <= INLINE_LIMIT}
        if sum(one.size for one in inline.values()) > INLINE_LIMIT:
            inline = {path: one for path, one in inline.items() if not one.size}
        for path, one in inline.items():
            yield FileEntry(path, one.size, one.digest, inline=one.data)
        rest = {path: one for path, one in self._held.items() if path not in inline}
        if len(rest) <= FEW and not self._packed:
            yield from for_each(self._whole, list(rest.items()), at_once=self._at_once())
            return
        self._pack(rest)
        for_each(_Pack.publish, self._packs, at_once=min(2, self._at_once()))
        yield from self._found
        for path, one, pack, offset in self._packed:
            yield FileEntry(path, one.size, one.digest, (Part(pack.key, offset, one.size, one.digest),))

    def close(self) -> None:
        """Give back what is open; what was not published is lost."""
        for pack in self._packs:
            with suppress(OSError):  # what it holds back does not fit on a full disk either
                pack.file.close()

    def _at_once(self) -> int:
        return AT_ONCE if self._staging.objects.path("") is None else 1

    def _whole(self, file: tuple[str, Pending]) -> FileEntry:
        path, pending = file
        staged, key = self._staging.new_path(), blob_key(pending.digest)
        staged.write_bytes(pending.data or b"")
        self._staging.objects.publish(staged, key=key, size=pending.size)
        return FileEntry(path, pending.size, pending.digest, (Part(key, 0, pending.size, pending.digest),))

    def _pack(self, files: dict[str, Pending]) -> None:
        if self._there is None:
            self._there = self._stored_before()
        for path, one in files.items():
            del self._held[path]
            self._bytes -= one.size
            there = self._there.get(one.digest)
            if there is not None:
                self._found.append(FileEntry(path, one.size, one.digest, (there,)))
                continue
            if not self._packs or self._packs[-1].size + one.size > _PACK:
                self._packs.append(_Pack(self._staging, self._staging.new_path()))
            offset = self._packs[-1].add(one.data or b"")
            self._packed.append((path, Pending(one.size, one.digest), self._packs[-1], offset))

    def _stored_before(self) -> dict[str, Part]:
        """Where files of earlier versions lie, by digest; nothing if they lie in too many objects."""
        entries = [entry for base in self._bases() for entry in base.files if len(entry.parts) == 1]
        found = {entry.digest: entry.parts[0] for entry in reversed(entries) if entry.size <= SMALL}
        keys = {part.key for part in found.values()}
        return found if len(keys) < MOST_OBJECTS and self._staging.objects.reuse(found.values()) else {}


@dataclass
class _Pack:
    staging: Staging
    path: Path
    size: int = 0
    key: str = ""

    def __post_init__(self) -> None:
        self.file = self.path.open("xb", buffering=1 << 20)
        self._hasher: blake3 = new_hasher(0)

    def add(self, data: bytes) -> int:
        self._hasher.update(data)
        self.file.write(data)
        self.size += len(data)
        return self.size - len(data)

    def publish(self) -> None:
        self.file.close()
        self.key = blob_key(self._hasher.hexdigest())
        self.staging.objects.publish(self.path, key=self.key, size=self.size)
