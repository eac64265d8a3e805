"""What a stored value consists of: its files, and where in the store their bytes lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

LAYOUT = 2
"""The layout of the manifests that this version writes; readers refuse a later one."""

INLINE_LIMIT = 2048
"""Bytes. A value whose files are together no larger stays in its manifest, so that no file is written."""


@dataclass(frozen=True, slots=True)
class Part:
    """A contiguous range of a store object that holds consecutive bytes of a file.

    A file is the concatenation of its parts: one, a whole object; or what it shares with earlier files and packs of
    what was new; or, in a store far away, the segments in which a large one was sent. In layout 1 a file had one part,
    a whole object, and no list of chunks.

    Args:
        key: Object in the store, relative to the store's root, `/` between folders.
        offset: First byte within the object.
        length: Bytes.
        digest: BLAKE3 of these bytes, hex, if they are a whole file; else empty, as the file's own digest covers them.
    """

    key: str
    offset: int
    length: int
    digest: str = ""


@dataclass(frozen=True, slots=True)
class FileEntry:
    """One file of a stored value.

    Args:
        path: Relative to the value's folder, `/` between folders; never absolute, never with `..`.
        size: Bytes.
        digest: BLAKE3 of the whole file, hex: what `b3sum` prints.
        parts: Where the bytes lie, in order; empty if they are inline.
        inline: The bytes themselves, for small values.
        chunks: Where the list of its chunks lies, by which later files are compared with it; None if it was not cut.
    """

    path: str
    size: int
    digest: str
    parts: tuple[Part, ...] = ()
    inline: bytes | None = None
    chunks: Part | None = None

    def objects(self) -> Sequence[str]:
        """The store objects that this file needs, each once."""
        listed = () if self.chunks is None else (self.chunks,)
        return list(dict.fromkeys(part.key for part in (*self.parts, *listed)))


@dataclass(frozen=True, slots=True)
class Manifest:
    """The files of one stored value, ordered by path.

    Args:
        digest: Identity of the content, `blake3:<64 hex>`: covers the format, the files' paths and their bytes, and
            not where the bytes lie, so that the same value has the same digest in every store.
        format: Name of the materializer's format that reads these files.
        files: Ordered by path, no path twice.
        layout: Layout of this manifest.

    >>> entry = FileEntry("value.json", 2, "ab" * 32, inline=b"42")
    >>> Manifest(digest="blake3:" + "cd" * 32, format="json", files=(entry,)).size
    2
    """

    digest: str
    format: str
    files: tuple[FileEntry, ...]
    layout: int = field(default=LAYOUT)

    @property
    def size(self) -> int:
        """Bytes of all files together."""
        return sum(entry.size for entry in self.files)

    def keys(self) -> Sequence[str]:
        """The store objects that this value needs, each once."""
        return list(dict.fromkeys(key for entry in self.files for key in entry.objects()))
