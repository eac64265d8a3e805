"""A signature holds for what was signed and for nothing else."""

from __future__ import annotations

import base64
import json
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

import bridge
import bridge.models
from bridge.domain.errors import BridgeError, KeyFileError, ModelNotFoundError, SignatureError, UnsignedError
from bridge.domain.model import ModelVersion
from bridge.domain.signature import Signature
from bridge.models.signing import make_key, sign, signatures, verify
from bridge.models.signing.keys import read_private_key
from bridge.models.signing.statement import canonical, enveloped, statement_of
from bridge.workspace import Workspace, reset
from tests.models.signing.conftest import Keys


def test_what_was_signed_is_verified_with_the_key_and_with_trusted_keys(models: Workspace, keys: Keys) -> None:
    signature = bridge.models.sign("churn@1", keys.ann)
    assert signature.key == keys.public.fingerprint
    for found in (
        bridge.models.verify("churn@1", key=keys.ann_pub),
        bridge.models.verify("churn@1", trusted=[keys.bob_pub, keys.ann_pub]),
    ):
        assert found.model.selector == "churn@1"
        assert found.files == 1 and found.size > 10_000
        assert bridge.load(found.selector) == {"weights": list(range(3000))}
        assert [one.vouches for one in found.signatures] == [True]
        assert found.signatures[0].signed == signature.created


def test_trusted_keys_come_from_the_setting(
    models: Workspace, keys: Keys, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    sign("churn@1", keys.ann)
    with pytest.raises(SignatureError, match=rf"unknown key {keys.public.fingerprint}, and no key is trusted"):
        verify("churn@1")
    monkeypatch.setenv("BRIDGE_TRUSTED_KEYS", f"{keys.bob_pub},{keys.ann_pub}")
    reset()
    assert verify("churn@1").signatures[0].file == str(keys.ann_pub)
    monkeypatch.setenv("BRIDGE_TRUSTED_KEYS", str(keys.bob_pub))
    reset()
    with pytest.raises(SignatureError, match=r"unknown key .*, and 1 key is trusted"):
        verify("churn@1")


def test_an_unsigned_version_and_one_that_there_is_not_are_told_apart(models: Workspace, keys: Keys) -> None:
    with pytest.raises(UnsignedError, match="nobody has signed it"):
        verify("churn@1", key=keys.ann_pub)
    for ask in (lambda: verify("churn@9", key=keys.ann_pub), lambda: sign("churn@9", keys.ann)):
        with pytest.raises(ModelNotFoundError):
            ask()


def test_the_wrong_key_is_named_beside_the_one_that_signed(models: Workspace, keys: Keys) -> None:
    sign("churn@1", keys.ann)
    with pytest.raises(SignatureError, match=rf"signed by {keys.public.fingerprint}, and not by .*bob\.key\.pub"):
        verify("churn@1", key=keys.bob_pub)


def test_signatures_of_two_keys_stand_side_by_side(models: Workspace, keys: Keys) -> None:
    sign("churn@1", keys.ann)
    sign("churn@1", keys.bob)
    found = verify("churn@1", key=keys.bob_pub)
    assert [one.is_trusted for one in found.signatures] == [False, True]
    assert [one.problem for one in found.signatures] == ["", ""]


def test_aliases_tags_and_archiving_are_not_signed(models: Workspace, keys: Keys) -> None:
    sign("churn@1", keys.ann)
    (model,) = (one for one in models.catalog.models("churn") if one.number == 1)
    models.catalog.put_model(replace(model, tags={"team": "growth"}, archived=model.created))
    models.catalog.set_alias(model.version, "champion")
    verify("churn@1", key=keys.ann_pub)


def test_forgotten_training_data_are_told_and_no_contradiction(models: Workspace, keys: Keys) -> None:
    sign("churn@1", keys.ann)
    bridge.save([1], "churn-data")
    (model,) = (one for one in models.catalog.models("churn") if one.number == 1)
    models.catalog.forget([model.details.data[0]])
    assert verify("churn@1", key=keys.ann_pub).forgotten == ("churn-data@1",)
    sign("churn@1", keys.bob)
    assert verify("churn@1", key=keys.bob_pub).forgotten == ("churn-data@1",)


def _store_file(workspace: Workspace) -> Path:
    """The file in the store that holds churn@1, the largest there."""
    files = [path for path in Path(workspace.store.url).rglob("*") if path.is_file()]
    return max(files, key=lambda path: path.stat().st_size)


@pytest.mark.parametrize(
    "tamper",
    [
        lambda data: data[:-1] + bytes([data[-1] ^ 1]),
        lambda data: data[:-1],
        lambda data: data + b"x",
        lambda data: b"",
    ],
    ids=["one bit", "cut off", "longer", "empty"],
)
def test_changed_bytes_are_found(models: Workspace, keys: Keys, tamper: Callable[[bytes], bytes]) -> None:
    sign("churn@1", keys.ann)
    file = _store_file(models)
    file.chmod(0o644)
    data = file.read_bytes()
    file.write_bytes(tamper(data))
    if tamper(data)[: len(data)] == data:
        verify("churn@1", key=keys.ann_pub)  # what follows the value is no part of it
        return
    with pytest.raises(SignatureError, match=r"its bytes are not those of train@1"):
        verify("churn@1", key=keys.ann_pub)
    with pytest.raises(SignatureError, match=r"its bytes are not those of train@1"):
        sign("churn@1", keys.bob)
    assert len(models.catalog.signatures("churn", 1)) == 1


def test_bytes_that_are_gone_are_found(models: Workspace, keys: Keys) -> None:
    sign("churn@1", keys.ann)
    _store_file(models).unlink()
    with pytest.raises(SignatureError, match="not there"):
        verify("churn@1", key=keys.ann_pub)


def _execute(workspace: Workspace, sql: str, *values: object) -> int:
    with sqlite3.connect(workspace.settings.home / "catalog.db") as connection:
        return connection.execute(sql, values).rowcount


TAMPERED = {
    "flavour": ("UPDATE models SET flavour = 'pyfunc' WHERE number = 1", "its flavour"),
    "details": ("UPDATE models SET details = replace(details, 'Leaves', 'Stays') WHERE number = 1", "its details"),
    "data": (
        """UPDATE versions SET digest = (SELECT v.digest FROM versions v JOIN artifacts a ON a.id = v.artifact_id
        WHERE a.name = 'train' AND v.number = 2) WHERE artifact_id =
        (SELECT id FROM artifacts WHERE name = 'churn-data')""",
        r"churn-data@1 is another since it was signed",
    ),
    "another artifact version": ("UPDATE models SET version = 2 WHERE number = 1", "its artifact version"),
    "the content of the version": (
        """UPDATE versions SET digest = (SELECT v.digest FROM versions v JOIN artifacts a ON a.id = v.artifact_id
        WHERE a.name = 'train' AND v.number = 2) WHERE number = 1 AND artifact_id =
        (SELECT id FROM artifacts WHERE name = 'train')""",
        "the digest of its bytes",
    ),
    "a file": (
        """UPDATE contents SET manifest = replace(manifest, '["value.json"', '["evil.json"') WHERE size > 10000""",
        r"its files: value.json is gone and 1 more since it was signed",
    ),
    "statement": (
        "UPDATE model_signatures SET statement = replace(statement, 'sklearn', 'pyfunc')",
        "one of the two was changed",
    ),
    "signature": (
        "UPDATE model_signatures SET signature = replace(signature, substr(signature, 1, 4), 'AAAA')",
        "changed",
    ),
    "signature of junk": ("UPDATE model_signatures SET signature = 'no base64 é'", "changed"),
    "statement of junk": ("UPDATE model_signatures SET statement = '[[['", "one of the two was changed"),
}


@pytest.mark.parametrize("kind", TAMPERED)
def test_a_changed_catalog_is_found(kind: str, models: Workspace, keys: Keys) -> None:
    sign("churn@1", keys.ann)
    verify("churn@1", key=keys.ann_pub)
    sql, told = TAMPERED[kind]
    assert _execute(models, sql) >= 1
    with pytest.raises(SignatureError, match=told) as caught:
        verify("churn@1", key=keys.ann_pub)
    assert "\n" not in str(caught.value)


def test_what_was_verified_is_loaded_though_the_catalog_was_changed_meanwhile(models: Workspace, keys: Keys) -> None:
    sign("churn@1", keys.ann)
    found = verify("churn@1", key=keys.ann_pub)
    assert _execute(models, TAMPERED["a file"][0]) == 1
    with pytest.raises(BridgeError):
        bridge.load(found.selector)


def _put(workspace: Workspace, signature: Signature) -> None:
    workspace.catalog.put_signature(signature)


def test_a_signature_of_another_version_is_no_signature_of_this_one(models: Workspace, keys: Keys) -> None:
    other = sign("churn@2", keys.ann)
    _put(models, replace(other, number=1))
    with pytest.raises(SignatureError, match=r"the signature is one of churn@2"):
        verify("churn@1", key=keys.ann_pub)


def test_a_key_swapped_in_the_catalog_makes_nobody_trusted(models: Workspace, keys: Keys) -> None:
    """What the catalog says of keys is not believed: only the verifier's own files are."""
    by_bob = sign("churn@1", keys.bob)
    _put(models, replace(by_bob, key=keys.public.fingerprint))
    with pytest.raises(SignatureError, match="one of the two was changed"):
        verify("churn@1", key=keys.ann_pub)


def test_a_statement_that_names_another_key_is_refused(models: Workspace, keys: Keys) -> None:
    model = bridge.models.get("churn@1")
    private = read_private_key(keys.ann)
    text = canonical({**statement_of(models.catalog, model), "signed": "2026-05-03", "key": "sha256:00"})
    made = base64.b64encode(private.sign(enveloped(text))).decode()
    fake = Signature("churn", 1, private.public.fingerprint, private.public.pem, text, made, model.created)
    _put(models, fake)
    with pytest.raises(SignatureError, match="names another key"):
        verify("churn@1", key=keys.ann_pub)


def test_what_was_signed_for_another_purpose_is_no_signature_of_a_model(models: Workspace, keys: Keys) -> None:
    """The bare JSON, signed by the right key, is not what a model's signature is made of."""
    real = sign("churn@1", keys.ann)
    bare = read_private_key(keys.ann).sign(real.statement.encode())
    _put(models, replace(real, signature=base64.b64encode(bare).decode()))
    with pytest.raises(SignatureError, match="one of the two was changed"):
        verify("churn@1", key=keys.ann_pub)


def test_a_layout_of_a_later_bridge_is_told_as_that(models: Workspace, keys: Keys) -> None:
    real = sign("churn@1", keys.ann)
    text = canonical({**json.loads(real.statement), "layout": 2})
    made = read_private_key(keys.ann).sign(enveloped(text))
    _put(models, replace(real, statement=text, signature=base64.b64encode(made).decode()))
    with pytest.raises(SignatureError, match=r"layout 2, and this bridge reads 1: pip install -U"):
        verify("churn@1", key=keys.ann_pub)


def test_a_bad_signature_beside_a_good_one_does_not_count_and_is_told(models: Workspace, keys: Keys) -> None:
    """Whoever can write the catalog can add rows: that must not make a good signature bad."""
    sign("churn@1", keys.ann)
    by_bob = sign("churn@1", keys.bob)
    _put(models, replace(by_bob, signature="AAAA"))
    found = verify("churn@1", trusted=[keys.ann_pub, keys.bob_pub])
    assert [one.vouches for one in found.signatures] == [True, False]
    assert "changed" in found.signatures[1].problem


def test_signatures_are_looked_at_without_reading_the_bytes(models: Workspace, keys: Keys) -> None:
    sign("churn@1", keys.ann)
    _store_file(models).unlink()
    (found,) = signatures(bridge.models.get("churn@1"))
    assert (found.problem, found.is_trusted) == ("", False)
    _execute(models, "UPDATE versions SET deleted = 1")
    (found,) = signatures(bridge.models.get("churn@1"))
    assert "train@1" in found.problem


def test_a_model_of_a_value_that_was_not_stored_is_not_signed(models: Workspace, keys: Keys) -> None:
    from bridge.domain.errors import BytesMissingError
    from bridge.domain.run import Saved

    version = models.catalog.save(Saved("lost", "object", None), step_id=None, run_id=None)
    models.catalog.put_model(ModelVersion("lost", 1, version.ref, version.created, "sklearn"))
    with pytest.raises(BytesMissingError, match="nothing to sign"):
        sign("lost", keys.ann)


def test_what_lies_outside_the_store_is_not_signed(models: Workspace, keys: Keys, tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_bytes(b"weights")
    version = bridge.import_file(tmp_path / "model.bin", "outside", copy=False)
    models.catalog.put_model(ModelVersion("outside", 1, version.ref, version.created, "pyfunc"))
    with pytest.raises(SignatureError, match="outside the store"):
        sign("outside", keys.ann)


def test_any_name_can_be_signed(models: Workspace, keys: Keys) -> None:
    version = models.resolve("train@1")
    for name in ("a/b", "Ω\u202e", "x" * 400, "'; --", "<script>"):
        models.catalog.put_model(ModelVersion(name, 1, version.ref, version.created, "sklearn"))
        (model,) = models.catalog.models(name)
        sign(model.name, keys.ann)
        assert verify(model.name, key=keys.ann_pub).model.name == model.name


def test_a_wrong_passphrase_signs_nothing(models: Workspace, tmp_path: Path) -> None:
    make_key(tmp_path / "k", passphrase="right")
    with pytest.raises(KeyFileError):
        sign("churn@1", tmp_path / "k", passphrase="wrong")
    assert models.catalog.signatures("churn", 1) == []
