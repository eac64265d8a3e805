"""What looks like a secret: files, variables and texts that are not recorded."""

from __future__ import annotations

import re
from fnmatch import fnmatch

FILES = (
    ".env",
    ".env.*",
    "*.env",
    "*.pem",
    "*.key",
    "*.p12",
    "*.pfx",
    "*.jks",
    "*.keystore",
    "*.kdbx",
    "*.ppk",
    "id_rsa*",
    "id_dsa*",
    "id_ecdsa*",
    "id_ed25519*",
    ".netrc",
    "_netrc",
    ".pgpass",
    ".npmrc",
    ".pypirc",
    ".htpasswd",
    ".git-credentials",
    "*credential*",
    "secrets.*",
    "*secret*.json",
    "*secret*.toml",
    "*secret*.y*ml",
    "*service*account*.json",
)
"""Names of files, in small letters."""

HARMLESS = (".env.example", ".env.sample", ".env.template", ".env.dist")

_WORDS = r"\w*KEY|\w*TOKEN|\w*SECRET\w*|\w*PASS\w*|PWD|\w*CRED\w*|AUTH\w*|COOKIE|DSN|JWT|SIGNATURE"
_NAME = re.compile(rf"(?:^|_|-)(?:{_WORDS})(?:$|_|-)", re.IGNORECASE)
_VALUE = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY"
    r"|\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"
    r"|\bgh[pousr]_[A-Za-z0-9]{30,}|\bgithub_pat_[A-Za-z0-9_]{30,}|\bglpat-[\w-]{20,}"
    r"|\bxox[abprs]-[\w-]{10,}"
    r"|\bsk-[\w-]{20,}|\bhf_[A-Za-z0-9]{30,}|\bpypi-[\w-]{50,}"
    r"|\bAIza[\w-]{35}|\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\."
    r"|//[^/\s:@]*:[^/\s@]+@"
)


def is_secret_file(path: str) -> bool:
    """Whether a file's name is one under which secrets are kept.

    >>> [is_secret_file(path) for path in (".env", "deploy/id_rsa", "a.pem", "tokenizer.py", ".env.example")]
    [True, True, True, False, False]
    """
    name = path.rpartition("/")[2].lower()
    return name not in HARMLESS and any(fnmatch(name, pattern) for pattern in FILES)


def is_secret_variable(name: str, value: str) -> bool:
    """Whether a variable looks like a secret, by its name or its value.

    >>> is_secret_variable("AWS_SECRET_ACCESS_KEY", "x"), is_secret_variable("HOST", "https://ann:pw@host")
    (True, True)
    >>> is_secret_variable("OMP_NUM_THREADS", "4"), is_secret_variable("TOKENIZERS_PARALLELISM", "false")
    (False, False)
    """
    return _NAME.search(name) is not None or has_secret(value)


def has_secret(text: str) -> bool:
    """Whether a text has a private key or an access token of a known form in it, or a URL with a password.

    >>> has_secret("-----BEGIN RSA PRIVATE KEY-----"), has_secret("lr = 0.1")
    (True, False)
    """
    return _VALUE.search(text) is not None
