"""Files behind http URLs, on a real server."""

from __future__ import annotations

import base64
import socket
import threading
from pathlib import Path

import pytest

from bridge.domain.errors import LocationError, NotImportableError, SourceChangedError
from bridge.domain.secret_urls import redacted, without_secrets
from bridge.store import open_external, secrets_of
from bridge.store.web import WebFile
from tests.web import Page, Web, web

__all__ = ["web"]


def read(url: str, **expected: str) -> bytes:
    return b"".join(WebFile(url).slices(expected))


def test_what_a_server_says_of_a_file_is_asked_without_reading_it(web: Web) -> None:
    url = web.put("/a.csv", b"1,2", etag="v1", Last_Modified="Sun, 03 May 2026 12:00:00 GMT", Content_MD5="abc==")
    facts = {"etag": '"v1"', "md5": "abc==", "modified": "Sun, 03 May 2026 12:00:00 GMT", "size": "3"}
    assert WebFile(url).identity() == facts
    assert web.asked == [("HEAD", "/a.csv")]


def test_a_weak_etag_does_not_tell_the_bytes(web: Web) -> None:
    url = web.put("/a.csv", b"1,2", ETag='W/"v1"')
    assert WebFile(url).identity() == {"size": "3"}


def test_a_server_that_refuses_head_is_asked_by_get(web: Web) -> None:
    url = web.put("/a.csv", b"1,2", etag="v1")
    web.pages["/a.csv"].refuses_head = True
    assert WebFile(url).identity()["etag"] == '"v1"'
    assert [method for method, _ in web.asked] == ["HEAD", "GET"]


def test_a_file_that_changed_is_not_read(web: Web) -> None:
    url = web.put("/a.csv", b"1,2", etag="v2")
    with pytest.raises(SourceChangedError, match=r'recorded was etag "v1"; found: etag "v2"\. Import it again'):
        read(url, etag='"v1"')
    with pytest.raises(SourceChangedError, match="size 9; found: size 3"):
        read(url, size="9")


def test_an_answer_without_a_length_may_not_have_more_bytes_than_are_known(web: Web) -> None:
    url = web.put("/a.csv", b"x" * 5000, etag="v1", Content_Length="")
    assert WebFile(url).identity() == {"etag": '"v1"'}
    with pytest.raises(LocationError, match="more than the 3 bytes"):
        read(url, size="3")


def test_an_answer_that_ends_early_is_an_error(web: Web) -> None:
    url = web.put("/a.csv", b"x" * 5000, etag="v1", Content_Length="6000")
    with pytest.raises(LocationError, match="ended after 5000 of 6000 bytes"):
        read(url)


def test_an_answer_is_cut_where_the_server_said_it_ends(web: Web) -> None:
    url = web.put("/a.csv", b"x" * 5000, etag="v1", Content_Length="3")
    assert read(url) == b"xxx"


def test_what_comes_compressed_is_kept_as_it_is(web: Web) -> None:
    url = web.put("/a.gz", b"\x1f\x8b junk", etag="v1", Content_Encoding="gzip")
    assert read(url) == b"\x1f\x8b junk"


def test_redirects_to_the_web_are_followed_and_others_are_not(web: Web, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("mine")
    target = web.put("/a.csv", b"1,2", etag="v1")
    web.pages["/there"] = Page(status=302, headers={"Location": target})
    assert WebFile(f"{web.url}/there").identity()["etag"] == '"v1"'
    assert web.asked[-1] == ("HEAD", "/a.csv")
    assert read(f"{web.url}/there", etag='"v1"') == b"1,2"
    for elsewhere in ((tmp_path / "secret").as_uri(), "ftp://127.0.0.1/a", "data:,mine", f"{web.url}/circle"):
        web.pages["/circle"] = Page(status=302, headers={"Location": elsewhere})
        with pytest.raises(LocationError, match="redirects"):
            read(f"{web.url}/circle")


def test_a_login_goes_to_its_server_and_into_no_message(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    url = web.put("/a.csv", b"1,2", etag="v1")
    web.pages["/a.csv"].login = "Basic " + base64.b64encode(b"ann:p@ss").decode()
    with_login = url.replace("://", "://ann:p%40ss@")
    assert read(with_login) == b"1,2"
    with pytest.raises(LocationError, match=r"401 Unauthorized; it takes credentials from ~/\.netrc") as caught:
        read(url.replace("://", "://ann:wrong@"))
    assert "wrong" not in str(caught.value)


def test_a_login_is_taken_from_netrc(web: Web, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = web.put("/a.csv", b"1,2", etag="v1")
    web.pages["/a.csv"].login = "Basic " + base64.b64encode(b"ann:pw").decode()
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login ann password pw\n")
    (tmp_path / ".netrc").chmod(0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert read(url) == b"1,2"


def test_what_a_server_does_not_have_is_gone_and_other_troubles_are_not(web: Web) -> None:
    web.pages["/broken"] = Page(status=503)
    for path, gone in (("/nothing", True), ("/broken", False)):
        with pytest.raises(LocationError) as caught:
            read(web.url + path)
        assert caught.value.gone is gone


def test_a_server_that_is_not_there_or_talks_nonsense_is_an_error_without_the_signature() -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
        with pytest.raises(LocationError, match="refused") as caught:
            read(f"http://127.0.0.1:{port}/a?sig=5e1f")
        assert "5e1f" not in str(caught.value)
        listening.listen()

        def talk() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(b"nonsense\r\n\r\n" * 9)

        thread = threading.Thread(target=talk)
        thread.start()
        with pytest.raises(LocationError):
            read(f"http://127.0.0.1:{port}/a")
        thread.join()


def test_a_silent_server_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bridge.store.web.TIMEOUT", 0.1)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        with pytest.raises(LocationError, match="silent"):
            read(f"http://127.0.0.1:{listening.getsockname()[1]}/a")


def test_names_beyond_ascii_are_asked_for_as_the_web_writes_them(web: Web) -> None:
    web.put("/d%C3%A4ten%20a.csv", b"1,2", etag="v1")
    assert read(f"{web.url}/däten a.csv") == read(f"{web.url}/d%C3%A4ten%20a.csv") == b"1,2"


@pytest.mark.parametrize(
    "url",
    ["a.csv", "/a.csv", "file:///a.csv", "local:///a", "http://", "zip://a::http://h/b", "https://h/a\nb", "s3://"],
)
def test_what_is_no_url_of_another_machine_is_refused(url: str) -> None:
    with pytest.raises(NotImportableError):
        open_external(url)


@pytest.mark.parametrize(
    ("url", "plain"),
    [
        ("https://h/a?X-Amz-Signature=5e1f&X-Amz-Date=1&versionId=2", "https://h/a?versionId=2"),
        ("https://h/a?sv=2024&se=2026&sig=5e1f%3D", "https://h/a"),
        ("https://h/a?access_token=5e1f", "https://h/a"),
        ("https://ann@h/a", "https://h/a"),
        ("sftp://ann:5e1f@h/a", "sftp://h/a"),
        ("https://h/a?v=1#5e1f", "https://h/a?v=1"),
        ("https://h/a?v=1", "https://h/a?v=1"),
    ],
)
def test_secrets_are_found_and_taken_out(url: str, plain: str) -> None:
    assert without_secrets(url) == plain
    assert bool(secrets_of(url)) == (url.partition("#")[0] != plain)
    if "=5e1f" in url:
        assert "5e1f" not in redacted(f"no answer from {url}.")
