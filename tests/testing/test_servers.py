"""Servers for tests start where another program takes a port first."""

import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from bridge.testing import servers


@pytest.fixture
def taken() -> Iterator[int]:
    """A port whose gRPC port, 10,000 above, somebody listens on."""
    port = servers.free_port()
    with socket.socket() as other:
        other.bind(("127.0.0.1", port + 10_000))
        other.listen()
        yield port


def test_an_s3_server_takes_other_ports_when_one_was_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, taken: int
) -> None:
    ports, find = iter([taken]), servers.free_port
    monkeypatch.setattr(servers, "free_port", lambda: next(ports, None) or find())

    with servers.s3_server(tmp_path) as server, pytest.raises(urllib.error.HTTPError):  # it asks who is there
        urllib.request.urlopen(server.endpoint, timeout=10)


def test_an_s3_server_that_cannot_start_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, taken: int) -> None:
    monkeypatch.setattr(servers, "free_port", lambda: taken)

    with pytest.raises(RuntimeError, match="address already in use"), servers.s3_server(tmp_path):
        pass
