"""Bytes by digest on any fsspec filesystem, or in a local folder."""

from bridge.store.blobs import BlobStore, open_store
from bridge.store.digest import content_digest
from bridge.store.hashing import digest_without_storing

__all__ = ["BlobStore", "content_digest", "digest_without_storing", "open_store"]
