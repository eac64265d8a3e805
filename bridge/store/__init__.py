"""Bytes by digest on any fsspec filesystem, or in a local folder; names are loaded when they are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bridge.domain.lazy import names_of

if TYPE_CHECKING:
    from bridge.domain.secret_urls import secrets_of
    from bridge.store.blobs import BlobStore, open_store
    from bridge.store.digest import content_digest, new_hasher
    from bridge.store.external import RemoteTree, UrlTree, is_url, open_external, scheme_of
    from bridge.store.hashing import digest_without_storing, digests_without_storing
    from bridge.store.identities import telling
    from bridge.store.paths import check_paths, is_digest

__all__ = [
    "BlobStore",
    "RemoteTree",
    "UrlTree",
    "check_paths",
    "content_digest",
    "digest_without_storing",
    "digests_without_storing",
    "is_digest",
    "is_url",
    "new_hasher",
    "open_external",
    "open_store",
    "scheme_of",
    "secrets_of",
    "telling",
]

__getattr__ = names_of(
    __name__,
    {
        "BlobStore": "bridge.store.blobs",
        "RemoteTree": "bridge.store.external",
        "UrlTree": "bridge.store.external",
        "check_paths": "bridge.store.paths",
        "content_digest": "bridge.store.digest",
        "digest_without_storing": "bridge.store.hashing",
        "digests_without_storing": "bridge.store.hashing",
        "is_digest": "bridge.store.paths",
        "is_url": "bridge.store.external",
        "new_hasher": "bridge.store.digest",
        "open_external": "bridge.store.external",
        "open_store": "bridge.store.blobs",
        "scheme_of": "bridge.store.external",
        "secrets_of": "bridge.domain.secret_urls",
        "telling": "bridge.store.identities",
    },
)
