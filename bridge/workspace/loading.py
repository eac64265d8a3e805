"""The one way out: a selector becomes the value that was saved."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from bridge import materializers
from bridge.domain.errors import BytesMissingError, UnreadableError, UnsafeFormatError
from bridge.domain.manifest import Manifest
from bridge.domain.ports import Catalog, Store
from bridge.domain.version import Version
from bridge.materializers.changed_members import load_changed


def get_value(store: Store, catalog: Catalog, version: Version, *, allow_pickle: bool, unpack_limit: int) -> Any:
    """Read a version's value back; its bytes are checked against the recorded digest on the way.

    The format is the stored one, never guessed. A format that runs code when read (pickle) is accepted if this
    workspace wrote the bytes itself, which is what its catalog says of their digest. What came from elsewhere is looked
    at before a library unpacks it.

    Args:
        store: Where the bytes are.
        catalog: Where the manifest is.
        version: What to read.
        allow_pickle: Accept formats that run code from elsewhere, too.
        unpack_limit: Bytes that a value from elsewhere may unpack to, if that is far more than is stored.

    Raises:
        BytesMissingError: If the version has no bytes, or the store lost them.
        DigestMismatchError: If the bytes are not what was saved.
        FormatUnknownError: If no materializer here reads the format.
        UnsafeFormatError: If the bytes came from elsewhere and could run code.
        UnreadableError: If they came from elsewhere and would unpack to far more than is stored.
    """
    manifest = _manifest(catalog, version, allow_pickle)
    with store.read(manifest) as source:
        if version.origin is not None:
            materializers.check_bounds(str(version.ref), manifest, source, limit=unpack_limit)
        return materializers.for_format(manifest.format).load(source)


def get_changed(
    store: Store, catalog: Catalog, old: Version, new: Version, *, allow_pickle: bool, unpack_limit: int
) -> tuple[Any, Any]:
    """Read two versions to be compared: of containers, members that are the same in both are not read.

    In their place stands one and the same object in both. What came from elsewhere is read whole, and looked at first.

    Raises:
        BridgeError: As `get_value`.
    """
    manifests = [_manifest(catalog, each, allow_pickle) for each in (old, new)]
    if old.origin is None and new.origin is None:
        with suppress(UnreadableError):  # a class that checks what its fields are
            found = load_changed(manifests[0], manifests[1], store.read)
            if found is not None:
                return found
    first, second = (
        get_value(store, catalog, each, allow_pickle=allow_pickle, unpack_limit=unpack_limit) for each in (old, new)
    )
    return first, second


def _manifest(catalog: Catalog, version: Version, allow_pickle: bool) -> Manifest:
    """The files of a version that may be loaded."""
    if version.digest is None:
        why = version.metadata.get("not_stored", "the value could not be stored when the step ran")
        raise BytesMissingError(str(version.ref), str(why))
    manifest = catalog.manifest(version.digest)
    materializers.for_format(manifest.format)
    if version.origin is not None and materializers.is_unsafe(manifest.format) and not allow_pickle:
        raise UnsafeFormatError(
            str(version.ref),
            f"its format {manifest.format!r} can run code, and it came from elsewhere ({version.origin}). "
            f"If you trust that: BRIDGE_ALLOW_PICKLE=true",
        )
    return manifest
