"""A file behind an http or https URL, by what a plain Python has.

`urllib` asks the proxies of the environment and writes no log line that could hold a signed URL. Compressed answers are
not asked for; what a server sends compressed nevertheless is kept as it comes, so that no answer unfolds into more
bytes than it said.
"""

from __future__ import annotations

import base64
import http.client
import netrc
import ssl
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email.message import Message
from importlib.util import find_spec
from typing import Any
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from bridge.domain.errors import BridgeError, LocationError
from bridge.domain.secret_urls import without_secrets
from bridge.store.digest import SLICE
from bridge.store.identities import check_identity, said

TIMEOUT = 30.0
"""Seconds that a server may be silent."""

_HEAD_REFUSED = frozenset({400, 401, 403, 405, 406, 501})
_GONE = frozenset({404, 410})


class WebFile:
    """A file that a web server has.

    Args:
        url: With whatever it needs to be read; secrets are in no message.

    >>> WebFile("https://example.com/a.csv?sig=5e1f").url
    'https://example.com/a.csv'
    """

    def __init__(self, url: str) -> None:
        self.url, self._full = without_secrets(url), url

    def identity(self) -> Mapping[str, str]:
        """Facts that tell the content: `etag` (a strong one), `md5`, `modified`, `size`; as many as the server gives.

        Raises:
            LocationError: If it cannot be reached.
        """
        try:
            with self._ask("HEAD", {}) as answer:
                return _facts(answer.headers)
        except LocationError as error:
            if not isinstance(error.__cause__, urllib.error.HTTPError) or error.__cause__.code not in _HEAD_REFUSED:
                raise
        with self._ask("GET", {}) as answer:  # signed for GET only, or a server that does not know HEAD
            return _facts(answer.headers)

    def slices(self, expected: Mapping[str, str]) -> Iterator[bytes]:
        """Yield the bytes.

        Args:
            expected: Facts that must be as they were.

        Raises:
            SourceChangedError: If they are not.
            LocationError: If it cannot be reached, or ends early, or has more bytes than it said.
        """
        with self._ask("GET", {"If-Match": expected["etag"]} if "etag" in expected else {}) as answer:
            found = _facts(answer.headers)
            check_identity(self.url, expected, found)
            size, limit = 0, int(found.get("size", expected.get("size", -1)))
            while data := answer.read(SLICE):
                size += len(data)
                if 0 <= limit < size:
                    raise LocationError(self.url, f"it sends more than the {limit} bytes that it said")
                yield data
            if 0 <= limit != size:
                raise LocationError(self.url, f"it ended after {size} of {limit} bytes; do it again")

    @contextmanager
    def _ask(self, method: str, headers: Mapping[str, str]) -> Iterator[Any]:
        try:
            with _opener().open(self._request(method, headers), timeout=TIMEOUT) as answer:
                yield answer
        except urllib.error.HTTPError as error:
            with error:
                if error.code == 412 and "If-Match" in headers:
                    found = _facts(error.headers)
                    check_identity(self.url, {"etag": headers["If-Match"]}, {"etag": found.get("etag", "another one")})
                raise LocationError(self.url, _refusal(error), gone=error.code in _GONE) from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            if isinstance(error, BridgeError):
                raise
            raise LocationError(self.url, _why(error)) from error

    def _request(self, method: str, headers: Mapping[str, str]) -> urllib.request.Request:
        parts = urlsplit(self._full)
        plain = parts._replace(
            netloc=parts.netloc.rpartition("@")[2],
            path=quote(parts.path, safe="/%:@!$&'()*+,;=~-._"),
            query=quote(parts.query, safe="/%:@!$&'()*+,;=~-._?"),
            fragment="",
        )
        request = urllib.request.Request(urlunsplit(plain), method=method)
        for name, value in {"Accept-Encoding": "identity", "User-Agent": "prefect-bridge", **headers}.items():
            request.add_header(name, value)
        login = _login(parts.hostname or "", parts.username, parts.password)
        if login:
            request.add_unredirected_header("Authorization", f"Basic {base64.b64encode(login.encode()).decode()}")
        return request


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows redirects to http and https, and from https to https only."""

    def redirect_request(
        self, req: urllib.request.Request, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> urllib.request.Request | None:
        to = urlsplit(newurl).scheme
        if to not in ("http", "https") or (req.type == "https" and to == "http"):
            raise LocationError(without_secrets(req.full_url), f"it redirects from {req.type} to {to}; that is refused")
        request = super().redirect_request(req, fp, code, msg, headers, newurl)
        if request is not None:
            request.method = req.get_method()  # Python before 3.13 makes a GET of a HEAD
        return request


def _opener() -> urllib.request.OpenerDirector:
    """One that knows http and https and nothing else: no `file:`, no `ftp:`, no `data:`."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(context=_certificates()),
        urllib.request.HTTPDefaultErrorHandler(),
        _Redirects(),
        urllib.request.HTTPErrorProcessor(),
        urllib.request.UnknownHandler(),
    ):
        opener.add_handler(handler)
    return opener


def _certificates() -> ssl.SSLContext:
    context = ssl.create_default_context()
    if not context.cert_store_stats()["x509_ca"] and find_spec("certifi"):  # a Python without the system's
        import certifi

        context.load_verify_locations(certifi.where())
    return context


def _login(host: str, user: str | None, password: str | None) -> str | None:
    if user is not None:
        return f"{unquote(user)}:{unquote(password or '')}"
    try:
        found = netrc.netrc().authenticators(host)
    except (OSError, netrc.NetrcParseError):
        return None
    return f"{found[0]}:{found[2]}" if found else None


def _facts(headers: Message) -> Mapping[str, str]:
    facts = {}
    etag = (headers.get("ETag") or "").strip()
    if etag and not etag.startswith(("W/", "w/")):
        facts["etag"] = etag
    if headers.get("Content-MD5"):
        facts["md5"] = headers["Content-MD5"].strip()
    if headers.get("Last-Modified"):
        facts["modified"] = headers["Last-Modified"].strip()
    length = (headers.get("Content-Length") or "").strip()
    if length.isdecimal() and "Transfer-Encoding" not in headers:
        facts["size"] = str(int(length))
    return facts


def _refusal(error: urllib.error.HTTPError) -> str:
    answer = f"the server answers {said(f'{error.code} {http.client.responses.get(error.code, error.reason)}')}"
    if error.code in (401, 403):
        return f"{answer}; it takes credentials from ~/.netrc, or sign the URL and import it with copy=True"
    if 300 <= error.code < 400:
        return f"{answer}; it redirects to what is no http or https URL, or in a circle"
    return answer


def _why(error: Exception) -> str:
    reason = getattr(error, "reason", error)
    if isinstance(reason, TimeoutError):
        return f"it was silent for {TIMEOUT:.0f} s; try again later"
    if isinstance(reason, OSError):
        return said(reason.strerror or str(reason))
    return said(f"{type(reason).__name__}: {reason}" if isinstance(reason, Exception) else str(reason))
