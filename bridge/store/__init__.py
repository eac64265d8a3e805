"""Bytes by digest on any fsspec filesystem, or in a local folder."""

from bridge.store.blobs import BlobStore, open_store
from bridge.store.digest import content_digest

__all__ = ["BlobStore", "content_digest", "open_store"]
