from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from blake3 import blake3

from bridge.workspace import current
from tests.web import Web, web

from .conftest import Said

__all__ = ["web"]

Run = Callable[..., Said]


@pytest.fixture()
def images(tmp_path: Path) -> Path:
    root = tmp_path / "images"
    for path, data in {"a.png": b"cat", "b/c.png": b"dog", ".git/HEAD": b"x"}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)
    return root


def test_files_folders_and_urls_are_imported_and_said_in_a_line(bridge: Run, images: Path, web: Web) -> None:
    url = web.put("/a.csv", b"1,2", etag="v1")
    assert bridge("artifacts", "import", str(images), "images").out == (
        f"images@1: 2 files, 6 B, copied from {images}\n"
    )
    assert bridge("artifacts", "import", str(images), "images").out == (
        "images@1 is just this: 2 files, 6 B. No new version.\n"
    )
    assert bridge("artifacts", "import", str(images / "a.png"), "cat", "--reference").out == (
        f"cat@1: 3 B, left at {images / 'a.png'}, checked when it is loaded\n"
    )
    assert bridge("artifacts", "import", url, "far", "--reference").out == (
        f'far@1: 3 B, left at {url}, known by etag "v1"\n'
    )
    assert bridge("artifacts", "import", url, "near").out == f"near@1: 3 B, copied from {url}\n"
    assert bridge("artifacts", "import", images.as_uri(), "images").out.startswith("images@1 is just this")


def test_patterns_and_facts_are_taken_from_the_command_line(bridge: Run, images: Path) -> None:
    said = bridge(
        *("artifacts", "import", str(images), "images", "--exclude", "*.png", "--exclude", "nothing"),
        *("--metadata", "camera=3", "--metadata", "by=ann=bob", "--json"),
    )
    assert said.json["new"] is True
    assert {key: said.json["metadata"][key] for key in ("camera", "by", "files")} == {
        "camera": 3,
        "by": "ann=bob",
        "files": 1,
    }
    assert bridge("artifacts", "import", str(images), "images", "--metadata", "nonsense").code == 2
    assert "is not a selector" in bridge("artifacts", "import", str(images), "a@b").err


def test_what_lies_outside_is_shown_with_its_place_and_what_tells_it(bridge: Run, images: Path, web: Web) -> None:
    url = web.put("/a.csv", b"1,2", etag="v1")
    bridge("artifacts", "import", str(images), "images", "--reference")
    bridge("artifacts", "import", url, "far", "--reference")
    shown = bridge("artifacts", "show", "images").out
    for told in (str(images), "size and BLAKE3", blake3(b"cat").hexdigest(), "b/c.png", "6 B"):
        assert told in shown
    outside = bridge("artifacts", "show", "images", "--json").json["outside"]
    assert outside["locations"] == [str(images)]
    assert [file["path"] for file in outside["files"]] == ["a.png", "b/c.png"]
    assert 'etag "v1"' in bridge("artifacts", "show", "far").out
    assert bridge("artifacts", "show", "far", "--json").json["outside"] == {
        "url": url,
        "identity": {"etag": '"v1"', "size": "3"},
        "blake3": None,
    }
    assert "3 B" in bridge("artifacts").out


def test_what_lies_outside_is_exported_as_its_files(bridge: Run, images: Path, web: Web, tmp_path: Path) -> None:
    bridge("artifacts", "import", str(images), "images", "--reference")
    bridge("artifacts", "import", str(images / "a.png"), "cat", "--reference")
    bridge("artifacts", "import", web.put("/data/a.csv", b"1,2", etag="v1"), "far", "--reference")
    for name, files in {"images": ["a.png", "b/c.png"], "cat": ["a.png"], "far": ["a.csv"]}.items():
        out = tmp_path / "out" / name
        said = bridge("artifacts", "export", name, str(out), "--json")
        assert [file["path"] for file in said.json["files"]] == files
        for file in said.json["files"]:
            assert blake3((out / file["path"]).read_bytes()).hexdigest() == file["digest"]
    (images / "a.png").write_bytes(b"cow")
    refused = bridge("artifacts", "export", "images", str(tmp_path / "out2"))
    assert (refused.code, "a.png has the BLAKE3" in refused.err) == (1, True)
    assert not (tmp_path / "out2").exists()


def test_doctor_reads_references_and_asks_for_urls(bridge: Run, images: Path, web: Web) -> None:
    url = web.put("/a.csv", b"1,2", etag="v1")
    bridge("artifacts", "import", str(images), "images", "--reference")
    bridge("artifacts", "import", url, "far", "--reference")
    web.asked.clear()
    good = bridge("doctor", "--verify", "--json").json["verification"]
    assert (good["problems"], good["unreached"], good["files"]) == ([], [], 4)
    assert web.asked == [("HEAD", "/a.csv")]
    (images / "b/c.png").write_bytes(b"cow")
    web.put("/a.csv", b"3,4", etag="v2")
    said = bridge("doctor", "--verify")
    assert said.code == 1 and "2 problems" in said.out
    assert "b/c.png has the BLAKE3" in said.out and 'etag "v2"' in said.out


def test_doctor_skips_what_cannot_be_reached_from_here_with_a_word(
    bridge: Run, images: Path, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = web.put("/a.csv", b"1,2", etag="v1")
    bridge("artifacts", "import", url, "far", "--reference")
    bridge("artifacts", "import", str(images), "images", "--reference")
    shutil.rmtree(images)
    web.pages["/a.csv"].status = 503
    (problem,) = bridge("doctor", "--verify", "--json").json["verification"]["problems"]
    assert "images@1" in problem
    elsewhere = f"not-{socket.gethostname()}"
    current().annotate(current().resolve("images").ref, {"host": elsewhere})
    found = bridge("doctor", "--verify", "--json").json["verification"]
    assert found["problems"] == []
    assert any(elsewhere in one for one in found["unreached"]) and any("503" in one for one in found["unreached"])
    assert "not looked at: far@1" in bridge("doctor", "--verify").out


def test_an_import_that_is_refused_is_one_line_and_makes_no_version(bridge: Run, images: Path) -> None:
    os.mkfifo(images / "pipe")
    said = bridge("artifacts", "import", str(images), "images")
    assert (said.code, said.err.count("\n")) == (1, 1)
    assert "images/pipe cannot be imported" in said.err
    assert current().catalog.versions("images") == []
