"""A model version is signed, or its signatures are verified."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from bridge.domain.errors import BytesMissingError, SignatureError, UnsignedError, VersionNotFoundError
from bridge.domain.external import OUTSIDE
from bridge.domain.model import ModelVersion
from bridge.domain.progress import current_meter
from bridge.domain.signature import Signature
from bridge.models.finding import find
from bridge.models.signing.checking import Checked, check
from bridge.models.signing.keys import Passphrase, PublicKey, read_private_key, read_public_key
from bridge.models.signing.statement import canonical, enveloped, forgotten, statement_of, time_of
from bridge.models.signing.trusted import read_trusted
from bridge.workspace import Workspace
from bridge.workspace.progress import shown


@dataclass(frozen=True, slots=True)
class Verification:
    """A model version that somebody who is trusted has signed, and whose bytes are what was signed.

    Args:
        model: The model version.
        digest: Of its content, as it was signed.
        signatures: All of its signatures, the earliest first; at least one of them vouches for it.
        files: Files that were read and hashed.
        size: Bytes of these.
        forgotten: Selectors of training data that the catalog has forgotten, so that nothing was compared.
    """

    model: ModelVersion
    digest: str
    signatures: tuple[Checked, ...]
    files: int
    size: int
    forgotten: tuple[str, ...] = ()

    @property
    def selector(self) -> str:
        """What loads this very content, whatever becomes of the catalog meanwhile: `train@blake3:…`."""
        return f"{self.model.version.name}@{self.digest}"


def sign(
    selector: str, key: str | Path, *, passphrase: Passphrase = None, workspace: Workspace | None = None
) -> Signature:
    """Sign a model version and keep the signature in the catalog; the bytes are read and checked first.

    Args:
        selector: `churn@3`, `churn@champion` …
        key: File of the private key.
        passphrase: What opens it, or what asks for that.
        workspace: Where the model is; left out, the default one.

    Raises:
        ModelNotFoundError: If there is no such model version.
        KeyFileError: If the key cannot be used.
        SignatureError: If the bytes in the store are not those of the version: nobody should vouch for that.
    """
    workspace = workspace or _current()
    model = find(workspace.catalog, selector)
    private = read_private_key(Path(key), passphrase)
    statement = statement_of(workspace.catalog, model)
    _read_every_byte(workspace, model, str(statement["digest"]))
    now = datetime.now(timezone.utc)
    text = canonical({**statement, "signed": time_of(now), "key": private.public.fingerprint})
    signature = Signature(
        name=model.name,
        number=model.number,
        key=private.public.fingerprint,
        public_key=private.public.pem,
        statement=text,
        signature=base64.b64encode(private.sign(enveloped(text))).decode(),
        created=now,
    )
    workspace.catalog.put_signature(signature)
    return signature


def verify(
    selector: str,
    *,
    key: str | Path | None = None,
    trusted: str | Path | Iterable[str | Path] | None = None,
    workspace: Workspace | None = None,
) -> Verification:
    """Make sure that a model version is what somebody who is trusted signed, down to the last byte.

    Args:
        selector: `churn@3`, `churn@champion` …
        key: File of the one public key that counts.
        trusted: Files and folders of public keys that count; left out, the setting `BRIDGE_TRUSTED_KEYS`.
        workspace: Where the model is; left out, the default one.

    Raises:
        ModelNotFoundError: If there is no such model version.
        UnsignedError: If it has no signature.
        SignatureError: If none of its signatures is by a key that counts, what was signed is not what the catalog says
            now, or the bytes in the store are others.
        KeyFileError: If a key cannot be read.
    """
    workspace = workspace or _current()
    model = find(workspace.catalog, selector)
    if key is not None:
        only = read_public_key(Path(key))
        keys = {only.fingerprint: only}
    else:
        only = None
        keys = read_trusted(workspace.settings.trusted_places if trusted is None else trusted)
    signatures = workspace.catalog.signatures(model.name, model.number)
    if not signatures:
        raise UnsignedError(model.selector)
    now = statement_of(workspace.catalog, model)
    checked = tuple(check(signature, now, keys) for signature in signatures)
    if not any(one.vouches for one in checked):
        raise SignatureError(model.selector, _refusal(checked, keys, only))
    digest = str(now["digest"])
    files, size = _read_every_byte(workspace, model, digest)
    return Verification(model, digest, checked, files, size, tuple(forgotten(now)))


def signatures(model: ModelVersion, *, workspace: Workspace | None = None) -> tuple[Checked, ...]:
    """The signatures of a model version, held against the catalog; the bytes are not read.

    Raises:
        KeyFileError: If a trusted key cannot be read.
        CatalogError: If the catalog cannot be read.
    """
    workspace = workspace or _current()
    found = workspace.catalog.signatures(model.name, model.number)
    if not found:
        return ()
    keys = read_trusted(workspace.settings.trusted_places)
    try:
        now = statement_of(workspace.catalog, model)
    except (BytesMissingError, VersionNotFoundError) as error:
        return tuple(Checked(one.key, one.key in keys, None, str(error).removesuffix(".")) for one in found)
    return tuple(check(signature, now, keys) for signature in found)


def _refusal(checked: tuple[Checked, ...], keys: dict[str, PublicKey], only: PublicKey | None) -> str:
    """Why none of the signatures vouches: what is wrong with one that is trusted, or else that none is."""
    for one in checked:
        if one.is_trusted:
            return one.problem
    for one in checked:
        if one.problem:
            return one.problem
    names = ", ".join(one.key for one in checked)
    if only is not None:
        return f"it is signed by {names}, and not by the key in {only.file} ({only.fingerprint})"
    what = "an unknown key" if len(checked) == 1 else "unknown keys"
    trusted = f"{len(keys)} keys are trusted" if len(keys) > 1 else f"{'1 key is' if keys else 'no key is'} trusted"
    return (
        f"it is signed by {what} {names}, and {trusted}. If you know whose key that is, put it into a folder that "
        f"BRIDGE_TRUSTED_KEYS names, or give --key FILE.pub"
    )


def _read_every_byte(workspace: Workspace, model: ModelVersion, digest: str) -> tuple[int, int]:
    """Hash what the store has; raises `SignatureError` if that is not the model."""
    manifest = workspace.catalog.manifest(digest)
    if manifest.format in OUTSIDE:
        raise SignatureError(
            model.selector, f"its bytes lie outside the store ({manifest.format}), where anybody may change them"
        )
    with shown(model.selector, workspace.store.url, in_run=False, wanted=workspace.settings.progress):
        current_meter().begin("reading", manifest.size)
        problems = workspace.store.verify(manifest)
    if problems:
        more = f", and {len(problems) - 1} more such problems" if len(problems) > 1 else ""
        raise SignatureError(model.selector, f"its bytes are not those of {model.version}: {_inner(problems[0])}{more}")
    return len(manifest.files), manifest.size


def _inner(problem: str) -> str:
    """The first sentence of a problem, to be part of another."""
    return problem.partition(" `bridge doctor")[0].strip().removesuffix(".")


def _current() -> Workspace:
    from bridge.workspace import current

    return current()
