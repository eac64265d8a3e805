"""Ranges of an object as a new object."""

from __future__ import annotations

from collections.abc import Sequence

from bridge.store.digest import SLICE, new_hasher
from bridge.store.objects import Objects
from bridge.store.paths import blob_key
from bridge.store.staging import Staging


def copy_ranges(objects: Objects, key: str, ranges: Sequence[tuple[int, int]]) -> str:
    """Publish ranges of an object, one after the other, as an object of their own; returns its key.

    Args:
        objects: Where it lies.
        key: The object.
        ranges: Offsets and lengths.

    Raises:
        FileNotFoundError: If the object is not there.
        EOFError: If it ends before a range does.

    >>> import tempfile
    >>> from pathlib import Path
    >>> from bridge.store.folder import FolderObjects
    >>> objects = FolderObjects(Path(tempfile.mkdtemp()))
    >>> folder = objects.new_folder()
    >>> _ = (folder / "a").write_bytes(b"abcdef")
    >>> objects.publish(folder / "a", key=blob_key("ab" * 32), size=6)
    >>> copied = copy_ranges(objects, blob_key("ab" * 32), [(0, 1), (4, 2)])
    >>> b"".join(objects.read(copied, offset=0, length=9))
    b'aef'
    """
    staging = Staging(objects)
    hasher, size = new_hasher(sum(length for _, length in ranges)), 0
    try:
        target = staging.new_path()
        with target.open("xb", buffering=SLICE) as file:
            for offset, length in ranges:
                before = size
                for data in objects.read(key, offset=offset, length=length):
                    hasher.update(data)
                    file.write(data)
                    size += len(data)
                if size - before != length:
                    raise EOFError(f"{key} ends before {offset + length}")
        copied = blob_key(hasher.hexdigest())
        objects.publish(target, key=copied, size=size)
        return copied
    finally:
        staging.discard()
