"""What a manifest says is stored: whether it can be right, and reading its bytes."""

from __future__ import annotations

from collections.abc import Iterator

from bridge.domain.errors import BridgeError, BytesMissingError, DigestMismatchError, StoreError
from bridge.domain.manifest import LAYOUT, FileEntry, Manifest
from bridge.domain.progress import current_meter
from bridge.domain.secret_urls import redacted
from bridge.store.ahead import is_worth_it, read_ahead
from bridge.store.digest import SLICE, content_digest, new_hasher
from bridge.store.objects import Objects
from bridge.store.paths import PathSet, check_path, is_digest


def check_manifest(manifest: Manifest, url: str) -> None:
    """Refuse a manifest that cannot be read safely: manifests are data, from a database.

    Raises:
        FilePathError: If a path or a key leaves its folder.
        DigestMismatchError: If the files listed are not those that the value's digest covers.
        StoreError: If a later version of bridge wrote it, or it contradicts itself.

    >>> check_manifest(Manifest(content_digest("json", []), "json", ()), "/data")
    """
    if manifest.layout > LAYOUT:
        why = f"{manifest.digest} has layout {manifest.layout}, but this version of bridge reads up to {LAYOUT}"
        raise StoreError(redacted(url), f"{why}; run: pip install --upgrade prefect-bridge")
    PathSet(entry.path for entry in manifest.files)
    for entry in manifest.files:
        for key in entry.objects():
            check_path(key)
        if not _consistent(entry):
            raise StoreError(redacted(url), f"the manifest of {manifest.digest} contradicts itself at {entry.path!r}")
    found = content_digest(manifest.format, [(entry.path, entry.size, entry.digest) for entry in manifest.files])
    if found != manifest.digest:
        raise DigestMismatchError("The list of a value's files", manifest.digest, found)


def is_sound(manifest: Manifest) -> bool:
    """Whether `check_manifest` has nothing against a manifest.

    >>> is_sound(Manifest("blake3:ab", "json", ()))
    False
    """
    try:
        check_manifest(manifest, "")
    except (BridgeError, ValueError):
        return False
    return True


def _consistent(entry: FileEntry) -> bool:
    if any(part.offset < 0 or part.length < 0 for part in entry.parts):
        return False
    held = sum(part.length for part in entry.parts) if entry.inline is None else len(entry.inline)
    return held == entry.size and is_digest(entry.digest)


def slices(objects: Objects, entry: FileEntry, *, of: str) -> Iterator[bytes]:
    """Yield the bytes of a file, part after part, and raise at the end if they are not those that were saved.

    Args:
        objects: Where the parts lie.
        entry: The file.
        of: Digest of the value, for messages.

    Raises:
        BytesMissingError: If an object is missing.
        DigestMismatchError: After the last byte, if the bytes differ.

    >>> from pathlib import Path
    >>> from bridge.store.digest import digest_of
    >>> from bridge.store.folder import FolderObjects
    >>> entry = FileEntry("value.json", 2, digest_of(b"42"), inline=b"42")
    >>> list(slices(FolderObjects(Path("/data")), entry, of="blake3:00"))
    [b'42']
    """
    hasher, size, meter = new_hasher(entry.size), 0, current_meter()
    for data in _raw_slices(objects, entry, of=of):
        hasher.update(data)
        size += len(data)
        meter.advance(len(data))
        yield data
    check_digest(entry, found=hasher.hexdigest(), size=size, of=of)


def _raw_slices(objects: Objects, entry: FileEntry, *, of: str) -> Iterator[bytes]:
    if entry.inline is not None:
        for start in range(0, len(entry.inline), SLICE):
            yield entry.inline[start : start + SLICE]
        return
    if is_worth_it(objects, entry.parts):
        try:
            yield from read_ahead(objects, entry.parts)
        except FileNotFoundError as error:
            raise missing(objects, entry, key=str(error.filename), of=of) from error
        return
    for part in entry.parts:
        try:
            yield from objects.read(part.key, offset=part.offset, length=part.length)
        except FileNotFoundError as error:
            raise missing(objects, entry, key=part.key, of=of) from error


def check_digest(entry: FileEntry, *, found: str, size: int, of: str) -> None:
    """Raise `DigestMismatchError`, saying what changed and how, unless the digest is the entry's.

    >>> check_digest(FileEntry("a", 0, "ab"), found="ab", size=0, of="blake3:00")
    """
    if found == entry.digest:
        return
    keys = ", ".join(dict.fromkeys(part.key for part in entry.parts))
    facts = [f"in {keys}"] if keys else ["kept in its manifest"]
    if size != entry.size:
        facts.append(f"{size} bytes instead of {entry.size}")
    raise DigestMismatchError(f"{entry.path!r} of {of} ({'; '.join(facts)})", entry.digest, found)


def missing(objects: Objects, entry: FileEntry, *, key: str, of: str) -> BytesMissingError:
    """The error that says which object is not there.

    >>> from pathlib import Path
    >>> from bridge.store.folder import FolderObjects
    >>> str(missing(FolderObjects(Path("/data")), FileEntry("a", 0, "ab"), key="blobs/ab/cd", of="blake3:00"))
    "The bytes of 'a' of blake3:00 are not there: the store /data has no object blobs/ab/cd."
    """
    return BytesMissingError(f"{entry.path!r} of {of}", f"the store {redacted(objects.url)} has no object {key}")
