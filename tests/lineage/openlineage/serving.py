"""A server of OpenLineage's."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from bridge.lineage.openlineage.events import Event


@dataclass
class Server:
    """A server of OpenLineage's, as far as tests need one."""

    url: str = ""
    got: list[tuple[dict[str, str], Event]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    pause: float = 0.0


@contextmanager
def serving() -> Iterator[Server]:
    told = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            time.sleep(told.pause)
            code = told.answers.pop(0) if told.answers else 201
            if code < 300:
                told.got.append((dict(self.headers) | {"path": self.path}, json.loads(body)))
            self.send_response(code)
            if code in (301, 302, 307):
                self.send_header("Location", "http://127.0.0.1:9/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    told.url = f"http://127.0.0.1:{http.server_port}"
    yield told
    http.shutdown()
    http.server_close()
    thread.join()
