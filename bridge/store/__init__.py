"""Bytes by digest on any fsspec filesystem, or in a local folder."""

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
