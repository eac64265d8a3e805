"""Whose signatures count: the public keys that the verifier has put aside for it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from bridge.domain.errors import KeyFileError
from bridge.models.signing.keys import PublicKey, read_public_key

ENDINGS = (".pub", ".pem")
"""Names of files in a folder that are read as public keys; others are not looked at."""


def read_trusted(places: str | Path | Iterable[str | Path]) -> dict[str, PublicKey]:
    """Public keys by fingerprint.

    Args:
        places: Files, and folders of files that end in `.pub` or `.pem`; one or several.

    Raises:
        KeyFileError: If a place is not there, or one of the files is no public key: a trusted key that is damaged is
            better noticed than left out.

    >>> read_trusted([])
    {}
    """
    found: dict[str, PublicKey] = {}
    for place in [places] if isinstance(places, str | Path) else places:
        path = Path(place).expanduser()
        for file in _files(path):
            key = read_public_key(file)
            found.setdefault(key.fingerprint, key)
    return found


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    try:
        return sorted(file for file in path.iterdir() if file.suffix in ENDINGS and file.is_file())
    except OSError as error:
        raise KeyFileError(str(path), error.strerror or str(error)) from error
