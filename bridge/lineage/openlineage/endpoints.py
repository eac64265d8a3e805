"""Where OpenLineage's events go: a file of JSON lines, or an HTTP endpoint."""

from __future__ import annotations

import json
import os
from base64 import b64encode
from collections.abc import Sequence
from http.client import HTTPException
from pathlib import Path
from typing import Protocol
from urllib.error import HTTPError, URLError
from urllib.parse import unquote, urlsplit, urlunsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener, url2pathname

from bridge.domain.errors import LineageEndpointError
from bridge.domain.secret_urls import redacted
from bridge.lineage.openlineage.events import Event

PATIENCE = 5.0
"""Seconds for an answer of an endpoint."""

DEFAULT_PATH = "/api/v1/lineage"
"""Where servers of OpenLineage take events, where the setting names no path."""


class Endpoint(Protocol):
    """Takes events; in order, and each at least once."""

    def send(self, events: Sequence[Event]) -> int:
        """Send events; return how many were taken, in order, before one was not.

        Raises:
            LineageEndpointError: If the first of them was not taken for a reason that may pass.
        """


def endpoint(url: str) -> Endpoint:
    """The endpoint that a setting means.

    Raises:
        SettingsError: If it is neither `file:///…`, nor a path, nor `http(s)://…`.

    >>> endpoint("file:///srv/lineage/events.ndjson")
    FileEndpoint('/srv/lineage/events.ndjson')
    >>> endpoint("https://ann:pw@lineage.example.com")
    HttpEndpoint('https://lineage.example.com/api/v1/lineage')
    """
    from bridge.domain.errors import SettingsError

    parts = urlsplit(url)
    if parts.scheme in ("http", "https") and parts.hostname:
        return HttpEndpoint(url)
    if parts.scheme == "file" and parts.netloc in ("", "localhost") and parts.path.strip("/"):
        return FileEndpoint(Path(url2pathname(parts.path)))
    if "://" not in url and url.strip():
        return FileEndpoint(Path(url).expanduser().absolute())
    raise SettingsError("BRIDGE_OPENLINEAGE", redacted(url), "it is file:///path/events.ndjson or https://host")


class FileEndpoint:
    """A file of one event a line, to which any number of processes add; each adds whole lines at once."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def send(self, events: Sequence[Event]) -> int:
        """Add events.

        Raises:
            LineageEndpointError: If the file cannot be written.
        """
        data = "".join(json.dumps(event, ensure_ascii=False, allow_nan=False) + "\n" for event in events)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
            try:
                rest = memoryview(data.encode("utf-8", "backslashreplace"))
                while rest:
                    rest = rest[os.write(handle, rest) :]
            finally:
                os.close(handle)
        except OSError as error:
            raise LineageEndpointError(str(self.path), error.strerror or str(error)) from error
        return len(events)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self.path)!r})"


class _Stay(HTTPRedirectHandler):
    """Does not follow elsewhere: the key is for this host."""

    def redirect_request(self, *_: object, **__: object) -> None:
        return None


class HttpEndpoint:
    """A server of OpenLineage's, to which events are posted one by one.

    `OPENLINEAGE_API_KEY`, which OpenLineage's own clients read too, is sent as a bearer token; a user and password in
    the URL as basic authentication. Neither is followed elsewhere, nor shown.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2]
        path = parts.path if parts.path.strip("/") else DEFAULT_PATH
        self.url = urlunsplit((parts.scheme, host, path, parts.query, ""))
        self._headers = {"Content-Type": "application/json"}
        key = os.environ.get("OPENLINEAGE_API_KEY", "")
        if key:
            self._headers["Authorization"] = f"Bearer {key}"
        elif parts.username is not None:
            pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
            self._headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
        self._opener = build_opener(_Stay)

    def send(self, events: Sequence[Event]) -> int:
        """Post events until one is not taken.

        An event that the server calls wrong (4xx) is left behind: sending it again would change nothing.

        Raises:
            LineageEndpointError: If the first is not taken, for a reason that may pass.
        """
        for number, event in enumerate(events):
            try:
                self._post(json.dumps(event, allow_nan=False).encode())
            except HTTPError as error:
                if error.code in (400, 409, 413, 422):
                    refused(str(error.code), self)
                    continue
                return self._stopped(number, f"HTTP {error.code} {error.reason}", error)
            except (URLError, OSError, HTTPException) as error:
                return self._stopped(number, str(getattr(error, "reason", error)) or type(error).__name__, error)
        return len(events)

    def _stopped(self, number: int, why: str, error: Exception) -> int:
        if number:
            return number
        raise LineageEndpointError(self.url, why) from error

    def _post(self, body: bytes) -> None:
        request = Request(self.url, data=body, headers=self._headers, method="POST")
        with self._opener.open(request, timeout=PATIENCE) as answer:
            answer.read(1024)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({redacted(self.url)!r})"


def refused(code: str, where: Endpoint) -> None:
    """Say once that a server refuses events as wrong."""
    from bridge.workspace import warn_once

    warn_once(
        "openlineage-refused",
        f"bridge: {where!r} refuses lineage events (HTTP {code}); they are not sent again. `bridge lineage export "
        f"--openlineage FILE` writes them, to see which.",
    )
