"""What in a URL is a secret: passwords, and the signatures and tokens of its query."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit, urlunsplit

_NAMES = (
    r"x-amz-signature|x-amz-credential|x-amz-security-token|x-goog-signature|x-goog-credential|awsaccesskeyid"
    r"|signature|sig|token|access[_-]?token|auth[_-]?token|id[_-]?token|refresh[_-]?token|jwt|authorization|auth"
    r"|api[_-]?key|access[_-]?key|secret[_-]?key|key|password|passwd|pwd|secret|client[_-]?secret|code|credential"
)
_SECRET = re.compile(_NAMES, re.IGNORECASE)
_IN_TEXT = re.compile(rf"([?&;](?:{_NAMES})=)[^&;\s#'\"<>]+", re.IGNORECASE)
_BESIDE = re.compile(r"x-(?:amz|goog)-.*|expires|policy|key-pair-id|s[vestpri]|spr|skoid|sktid|ske|sks|skt|skv", re.I)
"""What goes with a signature and is of no use without it."""


def secrets_of(url: str) -> list[str]:
    """What is secret in a URL, by name.

    >>> secrets_of("https://ann:pw@host/a.csv?versionId=3&X-Amz-Signature=5e1f")
    ['its password', 'X-Amz-Signature']
    >>> secrets_of("s3://bucket/a.csv")
    []
    """
    parts = urlsplit(url)
    names = [name for name, _ in _query(parts) if _SECRET.fullmatch(name)]
    password = parts.password is not None or ("@" in parts.netloc and parts.scheme in ("http", "https"))
    return (["its password"] if password else []) + names


def without_secrets(url: str) -> str:
    """A URL without its secrets, what belongs to them and its fragment.

    >>> without_secrets("https://ann:pw@host/a.csv?versionId=3&X-Amz-Date=2026&X-Amz-Signature=5e1f#top")
    'https://host/a.csv?versionId=3'
    """
    parts = urlsplit(url)
    found = secrets_of(url)
    if not found:
        return urlunsplit(parts._replace(fragment=""))
    host = parts.netloc.rpartition("@")[2] if "its password" in found else parts.netloc
    signed = any(name != "its password" for name in found)
    query = [
        text for name, text in _query(parts) if not _SECRET.fullmatch(name) and not (signed and _BESIDE.fullmatch(name))
    ]
    return urlunsplit(parts._replace(netloc=host, query="&".join(query), fragment=""))


def without_signatures(text: str) -> str:
    """A text with URLs in it, without the secrets of their queries.

    >>> without_signatures("no answer from https://host/a?v=1&sig=5e%2F1f&b=2")
    'no answer from https://host/a?v=1&sig=***&b=2'
    """
    return _IN_TEXT.sub(r"\1***", text)


def redacted(url: str) -> str:
    """A URL, or a text with URLs in it, without the passwords; a part after a port that has an @ goes with them.

    Signatures and tokens in queries go too.

    >>> redacted("sftp://ann:secret@host/data")
    'sftp://ann:***@host/data'
    >>> redacted("no answer from http://ann:se/c@ret@host/api")
    'no answer from http://ann:***@host/api'
    """
    return without_signatures(re.sub(r"//([^/@:\s]*):\S*@", r"//\1:***@", url))


def _query(parts: SplitResult) -> list[tuple[str, str]]:
    """Names in a query, each with its whole text: nothing is encoded anew."""
    return [(text.partition("=")[0], text) for text in re.split("[&;]", parts.query) if text]
