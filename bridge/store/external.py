"""Files and folders that lie outside the store, behind URLs: the door to fsspec for what is not ours."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Any, Protocol
from urllib.parse import unquote

from bridge.domain.errors import BridgeError, FilePathError, LocationError, NotImportableError
from bridge.domain.external import Kind, Leaf
from bridge.domain.secret_urls import without_secrets
from bridge.store.digest import SLICE
from bridge.store.failures import driver_lacking
from bridge.store.identities import check_identity, said
from bridge.store.paths import check_path
from bridge.store.remote import time_of
from bridge.store.web import WebFile

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]+)://")
_LOCAL = frozenset({"file", "local"})
_TIMES = ("LastModified", "last_modified", "mtime", "modified", "updated", "created")


class ExternalFile(Protocol):
    """A file behind a URL: `WebFile`, or `RemoteFile` for every other kind of URL."""

    url: str

    def identity(self) -> Mapping[str, str]:
        """Facts that tell the content, as many as there are; see `bridge.store.identities`."""

    def slices(self, expected: Mapping[str, str]) -> Iterator[bytes]:
        """Yield the bytes; raises `SourceChangedError` unless what is expected is as it was."""


def is_url(place: str) -> bool:
    """Whether a text is a URL and not a path.

    >>> is_url("s3://bucket/a.csv"), is_url("C:/a.csv"), is_url("data/a.csv")
    (True, False, False)
    """
    return _SCHEME.match(place) is not None


def scheme_of(url: str) -> str:
    """The kind of a URL, in lower case; empty for what is none.

    >>> scheme_of("S3://bucket/a.csv")
    's3'
    """
    match = _SCHEME.match(url)
    return match[1].lower() if match else ""


def open_external(url: str, options: Mapping[str, Any] | None = None) -> ExternalFile:
    """Open a file behind a URL; nothing is asked before it is first used.

    Args:
        url: http, https, or any URL that fsspec has a driver for.
        options: For the driver.

    Raises:
        NotImportableError: If it is no such URL.

    >>> open_external("https://example.com/a.csv").url
    'https://example.com/a.csv'
    """
    shown = said(without_secrets(url)) if is_url(url) else said(url)
    if not is_url(url) or scheme_of(url) in _LOCAL:
        raise NotImportableError(shown, "it is no URL of another machine; take bridge.import_file for what lies here")
    if "::" in url or not url.isprintable() or "\\" in url:
        raise NotImportableError(shown, "it is not a plain URL: no chains (::), no control characters")
    if not url.partition("://")[2].partition("/")[0]:
        raise NotImportableError(shown, "it names no server or bucket")
    return WebFile(url) if scheme_of(url) in ("http", "https") else RemoteFile(url, options or {})


class RemoteFile:
    """A file on an fsspec file system.

    Args:
        url: Its URL.
        options: For the driver; never shown.

    >>> import fsspec
    >>> fsspec.filesystem("memory").pipe_file("/outside/a.csv", b"42")
    >>> file = RemoteFile("memory://outside/a.csv", {})
    >>> file.identity()["size"], list(file.slices({"size": "2"}))
    ('2', [b'42'])
    """

    def __init__(self, url: str, options: Mapping[str, Any]) -> None:
        self.url, self._place = without_secrets(url), _Place(url, options)

    def identity(self) -> Mapping[str, str]:
        """Facts that tell the content."""
        with self._place.errors():
            info = self._place.info("")
        if info.get("type") != "file":
            raise NotImportableError(self.url, "it is a folder; take bridge.import_folder")
        return _facts(info)

    def slices(self, expected: Mapping[str, str]) -> Iterator[bytes]:
        """Yield the bytes."""
        found = self.identity()
        check_identity(self.url, expected, found)
        yield from self._place.slices("")
        check_identity(self.url, found, self.identity())


class UrlTree:
    """A file behind a URL as a tree of one. Implements `Tree`.

    Args:
        file: The file.
        facts: Its identity when it was asked; reading it raises `SourceChangedError` if that is another by then.

    >>> UrlTree(open_external("https://example.com/data/a%20b.csv?v=2"), {"size": "2"}).name
    'a b.csv'
    """

    kind: Kind = "file"

    def __init__(self, file: ExternalFile, facts: Mapping[str, str]) -> None:
        self.location, self.name = file.url, name_of(file.url)
        self._file, self._facts = file, facts

    def leaves(self) -> Sequence[Leaf]:
        """The file."""
        return [Leaf("file", "", int(self._facts.get("size", 0)))]

    def read(self, leaf: Leaf) -> Iterator[memoryview]:
        """Yield its bytes in slices."""
        for data in self._file.slices(self._facts):
            yield memoryview(data)

    def check(self) -> None:
        """Ask whether it is still the same; its bytes are not read.

        Raises:
            SourceChangedError: If it is not.
            LocationError: If it cannot be reached.
        """
        check_identity(self.location, self._facts, self._file.identity())


def name_of(url: str) -> str:
    """A file's name for what a URL leads to.

    >>> name_of("https://example.com/"), name_of("s3://bucket/data/a.csv"), name_of("http://h/a/..%2F..%2Fb")
    ('download', 'a.csv', 'b')
    """
    path = unquote(url.partition("://")[2].partition("?")[0].partition("/")[2], errors="replace")
    name = "".join(c if c.isprintable() else "-" for c in re.split(r"[/\\]", path)[-1])[:100]
    return name if name.strip(". ") else "download"


class RemoteTree:
    """A file or a folder on an fsspec file system. Implements `Tree`.

    Args:
        url: Its URL.
        options: For the driver; never shown.
        exclude: Patterns of what is left out.

    Raises:
        LocationError: If it cannot be reached, or nothing is there.

    >>> import fsspec
    >>> fsspec.filesystem("memory").pipe({"/outside/data/a.csv": b"42", "/outside/data/b.tmp": b""})
    >>> [leaf.path for leaf in RemoteTree("memory://outside/data", {}, ["*.tmp"]).leaves()]
    ['a.csv']
    """

    def __init__(self, url: str, options: Mapping[str, Any], exclude: Sequence[str] = ()) -> None:
        self.location = without_secrets(url).rstrip("/")
        self.name = self.location.rpartition("/")[2] or "root"
        self._place, self._exclude = _Place(url, options), tuple(exclude)
        self._found: dict[str, Mapping[str, Any]] = {}
        with self._place.errors():
            self._root = self._place.info("")
        self.kind: Kind = "file" if self._root.get("type") == "file" else "folder"

    def leaves(self) -> Sequence[Leaf]:
        """Its files, ordered by path."""
        if not self._found:
            with self._place.errors():
                found = {"": self._root} if self.kind == "file" else self._place.find()
            if not found:
                raise LocationError(self.location, "nothing is there", gone=True)
            self._found = {path: info for path, info in sorted(found.items()) if not self._is_excluded(path)}
        for path in self._found:
            _check_name(f"{self.location}/{path}", path or self.name)
        return [Leaf("file", path, int(info.get("size") or 0)) for path, info in self._found.items()]

    def read(self, leaf: Leaf) -> Iterator[memoryview]:
        """Yield the bytes of a file in slices."""
        size = 0
        for data in self._place.slices(leaf.path):
            size += len(data)
            yield memoryview(data)
            if size > leaf.size:
                break
        with self._place.errors():
            after = self._place.info(leaf.path)
        if size != leaf.size or _differ(self._found[leaf.path], after):
            thing = f"{self.location}/{leaf.path}".rstrip("/")
            raise NotImportableError(thing, "it changed while it was being read; do it again")

    def _is_excluded(self, path: str) -> bool:
        names = path.split("/")
        above = ["/".join(names[: depth + 1]) for depth in range(len(names))]
        return any(fnmatchcase(one, pattern) for one in (*names, *above) for pattern in self._exclude)


class _Place:
    """A URL with its driver."""

    def __init__(self, url: str, options: Mapping[str, Any]) -> None:
        self._url, self._options = url, options
        self._shown = without_secrets(url)
        self._opened: tuple[Any, str] | None = None

    def _fs(self) -> tuple[Any, str]:
        if self._opened is None:
            from fsspec.core import url_to_fs  # fsspec's drivers take up to a second to import

            fs, root = url_to_fs(self._url, **self._options)
            fs.invalidate_cache()
            self._opened = fs, str(root).rstrip("/")
        return self._opened

    def _at(self, path: str) -> str:
        root = self._fs()[1]
        return f"{root}/{path}" if path else root

    def info(self, path: str) -> Mapping[str, Any]:
        fs, _ = self._fs()
        fs.invalidate_cache(self._at(path).rpartition("/")[0])
        info: Mapping[str, Any] = fs.info(self._at(path))
        return info

    def find(self) -> dict[str, Mapping[str, Any]]:
        fs, root = self._fs()
        found: dict[str, Mapping[str, Any]] = fs.find(root, detail=True)
        return {path[len(root) + 1 :]: info for path, info in found.items() if path.startswith(f"{root}/")}

    def slices(self, path: str) -> Iterator[bytes]:
        with self.errors():
            fs, _ = self._fs()
            with fs.open(self._at(path), "rb") as file:
                while data := file.read(SLICE):
                    yield data

    @contextmanager
    def errors(self) -> Iterator[None]:
        """Turn what drivers raise into `LocationError`."""
        try:
            yield
        except BridgeError:
            raise
        except FileNotFoundError as error:
            raise LocationError(self._shown, "nothing is there", gone=True) from error
        except Exception as error:
            lacking = driver_lacking(scheme_of(self._url), error)
            raise LocationError(
                self._shown, lacking or said(f"{type(error).__name__}: {error}").rstrip(". ")
            ) from error


def _facts(info: Mapping[str, Any]) -> Mapping[str, str]:
    facts = {}
    etag = info.get("ETag") or info.get("etag")
    if etag and not str(etag).startswith("W/"):
        facts["etag"] = str(etag)
    if isinstance(info.get("md5Hash"), str):
        facts["md5"] = info["md5Hash"]
    time = next((info[name] for name in _TIMES if info.get(name) is not None), None)
    if time is not None:
        facts["modified"] = time.isoformat() if isinstance(time, datetime) else str(time)
    if info.get("size") is not None:
        facts["size"] = str(int(info["size"]))
    return facts


def _differ(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether a file is another one; what only one of both says does not count, as lists say less than answers."""
    told = [{**_facts(info), "modified": str(time_of(info))} for info in (before, after)]
    both = told[0].keys() & told[1].keys()
    return any(told[0][name] != told[1][name] for name in both if "None" not in (told[0][name], told[1][name]))


def _check_name(thing: str, path: str) -> None:
    try:
        check_path(path)
    except FilePathError as error:
        raise NotImportableError(thing, f"{path!r} cannot be a file's name everywhere ({error})") from error
    if not path.isprintable():
        raise NotImportableError(thing, f"the name {path!r} has characters that not every system takes; rename it")
