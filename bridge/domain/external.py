"""Data that lies outside the store: what is recorded of it, and how it is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

Kind = Literal["file", "folder"]

OUTSIDE = frozenset({"reference", "url"})
"""Formats of versions whose data lies outside the store."""

USUALLY_EXCLUDED = (".git", "__pycache__")
"""What of a folder is not imported unless the caller says otherwise: it changes while the data does not."""

Advance = Callable[[int], None]
"""Is told of so many bytes more that are done."""


@dataclass(frozen=True, slots=True)
class ReferencedFile:
    """A file of a reference.

    Args:
        path: Relative to the folder, `/` between folders; empty for a reference to one file.
        size: Bytes.
        digest: BLAKE3, hex: what `b3sum` prints.
    """

    path: str
    size: int
    digest: str


@dataclass(frozen=True, slots=True)
class Reference:
    """Files that stay where they are: what they are called in their folder, and what is in them.

    Where the folder lies is not part of it, so that the same data is the same version wherever it is moved to. The
    places are in the version's metadata.

    Args:
        kind: A file or a folder.
        files: Ordered by path. Empty folders are left out: a bucket has none.

    >>> Reference("file", (ReferencedFile("", 2, "ab" * 32),)).size
    2
    """

    kind: Kind
    files: tuple[ReferencedFile, ...]

    @property
    def size(self) -> int:
        """Bytes of all files together."""
        return sum(file.size for file in self.files)


@dataclass(frozen=True, slots=True)
class ExternalUrl:
    """A file behind a URL, and what told its content when it was imported.

    Args:
        url: Without passwords and signatures.
        identity: What the server says of the content: `etag`, `md5`, or `modified`, with `size` where it is known.

    >>> ExternalUrl("https://example.com/a.csv", {"etag": '"5e1f"', "size": "312"}).size
    312
    """

    url: str
    identity: Mapping[str, str] = field(default_factory=dict)

    @property
    def size(self) -> int | None:
        """Bytes; None if the server does not say."""
        return int(self.identity["size"]) if "size" in self.identity else None


@dataclass(frozen=True, slots=True)
class Leaf:
    """A file of a tree, or an empty folder in it.

    Args:
        kind: Which of both.
        path: Relative to the tree, `/` between folders; empty for a tree that is one file.
        size: Bytes.
        modified: Nanoseconds since the epoch; 0 if not known.
        executable: Whether it may be run.
    """

    kind: Kind
    path: str
    size: int = 0
    modified: int = 0
    executable: bool = False


class Tree(Protocol):
    """A file or a folder somewhere, to be read once.

    Promises: a file that changes while it is read is an error that names it, and so is one that is neither file nor
    folder, or a link that leaves the tree. Errors are `NotImportableError` and `LocationError`.
    """

    location: str
    """Path or URL of it, as it is recorded."""

    name: str
    """Last part of it."""

    kind: Kind

    def leaves(self) -> Sequence[Leaf]:
        """Files and empty folders, ordered by path; what is excluded is left out."""

    def read(self, leaf: Leaf) -> Iterator[memoryview]:
        """Yield the bytes of a file in slices; a slice is good until the next one is asked for."""


def total(leaves: Sequence[Leaf]) -> int:
    """Bytes of all files of a tree.

    >>> total([Leaf("file", "a", 2), Leaf("folder", "b")])
    2
    """
    return sum(leaf.size for leaf in leaves)
