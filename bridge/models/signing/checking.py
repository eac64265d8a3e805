"""What a signature is worth, as far as that can be told without reading the model's bytes."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bridge.domain.errors import KeyFileError
from bridge.domain.signature import Signature
from bridge.models.signing.keys import PublicKey, public_key_of
from bridge.models.signing.statement import LAYOUT, differences, enveloped


@dataclass(frozen=True, slots=True)
class Checked:
    """A signature with what was found out about it.

    Args:
        key: Fingerprint of the key that it is said to be by.
        is_trusted: Whether that is one of the keys that count.
        signed: When, in the signer's words; None if the statement does not say.
        problem: Why it vouches for nothing; empty if the key's owner signed what the catalog says now.
        file: Where the trusted key was read from.
    """

    key: str
    is_trusted: bool
    signed: datetime | None
    problem: str = ""
    file: str = ""

    @property
    def vouches(self) -> bool:
        """Whether somebody who is trusted says that the model version is what the catalog says it is."""
        return self.is_trusted and not self.problem


def check(signature: Signature, now: Mapping[str, Any], trusted: Mapping[str, PublicKey]) -> Checked:
    """Look at a signature.

    Args:
        signature: As the catalog gave it. Nothing in it is believed.
        now: What the catalog says of the model version now.
        trusted: Keys that count, by fingerprint.
    """
    known = trusted.get(signature.key)
    statement = _parsed(signature.statement)
    problem = _problem_of(signature, statement, now, known)
    return Checked(
        key=signature.key,
        is_trusted=known is not None,
        signed=_time(statement.get("signed")),
        problem=problem,
        file="" if known is None else known.file,
    )


def _problem_of(
    signature: Signature, statement: Mapping[str, Any], now: Mapping[str, Any], known: PublicKey | None
) -> str:
    try:
        key = known or public_key_of(signature.public_key, "in the catalog")
    except KeyFileError as error:
        return f"the signature by {signature.key} cannot be checked: {error.args[0].removesuffix('.')}"
    if key.fingerprint != signature.key:
        return f"the signature is said to be by {signature.key}, and its key is {key.fingerprint}"
    if not key.fits(_decoded(signature.signature), enveloped(signature.statement)):
        return f"the signature is not one of {signature.key} for what it says: one of the two was changed"
    if statement.get("key") != key.fingerprint:
        return f"what {key.fingerprint} signed names another key"
    layout = statement.get("layout")
    if layout != LAYOUT:
        return f"what was signed has layout {layout!r}, and this bridge reads {LAYOUT}: pip install -U prefect-bridge"
    said = (statement.get("model"), statement.get("number"))
    if said != (now["model"], now["number"]):
        return f"the signature is one of {said[0]}@{said[1]}"
    return next(differences(statement, now), "")


def _parsed(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""


def _time(text: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return None if moment is None or moment.tzinfo is None else moment
