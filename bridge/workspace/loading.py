"""The one way out: a selector becomes the value that was saved."""

from __future__ import annotations

from typing import Any

from bridge import materializers
from bridge.domain.errors import BytesMissingError, UnsafeFormatError
from bridge.domain.ports import Catalog, Store
from bridge.domain.version import Version


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
    if version.digest is None:
        why = version.metadata.get("not_stored", "the value could not be stored when the step ran")
        raise BytesMissingError(str(version.ref), str(why))
    manifest = catalog.manifest(version.digest)
    materializer = materializers.for_format(manifest.format)
    foreign = version.origin is not None
    if foreign and materializers.is_unsafe(manifest.format) and not allow_pickle:
        raise UnsafeFormatError(
            str(version.ref),
            f"its format {manifest.format!r} can run code, and it came from elsewhere ({version.origin}). "
            f"If you trust that: BRIDGE_ALLOW_PICKLE=true",
        )
    with store.read(manifest) as source:
        if foreign:
            materializers.check_bounds(str(version.ref), manifest, source, limit=unpack_limit)
        return materializer.load(source)
