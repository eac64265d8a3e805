"""Keys are made, read and refused."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from bridge.domain.errors import KeyFileError
from bridge.models.signing import make_key
from bridge.models.signing.keys import read_private_key, read_public_key
from bridge.models.signing.trusted import read_trusted
from tests.models.signing.conftest import Keys


def test_a_private_key_is_readable_by_its_owner_only_whatever_the_mask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        make_key(tmp_path / "k")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "k").stat().st_mode) == 0o600


def test_what_is_signed_with_a_key_fits_its_public_key_and_no_other(keys: Keys) -> None:
    signature = read_private_key(keys.ann).sign(b"data")
    assert read_public_key(keys.ann_pub).fits(signature, b"data")
    assert not read_public_key(keys.ann_pub).fits(signature, b"dat_")
    assert not read_public_key(keys.ann_pub).fits(b"", b"data")
    assert not read_public_key(keys.bob_pub).fits(signature, b"data")


def test_a_key_is_not_replaced_and_neither_is_its_public_half(keys: Keys, tmp_path: Path) -> None:
    before = keys.ann.read_bytes()
    with pytest.raises(KeyFileError, match="there already"):
        make_key(keys.ann)
    (tmp_path / "new.key.pub").write_text("somebody's")
    with pytest.raises(KeyFileError, match=r"new\.key\.pub.*there already"):
        make_key(tmp_path / "new.key")
    assert keys.ann.read_bytes() == before
    assert not (tmp_path / "new.key").exists()


def test_a_key_with_a_passphrase_opens_with_that_alone(tmp_path: Path) -> None:
    public = make_key(tmp_path / "k", passphrase="öffne dich")
    asked: list[int] = []

    def ask() -> str:
        asked.append(1)
        return "öffne dich"

    assert read_private_key(tmp_path / "k", "öffne dich").public == public
    assert read_private_key(tmp_path / "k", ask).public == public
    assert asked == [1]
    for wrong in ("", "other"):
        with pytest.raises(KeyFileError, match="passphrase is not the one"):
            read_private_key(tmp_path / "k", wrong)
    with pytest.raises(KeyFileError, match="none was given"):
        read_private_key(tmp_path / "k")


def test_nobody_is_asked_for_the_passphrase_of_a_key_that_has_none(keys: Keys) -> None:
    def ask() -> str:
        raise AssertionError

    assert read_private_key(keys.ann, ask).public == keys.public


def test_a_private_key_shows_itself_in_no_text(keys: Keys) -> None:
    key = read_private_key(keys.ann)
    secret = keys.ann.read_text().splitlines()[1]
    assert secret not in repr(key) and secret not in str(key)


def other_kinds() -> dict[str, tuple[bytes, bytes]]:
    found = {}
    for name, key in (
        ("RSA", rsa.generate_private_key(65537, 2048)),
        ("EC", ec.generate_private_key(ec.SECP256R1())),
    ):
        found[name] = (
            key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
            key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
        )
    return found


def test_keys_of_other_kinds_are_refused_by_name(tmp_path: Path) -> None:
    for name, (private, public) in other_kinds().items():
        (tmp_path / "k").write_bytes(private)
        (tmp_path / "k.pub").write_bytes(public)
        with pytest.raises(KeyFileError, match=rf"another kind \({name}\).*Ed25519"):
            read_private_key(tmp_path / "k")
        with pytest.raises(KeyFileError, match=rf"another kind \({name}\).*Ed25519"):
            read_public_key(tmp_path / "k.pub")


JUNK = {
    "empty": b"",
    "text": b"hello",
    "bytes": bytes(range(256)),
    "cut off": b"-----BEGIN PRIVATE KEY-----\nMC4CAQ",
    "public cut off": b"-----BEGIN PUBLIC KEY-----\nMC4CAQ",
    "damaged": b"-----BEGIN PRIVATE KEY-----\n!!!!\n-----END PRIVATE KEY-----\n",
    "encrypted junk": b"-----BEGIN ENCRYPTED PRIVATE KEY-----\nMC4CAQ==\n-----END ENCRYPTED PRIVATE KEY-----\n",
    "large": b"-----BEGIN PRIVATE KEY-----\n" + b"A" * 100_000,
}


@pytest.mark.parametrize("kind", JUNK)
def test_junk_is_refused_with_the_files_name(kind: str, tmp_path: Path) -> None:
    (tmp_path / "junk.pem").write_bytes(JUNK[kind])
    with pytest.raises(KeyFileError, match=r"junk\.pem"):
        read_private_key(tmp_path / "junk.pem", "x")
    with pytest.raises(KeyFileError, match=r"junk\.pem"):
        read_public_key(tmp_path / "junk.pem")


def test_a_key_in_the_place_of_the_other_is_told_so(keys: Keys, tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match=r"public key.*signing takes the private"):
        read_private_key(keys.ann_pub)
    with pytest.raises(KeyFileError, match=r"private key.*ann\.key\.pub"):
        read_public_key(keys.ann)
    for absent in (tmp_path / "no.key", tmp_path):
        with pytest.raises(KeyFileError):
            read_private_key(absent)
        with pytest.raises(KeyFileError):
            read_public_key(absent)


def test_trusted_keys_are_those_of_files_and_folders(keys: Keys, tmp_path: Path) -> None:
    folder = tmp_path / "trusted"
    folder.mkdir()
    shutil.copy(keys.ann_pub, folder / "ann.pub")
    (folder / "README.txt").write_text("whose keys these are")
    for one in (folder, str(folder), [folder]):
        assert set(read_trusted(one)) == {keys.public.fingerprint}
    assert len(read_trusted([folder, keys.bob_pub, keys.ann_pub])) == 2


def test_a_damaged_trusted_key_is_an_error_and_not_left_out(keys: Keys, tmp_path: Path) -> None:
    folder = tmp_path / "trusted"
    folder.mkdir()
    (folder / "bad.pub").write_text("junk")
    for places in ([folder], [tmp_path / "nowhere"]):
        with pytest.raises(KeyFileError):
            read_trusted(places)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="there is no openssl here")
def test_openssl_reads_our_keys_and_we_read_its(keys: Keys, tmp_path: Path) -> None:
    def openssl(*words: str) -> bytes:
        return subprocess.run(["openssl", *words], check=True, capture_output=True).stdout

    der = openssl("pkey", "-pubin", "-in", str(keys.ann_pub), "-outform", "DER")
    assert f"sha256:{hashlib.sha256(der).hexdigest()}" == keys.public.fingerprint
    openssl("genpkey", "-algorithm", "ed25519", "-out", str(tmp_path / "theirs"))
    openssl("pkey", "-in", str(tmp_path / "theirs"), "-pubout", "-out", str(tmp_path / "theirs.pub"))
    signature = read_private_key(tmp_path / "theirs").sign(b"x")
    assert read_public_key(tmp_path / "theirs.pub").fits(signature, b"x")
