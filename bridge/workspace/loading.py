"""The one way out: a selector becomes the value that was saved."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path
from typing import Any

from bridge import materializers
from bridge.domain.errors import BytesMissingError, UnreadableError, UnsafeFormatError
from bridge.domain.external import ExternalUrl, Reference
from bridge.domain.manifest import Manifest
from bridge.domain.ports import Catalog, Store
from bridge.domain.version import Version
from bridge.materializers.changed_members import load_changed
from bridge.workspace.outside import path_of
from bridge.workspace.settings import Settings


def get_value(
    store: Store, catalog: Catalog, version: Version, *, settings: Settings, is_asked_again: bool = False
) -> Any:
    """Read a version's value back; its bytes are checked against the recorded digest on the way.

    What lies outside the store is checked where it is, and is a path. The format is the stored one, never guessed. A
    format that runs code when read (pickle) is accepted if this workspace wrote the bytes itself, which is what its
    catalog says of their digest. What came from elsewhere is looked at before a library unpacks it.

    Raises:
        BytesMissingError: If the version has no bytes, or the store lost them.
        DigestMismatchError: If the bytes are not what was saved, or what lies outside is not what was imported.
        FormatUnknownError: If no materializer here reads the format.
        UnsafeFormatError: If the bytes came from elsewhere and could run code.
        UnreadableError: If they came from elsewhere and would unpack to far more than is stored.
    """
    manifest = _manifest(catalog, version, settings)
    with store.read(manifest, is_asked_again=is_asked_again) as source:
        if version.origin is not None:
            materializers.check_bounds(str(version.ref), manifest, source, limit=settings.unpack_limit)
        value = materializers.for_format(manifest.format).load(source)
    if isinstance(value, (Reference, ExternalUrl)):
        return path_of(value, version, catalog, options_for=settings.options_for)
    return value


def copy_files(store: Store, catalog: Catalog, version: Version, folder: Path, *, settings: Settings) -> None:
    """Copy the files that a version is kept as, checked against the recorded digest, into a folder.

    Raises:
        BridgeError: As `get_value`.
        OSError: If the folder cannot be written.
    """
    with store.read(_manifest(catalog, version, settings)) as source:
        for path in source.paths:
            to = folder / path
            to.parent.mkdir(parents=True, exist_ok=True)
            with source.open(path) as file, to.open("wb") as copy:
                shutil.copyfileobj(file, copy)


def get_changed(store: Store, catalog: Catalog, old: Version, new: Version, *, settings: Settings) -> tuple[Any, Any]:
    """Read two versions to be compared: of containers, members that are the same in both are not read.

    In their place stands one and the same object in both. What came from elsewhere is read whole, and looked at first.

    Raises:
        BridgeError: As `get_value`.
    """
    manifests = [_manifest(catalog, each, settings) for each in (old, new)]
    if old.origin is None and new.origin is None:
        with suppress(UnreadableError):  # a class that checks what its fields are
            found = load_changed(manifests[0], manifests[1], store.read)
            if found is not None:
                return found
    return (
        get_value(store, catalog, old, settings=settings),
        get_value(store, catalog, new, settings=settings),
    )


def _manifest(catalog: Catalog, version: Version, settings: Settings) -> Manifest:
    """The files of a version that may be loaded."""
    if version.digest is None:
        why = version.metadata.get("not_stored", "the value could not be stored when the step ran")
        raise BytesMissingError(str(version.ref), str(why))
    manifest = catalog.manifest(version.digest)
    materializers.for_format(manifest.format)  # one that is unknown is told as that, and not as unsafe
    if version.origin is not None and materializers.is_unsafe(manifest.format) and not settings.allow_pickle:
        raise UnsafeFormatError(
            str(version.ref),
            f"its format {manifest.format!r} can run code, and it came from elsewhere ({version.origin}). "
            f"If you trust that: BRIDGE_ALLOW_PICKLE=true",
        )
    return manifest
