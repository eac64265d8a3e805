"""The container of an archive: an ordinary tar file, written and read as a stream.

What is read may be hostile. Only regular members are taken, each only if it is the one that is expected, by its header
alone: no member can make a file, a link or memory besides. Python's `tarfile` reads its one-block headers here and
nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from tarfile import (
    AREGTYPE,
    BLKTYPE,
    CHRTYPE,
    DIRTYPE,
    FIFOTYPE,
    GNU_FORMAT,
    GNUTYPE_SPARSE,
    LNKTYPE,
    REGTYPE,
    SYMTYPE,
    HeaderError,
    TarInfo,
)
from typing import BinaryIO

from bridge.domain.errors import ArchiveError

BLOCK = 512
SLICE = 1 << 20
_RECORD = 20 * BLOCK
_NOTHING = bytes(BLOCK)
_KINDS = {
    LNKTYPE: "a hard link",
    SYMTYPE: "a symbolic link",
    CHRTYPE: "a device",
    BLKTYPE: "a device",
    DIRTYPE: "a folder",
    FIFOTYPE: "a pipe",
    GNUTYPE_SPARSE: "a sparse file",
}
_MAGIC = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd", b"BZh": "bzip2", b"\xfd7zXZ": "xz", b"PK": "zip"}


def header(name: str, size: int) -> bytes:
    """The block before a member: nothing in it but name and size differs from one member to another.

    >>> len(header("files/ab", 2)), header("files/ab", 2) == header("files/ab", 2)
    (512, True)
    """
    member = TarInfo(name)
    member.size, member.mode = size, 0o644
    return member.tobuf(GNU_FORMAT, "ascii", "strict")


def padding(size: int) -> bytes:
    """What follows the bytes of a member, up to the next block.

    >>> len(padding(510)), len(padding(512))
    (2, 0)
    """
    return bytes(-size % BLOCK)


def ending(size: int) -> bytes:
    """What follows the last member of a file of so many bytes: two empty blocks, up to the next record.

    >>> len(ending(10240 - 1024)), len(ending(10240))
    (1024, 10240)
    """
    return bytes(2 * BLOCK + -(size + 2 * BLOCK) % _RECORD)


class TarReader:
    """Reads the members of an archive in the order in which they are expected.

    Args:
        stream: From its beginning; need not be seekable.
        archive: What it is called, for messages.

    >>> import io
    >>> data = header("a", 2) + b"42" + padding(2)
    >>> reader = TarReader(io.BytesIO(data + ending(len(data))), "x.tar")
    >>> b"".join(reader.member("a", reader.expect("a"))), reader.end()
    (b'42', None)
    """

    def __init__(self, stream: BinaryIO, archive: str) -> None:
        self._stream, self._archive, self._begun = stream, archive, False

    def expect(self, name: str) -> int:
        """Read the header of the next member, which has this name; return its bytes.

        Raises:
            ArchiveError: If it is another one, or no regular file; says what it is.
        """
        found = self._header()
        if found is None:
            raise self._error(f"it ends where {name} should be: it is cut off, or a member was taken out")
        if found.name != name:
            raise self._error(f"its member {_shown(found.name)} is not the one that should be there, {name}")
        if found.type not in (REGTYPE, AREGTYPE):
            kind = _KINDS.get(found.type, f"of the type {found.type!r}")
            raise self._error(f"its member {name} is {kind} and not a regular file")
        return found.size

    def member(self, name: str, size: int) -> Iterator[bytes]:
        """Give the bytes of the member whose header was read, in slices."""
        left = size
        while left:
            data = self._stream.read(min(left, SLICE))
            if not data:
                raise self._error(f"it is cut off within {name}, of which {left} of {size} bytes are missing")
            left -= len(data)
            yield data
        self._exactly(-size % BLOCK, f"after {name}")

    def end(self) -> None:
        """Make sure that nothing comes any more.

        Raises:
            ArchiveError: If something does; says what.
        """
        found = self._header()
        if found is not None:
            raise self._error(f"its member {_shown(found.name)} is not announced in its first document")
        read = 0
        while data := self._stream.read(SLICE):
            read += len(data)
            if data.strip(b"\0") or read > SLICE:
                raise self._error("there is something after its end")

    def _header(self) -> TarInfo | None:
        block = self._exactly(BLOCK, "before its end")
        begun, self._begun = self._begun, True
        if block == _NOTHING:
            return None
        try:
            found = TarInfo.frombuf(block, "utf-8", "surrogateescape")
        except HeaderError as error:
            raise self._error(
                self._unreadable(block) if not begun else f"a header in it is damaged ({error})"
            ) from error
        if found.size < 0:
            raise self._error(f"its member {_shown(found.name)} has {found.size} bytes")
        return found

    def _unreadable(self, block: bytes) -> str:
        for magic, name in _MAGIC.items():
            if block.startswith(magic):
                return f"it is compressed with {name}; unpack it first. What is in an archive is compressed already"
        return "it is not a tar file. `bridge artifacts archive` writes one"

    def _exactly(self, size: int, where: str) -> bytes:
        data = b""
        while len(data) < size:
            more = self._stream.read(size - len(data))
            if not more:
                raise self._error(f"it is cut off {where}" if self._begun else "it is empty, or cut off at once")
            data += more
        return data

    def _error(self, why: str) -> ArchiveError:
        return ArchiveError(self._archive, why)


def _shown(name: str) -> str:
    return repr(name[:200])
