"""Ed25519 keys in PEM files: made, read, told apart.

The files are what OpenSSL reads and writes, so that keys can be made and looked at without bridge:
`openssl genpkey -algorithm ed25519`, `openssl pkey -pubin -in FILE.pub -outform DER | sha256sum`.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from bridge.domain.errors import KeyFileError

LARGEST = 1 << 16
"""Bytes of a file above which it is no key."""

Passphrase = str | Callable[[], str] | None
"""What opens a private key; or what asks for it, which is called only if the key needs it."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """What signatures are checked with.

    Args:
        pem: As it is written in files.
        fingerprint: SHA-256 of the key's DER form, `sha256:<64 hex>`.
        file: Where it was read from; empty if it was not.
    """

    pem: str
    fingerprint: str
    file: str = field(default="", compare=False)
    _key: Ed25519PublicKey | None = field(default=None, repr=False, compare=False)

    def fits(self, signature: bytes, data: bytes) -> bool:
        """Whether the owner of the private key signed these bytes."""
        try:
            self.opened().verify(signature, data)
        except InvalidSignature:
            return False
        return True

    def opened(self) -> Ed25519PublicKey:
        """The library's key."""
        return self._key or _public_key(self.pem.encode(), self.file or "in the catalog")


@dataclass(frozen=True, slots=True)
class PrivateKey:
    """What signs; its text does not show it.

    Args:
        public: The public key that belongs to it.
    """

    public: PublicKey
    _key: Ed25519PrivateKey = field(repr=False, compare=False)

    def sign(self, data: bytes) -> bytes:
        """Sign bytes."""
        return self._key.sign(data)


def make_key(file: Path, *, passphrase: str | None = None) -> PublicKey:
    """Write a new private key, readable by its owner only, and `FILE.pub` beside it.

    Args:
        file: Where to write it.
        passphrase: What it is encrypted with; None leaves it as it is.

    Raises:
        KeyFileError: If one of the files is there already, or cannot be written.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> public = make_key(folder / "release.key")
    >>> read_public_key(folder / "release.key.pub") == public
    True
    """
    key = Ed25519PrivateKey.generate()
    how = NoEncryption() if passphrase is None else BestAvailableEncryption(passphrase.encode())
    beside = file.with_name(f"{file.name}.pub")
    for path in (file, beside):
        if path.exists():
            raise KeyFileError(str(path), "it is there already, and a key that was in use is not replaced")
    pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    _write(file, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, how), mode=0o600)
    try:
        _write(beside, pem, mode=0o644)
    except KeyFileError:
        file.unlink()  # or the next try would find a key that nobody can verify with
        raise
    return _as_public(key.public_key(), str(beside))


def read_private_key(file: Path, passphrase: Passphrase = None) -> PrivateKey:
    """Read a private key.

    Raises:
        KeyFileError: If it is not there, is no Ed25519 private key, or the passphrase is not the one.

    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "release.key"
    >>> public = make_key(file, passphrase="open sesame")
    >>> read_private_key(file, "open sesame").public.fingerprint == public.fingerprint
    True
    """
    data = _read(file)
    if b"PRIVATE KEY" not in data:
        what = "it is a public key, and signing takes the private one" if b"PUBLIC KEY" in data else "it is no PEM file"
        raise KeyFileError(str(file), f"{what}; `bridge models keygen FILE` makes one")
    encrypted = b"ENCRYPTED" in data
    if encrypted and passphrase is None:
        raise KeyFileError(str(file), "it has a passphrase, and none was given (--passphrase-env NAME)")
    words = (passphrase() if callable(passphrase) else passphrase or "") if encrypted else ""
    try:
        key = load_pem_private_key(data, words.encode() if encrypted else None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        why = "the passphrase is not the one of this key" if encrypted else "it is damaged, or no private key"
        raise KeyFileError(str(file), why) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyFileError(str(file), f"{_kind(key)}, and models are signed with Ed25519 keys")
    return PrivateKey(_as_public(key.public_key()), key)


def read_public_key(file: Path) -> PublicKey:
    """Read a public key.

    Raises:
        KeyFileError: If it is not there, or is no Ed25519 public key.
    """
    data = _read(file)
    if b"PRIVATE KEY" in data:
        raise KeyFileError(str(file), f"it is a private key; the public one is beside it, in {file.name}.pub")
    return _as_public(_public_key(data, str(file)), str(file))


def public_key_of(pem: str, place: str) -> PublicKey:
    """A public key from its text; `place` says in errors where that was.

    Raises:
        KeyFileError: If it is no Ed25519 public key.
    """
    return _as_public(_public_key(pem.encode("utf-8", "replace"), place))


def _public_key(data: bytes, place: str) -> Ed25519PublicKey:
    try:
        key = load_pem_public_key(data)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise KeyFileError(place, "it is no public key in a PEM file, or damaged") from error
    if not isinstance(key, Ed25519PublicKey):
        raise KeyFileError(place, f"{_kind(key)}, and models are signed with Ed25519 keys")
    return key


def _as_public(key: Ed25519PublicKey, file: str = "") -> PublicKey:
    pem = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    der = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return PublicKey(pem, f"sha256:{hashlib.sha256(der).hexdigest()}", file, key)


def _kind(key: object) -> str:
    """What another key is: `RSAPrivateKey` is an RSA key, whatever module it is of."""
    name = type(key).__name__.lstrip("_")
    for ending in ("PrivateKey", "PublicKey"):
        name = name.removesuffix(ending)
    return f"it is a key of another kind ({name})"


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            data = opened.read(LARGEST + 1)
    except OSError as error:
        raise KeyFileError(str(file), error.strerror or str(error)) from error
    if len(data) > LARGEST:
        raise KeyFileError(str(file), "it is too large for a key")
    return data


def _write(file: Path, data: bytes, *, mode: int) -> None:
    """Write a file that nobody else could read in the meantime, and that was not there."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(data)
    except FileExistsError as error:
        raise KeyFileError(str(file), "it is there already, and a key that was in use is not replaced") from error
    except OSError as error:
        raise KeyFileError(str(file), error.strerror or str(error)) from error
