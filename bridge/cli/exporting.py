"""A stored value's files, written into a folder of the user's."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

from bridge.cli.progress import LateProgress
from bridge.domain.errors import BridgeError, ExportError
from bridge.domain.manifest import Manifest
from bridge.domain.ports import Source, Store

SLICE = 1 << 20
"""Bytes copied at a time."""


def export_files(store: Store, manifest: Manifest, folder: Path, *, force: bool) -> list[Path]:
    """Write a value's files into a folder.

    Each file appears by rename, whole or not at all; nothing is written if one is in the way.

    Args:
        store: Where the bytes are; it checks them.
        manifest: The value.
        folder: Made if it is not there.
        force: Replace files that are there.

    Raises:
        ExportError: If a file is in the way, or the folder cannot be written.
        BytesMissingError: If the store lost them.
        DigestMismatchError: If they are not what was saved.

    >>> import tempfile
    >>> from bridge.store import open_store
    >>> def save(sink):
    ...     with sink.open("value.json") as file: _ = file.write(b"42")
    ...     return {}
    >>> store = open_store(tempfile.mkdtemp())
    >>> manifest, _ = store.write("json", save)
    >>> [path.read_text() for path in export_files(store, manifest, Path(tempfile.mkdtemp()), force=False)]
    ['42']
    """
    targets = {entry.path: folder / entry.path for entry in manifest.files}
    _refuse(folder, list(targets.values()), force=force)
    try:
        with store.read(manifest) as source, LateProgress("Writing files", manifest.size) as progress:
            for path, target in targets.items():
                _copy(source, path, target, progress)
    except BridgeError:
        raise
    except OSError as error:
        raise ExportError(str(error.filename or folder), error.strerror or str(error)) from error
    return list(targets.values())


def _refuse(folder: Path, targets: list[Path], *, force: bool) -> None:
    if folder.exists() and not folder.is_dir():
        raise ExportError(str(folder), "it is a file, not a folder")
    folders = [str(target) for target in targets if target.is_dir() and not target.is_symlink()]
    if folders:
        raise ExportError(folders[0], "a folder is in the way")
    there = [str(target) for target in targets if target.exists() or target.is_symlink()]
    if there and not force:
        more = f" and {len(there) - 1} more" if len(there) > 1 else ""
        raise ExportError(there[0] + more, "already there; --force replaces it, or choose another folder")


def _copy(source: Source, path: str, target: Path, progress: LateProgress) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name[:100]}.{uuid4().hex[:8]}.part")
    try:
        with source.open(path) as read, part.open("xb") as write:
            while data := read.read(SLICE):
                write.write(data)
                progress.advance(len(data))
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
