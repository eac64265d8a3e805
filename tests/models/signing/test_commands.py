"""`bridge models keygen`, `sign` and `verify` on the command line."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
from pathlib import Path

import pytest

from bridge.workspace import Workspace, reset
from tests.cli.conftest import Said, bridge
from tests.models.signing.conftest import Keys

__all__ = ["bridge"]


def test_a_model_is_signed_and_verified_with_what_keygen_made(
    bridge: type[Said], models: Workspace, tmp_path: Path
) -> None:
    said = bridge("models", "keygen", str(tmp_path / "release.key"))
    assert said.code == 0, said.err
    fingerprint = said.out.split("fingerprint")[1].split()[0]
    assert "not encrypted: whoever reads it can sign" in said.out
    signed = bridge("models", "sign", "churn@1", "--key", str(tmp_path / "release.key"))
    assert signed.out == f"churn@1 is signed by {fingerprint}\n"
    verified = bridge("models", "verify", "churn@1", "--key", str(tmp_path / "release.key.pub"))
    assert verified.code == 0
    assert verified.out.startswith("churn@1 is what was signed\n")
    assert fingerprint in verified.out and "read and hashed" in verified.out
    document = bridge("models", "verify", "churn@1", "--trusted", str(tmp_path), "--json").json
    assert (document["verified"], document["signatures"][0]["key"]) == (True, fingerprint)


def test_what_does_not_count_is_listed(bridge: type[Said], models: Workspace, keys: Keys) -> None:
    for key in (keys.ann, keys.bob):
        bridge("models", "sign", "churn@1", "--key", str(key))
    said = bridge("models", "verify", "churn@1", "--key", str(keys.ann_pub))
    assert said.code == 0
    assert "does not count  signed by the unknown key sha256:" in said.out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["verify", "churn@2", "--key", "{ann}.pub"], "churn@2 is not verified: nobody has signed it"),
        (["verify", "churn@1"], "signed by an unknown key sha256:"),
        (["verify", "churn@1", "--key", "{bob}.pub"], "and not by the key in"),
        (["verify", "churn@1", "--key", "{ann}"], "it is a private key"),
        (["verify", "churn@1", "--key", "/nowhere.pub"], "No such file"),
        (["verify", "churn@1", "--trusted", "/nowhere"], "No such file"),
        (["verify", "nope", "--key", "{ann}.pub"], "No model version matches 'nope'"),
        (["sign", "churn@1", "--key", "{ann}.pub"], "it is a public key"),
        (["sign", "churn@1", "--key", "{ann}", "--passphrase-env", "NOT_SET"], "NOT_SET, and that is not set"),
        (["keygen", "{ann}"], "there already"),
        (["keygen", "/proc/none/k"], "/proc/none"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_is_wrong_is_one_line_and_exit_code_1(
    words: list[str], told: str, bridge: type[Said], models: Workspace, keys: Keys
) -> None:
    bridge("models", "sign", "churn@1", "--key", str(keys.ann))
    said = bridge("models", *(word.format(ann=keys.ann, bob=keys.bob) for word in words))
    assert (said.code, said.out) == (1, "")
    assert told in said.err
    assert said.err.startswith("Error: ") and said.err.count("\n") == 1


def test_a_passphrase_comes_from_a_variable(
    bridge: type[Said], models: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORDS", "open sesame")
    key = str(tmp_path / "k")
    assert "encrypted with the passphrase" in bridge("models", "keygen", key, "--passphrase-env", "WORDS").out
    assert "ENCRYPTED" in Path(key).read_text()
    said = bridge("models", "sign", "churn@1", "--key", key)
    assert (said.code, "none was given (--passphrase-env NAME)" in said.err) == (1, True)
    assert bridge("models", "sign", "churn@1", "--key", key, "--passphrase-env", "WORDS").code == 0
    monkeypatch.setenv("WORDS", "other")
    said = bridge("models", "sign", "churn@1", "--key", key, "--passphrase-env", "WORDS")
    assert (said.code, "passphrase is not the one" in said.err) == (1, True)


def test_the_setting_is_shown_by_doctor_and_used(
    bridge: type[Said], models: Workspace, keys: Keys, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    bridge("models", "sign", "churn@1", "--key", str(keys.ann))
    monkeypatch.setenv("BRIDGE_TRUSTED_KEYS", str(tmp_path))
    reset()
    assert bridge("models", "verify", "churn").code == 1  # the latest, which nobody has signed
    assert bridge("models", "verify", "churn@1").code == 0


def test_on_a_terminal_the_passphrase_is_asked_for_and_not_shown(models: Workspace, tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "bridge", "models", "keygen", str(tmp_path / "k"), "--passphrase"]
    process = subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, close_fds=True, start_new_session=True
    )
    os.close(theirs)
    seen = b""
    try:
        for prompt in (b"Passphrase: ", b"confirmation: "):  # the space says that nothing is echoed from here on
            while prompt not in seen:
                seen += _read(ours)
            os.write(ours, b"secret words\n")
        while more := _read(ours):
            seen += more
    finally:
        process.kill()
        process.wait(30)
        os.close(ours)
    assert b"secret" not in seen
    assert b"ENCRYPTED" in (tmp_path / "k").read_bytes()


def _read(terminal: int) -> bytes:
    """What the process said next; nothing once it has ended."""
    assert select.select([terminal], [], [], 60)[0], "the command neither said anything nor ended"
    try:
        return os.read(terminal, 1024)
    except OSError:  # how Linux says that nobody holds the other end any more
        return b""
