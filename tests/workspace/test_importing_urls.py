"""Files and folders behind URLs as versions: from a real web server, a real S3 server, and memory."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from pathlib import Path

import fsspec
import pytest

import bridge
from bridge.domain.errors import BytesMissingError, LocationError, NotImportableError, SourceChangedError
from bridge.testing.servers import S3
from bridge.workspace import current
from tests.web import Web, web

__all__ = ["web"]

pytestmark = pytest.mark.usefixtures("bridge_home")


@pytest.fixture()
def memory(tmp_path: Path) -> Iterator[str]:
    """A folder in memory."""
    fs = fsspec.filesystem("memory")
    fs.pipe({"/raw/data/a.csv": b"1,2", "/raw/data/b/c.csv": b"3" * 100_000, "/raw/data/d.tmp": b""})
    yield "memory://raw/data"
    fs.rm("/raw", recursive=True)


# ---------------------------------------------------------------------------------------------------------- web


def test_a_url_is_a_version_without_being_read_and_is_fetched_when_it_is_loaded(web: Web) -> None:
    url = web.put("/data/a.csv", b"1,2", etag="v1")
    version = bridge.import_url(url, "far", metadata={"source": "web"})
    assert [method for method, _ in web.asked] == ["HEAD"]
    assert (version.format, version.metadata["bytes"], version.metadata["source"]) == ("url", 3, "web")
    loaded = bridge.load("far")
    assert (loaded.name, loaded.read_bytes()) == ("a.csv", b"1,2")


def test_the_same_etag_makes_no_new_version_and_another_one_does(web: Web) -> None:
    url = web.put("/a.csv", b"1,2", etag="v1")
    numbers = [bridge.import_url(url, "far").ref.number for _ in range(2)]
    web.put("/a.csv", b"3,4", etag="v2")
    assert [*numbers, bridge.import_url(url, "far").ref.number] == [1, 1, 2]
    with pytest.raises(SourceChangedError) as caught:
        bridge.load("far@1")
    for told in (url, '"v1"', '"v2"', "Import it again"):
        assert told in str(caught.value)
    assert bridge.load("far@2").read_bytes() == b"3,4"


def test_the_first_load_notes_the_digest_by_which_it_is_known_from_then_on(web: Web) -> None:
    url = web.put("/a.csv", b"1,2", etag="v1")
    bridge.import_url(url, "far")
    bridge.load("far")
    web.put("/a.csv", b"1,2", etag="deployed again")
    assert bridge.load("far").read_bytes() == b"1,2"
    web.put("/a.csv", b"9,9", etag="v1")
    with pytest.raises(SourceChangedError, match=r"recorded was BLAKE3 .*; found: BLAKE3 "):
        bridge.load("far")
    web.put("/a.csv", b"1,2,3", etag="v1")
    with pytest.raises(SourceChangedError, match="size 3; found: size 5"):
        bridge.load("far")


def test_a_url_that_is_gone_or_does_not_answer_names_the_version_and_the_way_out(web: Web) -> None:
    bridge.import_url(web.put("/a.csv", b"1,2", etag="v1"), "far")
    web.pages.clear()
    with pytest.raises(BytesMissingError, match=r"far@1 .* 404 Not Found.*copy=True"):
        bridge.load("far")


def test_where_the_server_tells_nothing_the_bytes_are_copied(web: Web) -> None:
    url = web.put("/a.csv", b"1,2", ETag='W/"weak"')
    version = bridge.import_url(url, "far")
    assert version.format == "path" and "copied" in version.metadata
    web.pages.clear()
    assert bridge.load("far").read_bytes() == b"1,2"


def test_a_copy_is_not_fetched_again_while_the_server_says_the_same(web: Web) -> None:
    url = web.put("/a.csv", b"1,2", etag="v1")
    first = bridge.import_url(url, "copied", copy=True)
    web.asked.clear()
    assert bridge.import_url(url, "copied", copy=True).ref == first.ref
    assert [method for method, _ in web.asked] == ["HEAD"]
    web.put("/a.csv", b"3,4", etag="v2")
    assert bridge.import_url(url, "copied", copy=True).ref.number == 2


def test_a_file_that_changes_between_question_and_answer_is_not_saved(
    web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bridge.store.web import WebFile

    url, plain = web.put("/a.csv", b"1,2", etag="v1"), WebFile.identity

    def changing(file: WebFile) -> object:
        facts = plain(file)
        web.put("/a.csv", b"3,4", etag="v2")
        return facts

    monkeypatch.setattr(WebFile, "identity", changing)
    with pytest.raises(SourceChangedError):
        bridge.import_url(url, "copied", copy=True)
    assert current().catalog.versions("copied") == []


SIGNED = "?X-Amz-Algorithm=A&X-Amz-Credential=ann%2F5e1f&X-Amz-Signature=5e1f5e1f&versionId=3"


def test_a_signed_url_is_refused_as_a_reference_and_stripped_in_a_copy(
    web: Web, caplog: pytest.LogCaptureFixture, bridge_home: Path
) -> None:
    caplog.set_level(logging.DEBUG)
    url = web.put("/a.csv", b"1,2", etag="v1")
    with pytest.raises(NotImportableError, match=r"X-Amz-Signature would be kept .* copy=True") as caught:
        bridge.import_url(url + SIGNED, "far")
    version = bridge.import_url(url + SIGNED, "far", copy=True)
    assert web.asked[-1] == ("GET", "/a.csv" + SIGNED)
    assert version.metadata["url"] == url + "?versionId=3"
    assert bridge.load("far").read_bytes() == b"1,2"
    web.pages.clear()
    with pytest.raises(LocationError) as lost:
        bridge.import_url(url + SIGNED, "far", copy=True)
    kept = b"".join(path.read_bytes() for path in bridge_home.rglob("*") if path.is_file())
    for text in (str(caught.value), str(lost.value), caplog.text, kept.decode("latin1")):
        assert "5e1f" not in text


def test_passwords_in_urls_of_any_kind_are_refused() -> None:
    for url in ("https://ann:5e1f@127.0.0.1/a", "sftp://ann:5e1f@127.0.0.1/a"):
        for work in (bridge.import_url, bridge.import_file):
            with pytest.raises(NotImportableError) as caught:
                work(url, "far", copy=False)
            assert "5e1f" not in str(caught.value)


# --------------------------------------------------------------------------------------------- what fsspec knows


def test_a_folder_behind_a_url_is_copied_or_referred_to(memory: str) -> None:
    bridge.import_folder(memory, "copied", exclude=["*.tmp"])
    bridge.import_folder(memory, "there", exclude=["*.tmp"], copy=False)
    for name in ("copied", "there"):
        loaded = bridge.load(name)
        assert {path.relative_to(loaded).as_posix() for path in loaded.rglob("*.*")} == {"a.csv", "b/c.csv"}
        assert (loaded / "b/c.csv").read_bytes() == b"3" * 100_000
    assert current().resolve("there").metadata["locations"] == [memory]


def test_the_same_data_here_and_behind_a_url_is_the_same_reference(memory: str, tmp_path: Path) -> None:
    fsspec.filesystem("memory").get("/raw/data", str(tmp_path / "data"), recursive=True)
    here = bridge.import_folder(tmp_path / "data", "data", copy=False)
    there = bridge.import_folder(memory, "data", copy=False)
    assert here.ref == there.ref
    fsspec.filesystem("memory").rm("/raw/data/a.csv")
    assert bridge.load("data") == tmp_path / "data"


def test_a_reference_behind_a_url_that_changed_is_an_error(memory: str) -> None:
    bridge.import_folder(memory, "there", copy=False)
    fsspec.filesystem("memory").pipe_file("/raw/data/a.csv", b"9,9")
    with pytest.raises(SourceChangedError, match=r"memory://raw/data \(there@1, a reference\).*a\.csv has the BLAKE3"):
        bridge.load("there")


def test_a_file_and_a_folder_behind_urls_are_told_apart(memory: str) -> None:
    with pytest.raises(NotImportableError, match=r"bridge\.import_folder"):
        bridge.import_url(memory, "far")
    with pytest.raises(LocationError, match="nothing is there"):
        bridge.import_url(f"{memory}/nothing", "far")
    with pytest.raises(LocationError, match="no fsspec driver"):
        bridge.import_url("nosuch://a/b", "far")


@pytest.mark.parametrize("key", ["/raw/data/../../evil", "/raw/data/a\\b", "/raw/data/new\nline"])
def test_a_key_that_is_no_name_everywhere_is_refused(memory: str, key: str) -> None:
    fs = fsspec.filesystem("memory")
    fs.store[key] = type(next(iter(fs.store.values())))(fs, key, b"evil")
    try:
        with pytest.raises((NotImportableError, LocationError)):
            bridge.import_folder(memory, "data")
    finally:
        del fs.store[key]


def test_an_object_in_s3_is_known_by_its_etag(s3: S3, tmp_path: Path) -> None:
    fs = fsspec.filesystem("s3", **s3.options)
    fs.mkdir("outside")
    fs.pipe({"outside/data/a.csv": b"1,2", "outside/data/b/c.csv": b"3" * 300_000})
    url = "s3://outside/data/a.csv"
    numbers = [bridge.import_url(url, "far").ref.number for _ in range(2)]
    assert "etag" in current().resolve("far").metadata
    assert bridge.load("far").read_bytes() == b"1,2"
    bridge.import_folder("s3://outside/data", "folder", copy=False)
    bridge.import_folder("s3://outside/data", "copied")
    fs.pipe_file("outside/data/a.csv", b"3,4")
    assert [*numbers, bridge.import_url(url, "far").ref.number] == [1, 1, 2]
    with pytest.raises(SourceChangedError, match="BLAKE3"):
        bridge.load("far@1")
    with pytest.raises(SourceChangedError, match=r"a\.csv has the BLAKE3"):
        bridge.load("folder")
    assert (bridge.load("copied") / "b/c.csv").stat().st_size == 300_000
    fs.rm("outside/data", recursive=True)
    for name in ("far@2", "folder"):
        with pytest.raises(BytesMissingError, match=r"s3://outside/data"):
            bridge.load(name)


def test_another_bucket_is_reached_with_the_options_of_a_store_of_its_kind(
    s3: S3, monkeypatch: pytest.MonkeyPatch
) -> None:
    import json

    fsspec.filesystem("s3", **s3.options).mkdir("raw")
    fsspec.filesystem("s3", **s3.options).pipe_file("raw/a.csv", b"1,2")
    fsspec.filesystem("s3").clear_instance_cache()
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("BRIDGE_STORE", "s3://raw/bridge")
    monkeypatch.setenv("BRIDGE_STORE_OPTIONS", json.dumps(s3.options))
    bridge.import_file("s3://raw/a.csv", "copied")
    assert bridge.load("copied").read_bytes() == b"1,2"
