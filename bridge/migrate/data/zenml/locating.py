"""Where a ZenML store lies: its database, and the files that the database names."""

from __future__ import annotations

import base64
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import UUID

import yaml  # type: ignore[import-untyped]  # it has no types

from bridge.domain.migration_errors import MigrationError
from bridge.store import is_url

_FILE = "zenml.db"
_INSIDE = ("", "default_zen_store", "local_stores/default_zen_store", "stores/default_zen_store")
_WAY_OUT = (
    "Name the folder that ZENML_CONFIG_PATH means, the file zenml.db, or the server's database as "
    "mysql+pymysql://user:password@host/zenml."
)


def default_folder() -> Path:
    """Where ZenML keeps its configuration if nobody says otherwise."""
    told = os.environ.get("ZENML_CONFIG_PATH")
    return Path(told) if told else Path.home() / ".config" / "zenml"


def database_url(place: str | None) -> str:
    """The URL of the database that a folder, a file or a URL means; None for ZenML's usual folder.

    Raises:
        MigrationError: If nothing is there that could be one.

    >>> database_url("mysql://zen@host/zenml")
    'mysql://zen@host/zenml'
    """
    if place is not None and "://" in place:
        if place.startswith(("http://", "https://")):
            raise MigrationError(place, "a ZenML server is read by its database", _WAY_OUT)
        return place
    path = default_folder() if place is None else Path(place).expanduser()
    if path.is_file():
        return _sqlite(path)
    for inside in _INSIDE:
        if (file := path / inside / _FILE).is_file():
            return _sqlite(file)
    if (told := _configured(path / "config.yaml")) is not None:
        return told
    raise MigrationError(str(path), f"there is no {_FILE} in it", _WAY_OUT)


def _sqlite(file: Path) -> str:
    return f"sqlite:///{file.absolute()}"


def _configured(file: Path) -> str | None:
    """The database that ZenML's own configuration names."""
    try:
        told = yaml.safe_load(file.read_text(encoding="utf-8"))
        store = dict(told["store"])
        url = str(store["url"])
    except (OSError, ValueError, KeyError, TypeError, yaml.YAMLError):
        return None
    if url.startswith(("http://", "https://")):
        raise MigrationError(url, "the configuration names a ZenML server, which is read by its database", _WAY_OUT)
    scheme, separator, rest = url.partition("://")
    if store.get("username") and "@" not in rest:
        who = quote(str(store["username"]), safe="")
        who += f":{quote(str(store['password']), safe='')}" if store.get("password") else ""
        return f"{scheme}{separator}{who}@{rest}"
    return url


@dataclass(frozen=True, slots=True)
class Stores:
    """The artifact stores that a database names, and where they are now.

    Args:
        roots: What each was, by its id: a path or URL; empty for a local one in ZenML's own folder.
        near: Folder in which the database lies in ZenML's own folder, whose neighbours local stores are.
        given: Where they are now, if that was said: the store, or the folder in which stores lie by their ids.

    >>> Stores({}).place("s3://bucket/train/acc", None)
    's3://bucket/train/acc'
    """

    roots: Mapping[str, str] = field(default_factory=dict)
    near: Path | None = None
    given: str | None = None

    def place(self, uri: str, store: str | None) -> str:
        """Where a value is that the database says to be at a URI of a store."""
        inside = self._inside(uri, store)
        if inside is None:
            return uri
        if self.given is not None:
            by_id = f"{self.given.rstrip('/')}/{store}"
            root = by_id if not is_url(self.given) and Path(by_id).is_dir() else self.given
            return f"{root.rstrip('/')}/{inside}"
        if not is_url(uri) and not Path(uri).exists() and self.near is not None:
            moved = self.near.parent / str(store) / inside
            return str(moved) if moved.exists() else uri
        return uri

    def _inside(self, uri: str, store: str | None) -> str | None:
        """The part of a URI that is in its store; None if it is in none that is known."""
        if store is None:
            return None
        root = self.roots.get(store) or ""
        if root and uri.startswith(root.rstrip("/") + "/"):
            return uri[len(root.rstrip("/")) + 1 :]
        _, found, inside = uri.replace("\\", "/").partition(f"/{store}/")
        return inside if found else None


def root_of(configuration: Any) -> str:
    """The path of an artifact store in the column of its configuration, which is JSON in Base64.

    >>> root_of(base64.b64encode(b'{"path": "s3://bucket/zenml"}'))
    's3://bucket/zenml'
    """
    text = configuration.encode() if isinstance(configuration, str) else bytes(configuration or b"")
    for data in (text, _decoded(text)):
        try:
            return str(json.loads(data).get("path") or "")
        except (ValueError, AttributeError):
            continue
    return ""


def _decoded(text: bytes) -> bytes:
    try:
        return base64.b64decode(text)
    except ValueError:
        return b""


def uuid_of(value: object) -> str | None:
    """An id of ZenML's database, which writes it without dashes, as everybody else writes it.

    >>> uuid_of("a572192e910b44f9b365745328eec12f")
    'a572192e-910b-44f9-b365-745328eec12f'
    """
    if value is None:
        return None
    text = value.hex() if isinstance(value, bytes) else str(value)
    return str(UUID(text)) if re.fullmatch(r"[0-9a-fA-F-]{32,36}", text) else text
