"""The one way out: a selector becomes the value that was saved."""

from __future__ import annotations

from typing import Any

from bridge import materializers
from bridge.domain.errors import BytesMissingError, UnsafeFormatError
from bridge.domain.external import ExternalUrl, Reference
from bridge.domain.ports import Catalog, Store
from bridge.domain.version import Version
from bridge.workspace.outside import OptionsFor, no_options, path_of


def get_value(
    store: Store,
    catalog: Catalog,
    version: Version,
    *,
    allow_pickle: bool,
    options_for: OptionsFor = no_options,
) -> Any:
    """Read a version's value back; its bytes are checked against the recorded digest on the way.

    What lies outside the store is checked where it is, and is a path. The format is the stored one, never guessed. A
    format that runs code when read (pickle) is accepted if this workspace wrote the bytes itself, which is what the
    digest in its catalog says.

    Raises:
        BytesMissingError: If the version has no bytes, or the store lost them.
        DigestMismatchError: If the bytes are not what was saved, or what lies outside is not what was imported.
        FormatUnknownError: If no materializer here reads the format.
        UnsafeFormatError: If the bytes came from elsewhere and could run code.
    """
    if version.digest is None:
        why = version.metadata.get("not_stored", "the value could not be stored when the step ran")
        raise BytesMissingError(str(version.ref), str(why))
    if materializers.is_unsafe(version.format) and version.metadata.get("imported") and not allow_pickle:
        raise UnsafeFormatError(
            str(version.ref),
            f"its format {version.format!r} can run code and it was imported from elsewhere. "
            f"If you trust its origin: BRIDGE_ALLOW_PICKLE=true",
        )
    manifest = catalog.manifest(version.digest)
    with store.read(manifest) as source:
        value = materializers.for_format(manifest.format).load(source)
    if isinstance(value, (Reference, ExternalUrl)):
        return path_of(value, version, catalog, options_for=options_for)
    return value
