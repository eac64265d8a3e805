"""A stored value's files, written into a folder of the user's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from blake3 import blake3

from bridge.cli.progress import LateProgress
from bridge.domain.errors import BridgeError, ExportError, SourceChangedError
from bridge.domain.external import Reference, ReferencedFile
from bridge.domain.manifest import Manifest
from bridge.domain.ports import Store
from bridge.domain.version import Version
from bridge.store.digest import digest_of_file
from bridge.workspace import Workspace
from bridge.workspace.outside import record_of

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
    with store.read(manifest) as source:
        return write_files({entry.path: entry.size for entry in manifest.files}, source.open, folder, force=force)


def export_outside(
    workspace: Workspace, version: Version, manifest: Manifest, folder: Path, *, force: bool
) -> list[ReferencedFile]:
    """Write the files of a version whose data lies outside the store; returns what was written.

    Raises:
        ExportError: If a file is in the way, or the folder cannot be written.
        BytesMissingError: If they are not there any more.
        SourceChangedError: If they are not what was imported.
    """
    path = workspace.load_version(version)
    record = record_of(workspace.store, manifest)
    if isinstance(record, Reference):
        files = [replace(file, path=file.path or path.name) for file in record.files]
    else:
        with path.open("rb", buffering=0) as fetched:
            digest, size = digest_of_file(fetched)
        files = [ReferencedFile(path.name, size, digest)]
    home = path if path.is_dir() else path.parent
    write_files(
        {file.path: file.size for file in files},
        lambda name: (home / name).open("rb"),
        folder,
        force=force,
        digests={file.path: file.digest for file in files},
    )
    return files


def write_files(
    sizes: Mapping[str, int],
    opened: Callable[[str], AbstractContextManager[BinaryIO]],
    folder: Path,
    *,
    force: bool,
    digests: Mapping[str, str] | None = None,
) -> list[Path]:
    """Write files into a folder, each whole or not at all, and never through a symbolic link below it.

    Args:
        sizes: Their relative paths, which have been checked to stay below a folder, with their bytes.
        opened: Opens one to be read.
        folder: Made if it is not there.
        force: Replace files that are there.
        digests: BLAKE3 of each, if nobody has checked it yet.

    Raises:
        ExportError: If a file is in the way, or the folder cannot be written.
        SourceChangedError: If a file has another digest.
    """
    targets = {path: folder / path for path in sizes}
    _refuse(folder, list(targets.values()), force=force)
    try:
        with LateProgress("Writing files", sum(sizes.values())) as progress:
            for path, target in targets.items():
                _refuse_links(folder, target)
                _copy(opened(path), target, progress, digest=digests[path] if digests else "")
    except BridgeError:
        raise
    except OSError as error:
        raise ExportError(str(error.filename or folder), error.strerror or str(error)) from error
    return list(targets.values())


def _refuse(folder: Path, targets: list[Path], *, force: bool) -> None:
    if folder.exists() and not folder.is_dir():
        raise ExportError(str(folder), "it is a file, not a folder")
    for target in targets:
        _refuse_links(folder, target)
    folders = [str(target) for target in targets if target.is_dir() and not target.is_symlink()]
    if folders:
        raise ExportError(folders[0], "a folder is in the way")
    there = [str(target) for target in targets if target.exists() or target.is_symlink()]
    if there and not force:
        more = f" and {len(there) - 1} more" if len(there) > 1 else ""
        raise ExportError(there[0] + more, "already there; --force replaces it, or choose another folder")


def _refuse_links(folder: Path, target: Path) -> None:
    """Refuse a folder below the user's that is a link: what is written there would lie elsewhere."""
    for above in target.parents:
        if above == folder:
            return
        if above.is_symlink():
            why = "it is a symbolic link, through which nothing is written; remove it, or choose another folder"
            raise ExportError(str(above), why)


def _copy(opened: AbstractContextManager[BinaryIO], target: Path, progress: LateProgress, *, digest: str) -> None:
    """Copy a file."""
    part = target.with_name(f".{target.name[:100]}.{uuid4().hex[:8]}.part")
    hasher = blake3()
    with opened as read:
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            with part.open("xb") as write:
                while data := read.read(SLICE):
                    write.write(data)
                    if digest:
                        hasher.update(data)
                    progress.advance(len(data))
            if digest and hasher.hexdigest() != digest:
                raise SourceChangedError(str(read.name), digest, hasher.hexdigest())
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
