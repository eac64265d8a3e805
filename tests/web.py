"""A web server on this machine that says and does what a test wants."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest


@dataclass
class Page:
    """What a path leads to.

    Args:
        body: Bytes of it.
        headers: As they are sent; `Content-Length` is that of the body unless it is given here, or is "".
        status: Of the answer.
        refuses_head: Whether HEAD is not allowed.
        login: What `Authorization` must be.
    """

    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    status: int = 200
    refuses_head: bool = False
    login: str = ""


@dataclass
class Web:
    """The server."""

    url: str
    pages: dict[str, Page] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    """Method and path of every request."""

    def put(self, path: str, body: bytes, *, etag: str | None = None, **headers: str) -> str:
        """Put a file there; returns its URL."""
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        self.pages[path] = Page(body, told if etag is None else {"ETag": f'"{etag}"', **told})
        return self.url + path


@contextmanager
def serving() -> Iterator[Web]:
    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.answer()

        def do_GET(self) -> None:
            self.answer()

        def answer(self) -> None:
            path = self.path.partition("?")[0]
            web.asked.append((self.command, self.path))
            page = web.pages.get(path, Page(b"no", status=404))
            wanted = self.headers.get("If-Match")
            if self.command == "HEAD" and page.refuses_head:
                page = Page(status=405)
            elif page.login and self.headers.get("Authorization") != page.login:
                page = Page(status=401)
            elif page.status == 200 and wanted not in (None, page.headers.get("ETag")):
                page = Page(status=412, headers={k: v for k, v in page.headers.items() if k == "ETag"})
            self.send_response(page.status)
            for name, value in {"Content-Length": str(len(page.body)), **page.headers}.items():
                if value:
                    self.send_header(name, value)
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(page.body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    web = Web(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield web
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture()
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    """A server with nothing on it; no proxy stands before it."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with serving() as server:
        yield server
