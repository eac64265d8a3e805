"""Signatures of model versions: whose word there is for it that a model is what it is said to be."""

from bridge.models.signing.checking import Checked
from bridge.models.signing.keys import PublicKey, make_key
from bridge.models.signing.signing import Verification, sign, signatures, verify

__all__ = ["Checked", "PublicKey", "Verification", "make_key", "sign", "signatures", "verify"]
