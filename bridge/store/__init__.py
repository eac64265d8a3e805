"""Bytes by digest on any fsspec filesystem, or in a local folder."""

from bridge.store.blobs import BlobStore, open_store
from bridge.store.digest import content_digest, new_hasher
from bridge.store.hashing import digest_without_storing
from bridge.store.paths import check_paths, is_digest

__all__ = [
    "BlobStore",
    "check_paths",
    "content_digest",
    "digest_without_storing",
    "is_digest",
    "new_hasher",
    "open_store",
]
