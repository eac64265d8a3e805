"""Files and folders of this machine as versions: copied, or left where they are."""

from __future__ import annotations

import os
import shutil
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from blake3 import blake3
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import bridge
from bridge.domain.errors import (
    BytesMissingError,
    LocationError,
    NotImportableError,
    SelectorError,
    SourceChangedError,
    UnreadableError,
)
from bridge.domain.external import Leaf, ReferencedFile
from bridge.materializers import LocalTree
from bridge.materializers.reference import ReferenceList, UrlRecord
from bridge.testing.materializer import MemorySource
from bridge.workspace import current

pytestmark = pytest.mark.usefixtures("bridge_home")


@pytest.fixture()
def images(tmp_path: Path) -> Path:
    root = tmp_path / "images"
    for path, data in {"a.png": b"cat", "b/c.png": b"dog" * 200_000, ".git/HEAD": b"x", "d.tmp": b""}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)
    return root


def names(root: Path) -> set[str]:
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}


# ------------------------------------------------------------------------------------------------------- copies


def test_a_copied_folder_comes_back_after_the_original_is_gone(images: Path) -> None:
    version = bridge.import_folder(images, "images", metadata={"camera": 3})
    shutil.rmtree(images)
    loaded = bridge.load("images")
    assert loaded != images and names(loaded) == {"a.png", "b/c.png", "d.tmp"}
    assert (loaded / "b/c.png").read_bytes() == b"dog" * 200_000
    assert (version.metadata["camera"], version.metadata["files"], version.metadata["bytes"]) == (3, 3, 600_003)
    assert version.metadata["imported_from"] == str(images)


def test_what_is_unchanged_makes_no_new_version_and_what_changed_does(images: Path) -> None:
    numbers = [bridge.import_folder(images, "images").ref.number for _ in range(2)]
    (images / "a.png").write_bytes(b"cow")
    assert [*numbers, bridge.import_folder(images, "images").ref.number] == [1, 1, 2]
    assert (bridge.load("images@1") / "a.png").read_bytes() == b"cat"


@pytest.mark.parametrize("copy", [True, False])
def test_every_byte_of_the_original_is_read_once(images: Path, monkeypatch: pytest.MonkeyPatch, copy: bool) -> None:
    read: list[tuple[str, int]] = []
    plain = LocalTree.read

    def counting(tree: LocalTree, leaf: Leaf) -> Iterator[memoryview]:
        for data in plain(tree, leaf):
            read.append((leaf.path, len(data)))
            yield data

    monkeypatch.setattr(LocalTree, "read", counting)
    bridge.import_folder(images, "images", copy=copy)
    assert sorted(read) == [("a.png", 3), ("b/c.png", 600_000)]


@pytest.mark.parametrize(
    ("exclude", "there"),
    [
        (("*.png",), {".git/HEAD", "d.tmp"}),
        (("b", "*.tmp"), {".git/HEAD", "a.png"}),
        (("b/*.png",), {".git/HEAD", "a.png", "d.tmp"}),
        ((), {".git/HEAD", "a.png", "b/c.png", "d.tmp"}),
        ("*.tmp", {".git/HEAD", "a.png", "b/c.png"}),
    ],
)
def test_what_is_excluded_is_left_out(images: Path, exclude: Any, there: set[str]) -> None:
    bridge.import_folder(images, "images", exclude=exclude)
    assert names(bridge.load("images")) == there


def test_an_empty_folder_is_a_version(tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    for copy in (True, False):
        bridge.import_folder(tmp_path / "nothing", f"nothing-{copy}", copy=copy)
        assert list(bridge.load(f"nothing-{copy}").iterdir()) == []


def test_a_file_is_not_taken_for_a_folder_nor_a_folder_for_a_file(images: Path) -> None:
    with pytest.raises(NotImportableError, match=r"it is a folder; take bridge\.import_folder"):
        bridge.import_file(images, "images")
    with pytest.raises(NotImportableError, match=r"it is a file; take bridge\.import_file"):
        bridge.import_folder(images / "a.png", "image")
    with pytest.raises(NotImportableError, match=r"take bridge\.import_url"):
        bridge.import_folder("http://127.0.0.1/data", "data")
    with pytest.raises(SelectorError):
        bridge.import_file(images / "a.png", "a@b")


def test_a_path_may_be_text_or_a_file_url_and_begin_with_a_tilde(images: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(images))
    monkeypatch.chdir(images)
    for place in ("a.png", "./b/../a.png", "~/a.png", str(images / "a.png"), (images / "a.png").as_uri()):
        version = bridge.import_file(place, "image", copy=False)
        assert version.metadata["locations"] == [str(images / "a.png")]


# --------------------------------------------------------------------------------------------- what is refused


def test_a_link_to_a_file_in_the_folder_is_that_file(images: Path) -> None:
    (images / "latest.png").symlink_to("b/c.png")
    bridge.import_folder(images, "images")
    loaded = bridge.load("images") / "latest.png"
    assert loaded.read_bytes() == b"dog" * 200_000 and not loaded.is_symlink()


@pytest.mark.parametrize("copy", [True, False])
@pytest.mark.parametrize(
    ("link", "to", "why"),
    [
        ("out", "../secret", "leaves the folder"),
        ("out", "/etc/passwd", "leaves the folder"),
        ("b/out", "../../secret", "leaves the folder"),
        ("out", "b", "not a file"),
        ("out", ".", "not a file"),
        ("out", "nowhere", "leads to nothing"),
        ("out", "out", "leads to nothing|Too many levels"),
    ],
)
def test_a_link_that_leaves_the_folder_or_is_no_file_is_refused_by_name(
    images: Path, link: str, to: str, why: str, copy: bool
) -> None:
    (images.parent / "secret").write_text("mine")
    (images / link).symlink_to(to)
    with pytest.raises(NotImportableError, match=why) as caught:
        bridge.import_folder(images, "images", copy=copy)
    assert str(images / link) in str(caught.value)
    bridge.import_folder(images, "images", copy=copy, exclude=["out"])


def test_a_link_swapped_for_a_pipe_does_not_hang(images: Path) -> None:
    tree = LocalTree(images)
    leaf = next(leaf for leaf in tree.leaves() if leaf.path == "a.png")
    (images / "a.png").unlink()
    os.mkfifo(images / "a.png")
    with pytest.raises(NotImportableError, match="neither a file nor a folder"):
        list(tree.read(leaf))


def test_a_file_that_becomes_a_link_before_it_is_read_is_not_followed_out_of_the_folder(images: Path) -> None:
    tree = LocalTree(images)
    leaf = next(leaf for leaf in tree.leaves() if leaf.path == "a.png")
    (images / "a.png").unlink()
    (images / "a.png").symlink_to("/etc/passwd")
    with pytest.raises(NotImportableError, match="leaves the folder"):
        list(tree.read(leaf))


def test_a_folder_or_file_that_is_reached_by_a_link_is_imported(images: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(images)
    (tmp_path / "cat").symlink_to(images / "a.png")
    (images / "again.png").symlink_to("a.png")
    bridge.import_folder(tmp_path / "link", "images")
    assert (bridge.load("images") / "again.png").read_bytes() == b"cat"
    bridge.import_file(tmp_path / "cat", "image")
    assert bridge.load("image").read_bytes() == b"cat"


def test_pipes_sockets_and_devices_are_refused(images: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(images / "pipe")
    with pytest.raises(NotImportableError, match=r"images/pipe cannot be imported: it is neither a file nor a folder"):
        bridge.import_folder(images, "images")
    (images / "pipe").unlink()
    monkeypatch.chdir(images)
    with socket.socket(socket.AF_UNIX) as opened:
        opened.bind("socket")
        with pytest.raises(NotImportableError, match=r"images/socket .* neither"):
            bridge.import_folder(images, "images")
    with pytest.raises(NotImportableError, match="/dev/null"):
        bridge.import_file("/dev/null", "nothing")


@pytest.mark.parametrize("name", ["new\nline", "back\\slash", b"\xff\xfe"])
def test_a_name_that_not_every_system_takes_is_refused(images: Path, name: str | bytes) -> None:
    (images / os.fsdecode(name)).write_bytes(b"")
    with pytest.raises(NotImportableError, match="rename it") as caught:
        bridge.import_folder(images, "images")
    str(caught.value).encode()


def test_nothing_there_is_an_error_and_so_is_a_path_that_is_none() -> None:
    for place in ("/no/such/file", "nul\0"):
        with pytest.raises(NotImportableError):
            bridge.import_file(place, "file")


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_that_may_not_be_read_is_named(images: Path) -> None:
    (images / "a.png").chmod(0)
    with pytest.raises(NotImportableError, match=r"a\.png cannot be imported: it cannot be read \(Permission denied"):
        bridge.import_folder(images, "images")


@pytest.mark.parametrize("what", ["grows", "is replaced", "is removed", "is written again"])
@pytest.mark.parametrize("copy", [True, False])
def test_a_file_that_changes_while_it_is_read_is_named_and_nothing_is_saved(
    images: Path, monkeypatch: pytest.MonkeyPatch, what: str, copy: bool
) -> None:
    plain, file = LocalTree.read, images / "b/c.png"

    def disturbed(tree: LocalTree, leaf: Leaf) -> Iterator[memoryview]:
        for data in plain(tree, leaf):
            yield data
            if leaf.path == "b/c.png":
                if what == "grows":
                    file.write_bytes(file.read_bytes() + b"more")
                elif what == "is written again":
                    file.write_bytes(b"cat" * 200_000)
                    os.utime(file, ns=(0, 5))
                else:
                    file.unlink()
                    if what == "is replaced":
                        file.write_bytes(b"dog" * 200_000)

    monkeypatch.setattr(LocalTree, "read", disturbed)
    with pytest.raises(NotImportableError, match=r"c\.png cannot be imported: it (changed|was removed) while it was"):
        bridge.import_folder(images, "images", copy=copy)
    assert current().catalog.versions("images") == []


# --------------------------------------------------------------------------------------------------- references


def test_a_reference_is_the_path_in_place_and_nothing_is_copied(images: Path, bridge_home: Path) -> None:
    version = bridge.import_folder(images, "images", copy=False)
    assert bridge.load("images") == images
    assert (version.format, version.metadata["bytes"], version.metadata["files"]) == ("reference", 600_003, 3)
    held = sum(path.stat().st_size for path in (bridge_home / "store").rglob("*") if path.is_file())
    assert held < 10_000


def test_the_digest_of_a_reference_covers_names_and_bytes_and_not_the_place(images: Path) -> None:
    first = bridge.import_folder(images, "images", copy=False)
    moved = images.rename(images.with_name("moved"))
    os.utime(moved / "a.png", ns=(0, 0))
    again = bridge.import_folder(moved, "images", copy=False)
    assert (again.ref, again.digest) == (first.ref, first.digest)
    assert again.metadata["locations"] == [str(moved), str(images)]
    assert bridge.load("images") == moved
    (moved / "a.png").rename(moved / "z.png")
    assert bridge.import_folder(moved, "images", copy=False).ref.number == 2


def test_a_reference_is_found_at_any_place_where_it_has_been_seen(images: Path, tmp_path: Path) -> None:
    bridge.import_folder(images, "images", copy=False)
    other = Path(shutil.copytree(images, tmp_path / "other"))
    bridge.import_folder(other, "images", copy=False)
    assert bridge.load("images") == other
    (other / "a.png").write_bytes(b"cow")
    assert bridge.load("images") == images
    shutil.rmtree(other)
    assert bridge.load("images") == images


def test_an_earlier_version_is_found_where_a_later_one_of_the_same_content_lies(images: Path) -> None:
    bridge.import_file(images / "a.png", "image", copy=False)
    bridge.import_file(images / "b/c.png", "image", copy=False)
    moved = (images / "a.png").rename(images / "moved.png")
    assert bridge.import_file(moved, "image", copy=False).ref.number == 3
    assert bridge.load("image@1") == moved


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda root: (root / "a.png").write_bytes(b"cow"), "a.png has the BLAKE3"),
        (lambda root: (root / "a.png").write_bytes(b"cats"), "a.png has 4 bytes and had 3"),
        (lambda root: (root / "a.png").unlink(), "a.png is gone"),
        (lambda root: (root / "b/e.png").write_bytes(b""), "b/e.png is new"),
        (lambda root: [(root / f"{n}").write_bytes(b"") for n in range(9)], r"0 is new; 1 is new; 2 is new and 6 more"),
        (lambda root: (shutil.rmtree(root), root.write_bytes(b"")), "it is a file and was a folder"),
    ],
)
def test_a_reference_to_what_changed_says_what_was_recorded_what_is_there_and_the_way_out(
    images: Path, change: Any, said: str
) -> None:
    digest = bridge.import_folder(images, "images", copy=False).digest
    change(images)
    with pytest.raises(SourceChangedError, match=said) as caught:
        bridge.load("images")
    for told in (str(images), "images@1", str(digest), "Import it again", "copy=True"):
        assert told in str(caught.value)


def test_a_change_that_keeps_size_and_time_is_found(images: Path) -> None:
    file = images / "a.png"
    before = file.stat()
    bridge.import_file(file, "image", copy=False)
    file.write_bytes(b"cow")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    with pytest.raises(SourceChangedError):
        bridge.load("image")


def test_what_was_excluded_may_change(images: Path) -> None:
    bridge.import_folder(images, "images", copy=False, exclude=["*.tmp", ".git"])
    (images / "new.tmp").write_bytes(b"x")
    (images / ".git/HEAD").write_bytes(b"y")
    assert bridge.load("images") == images


def test_a_reference_that_is_not_there_says_where_it_was_and_on_which_machine(images: Path) -> None:
    bridge.import_file(images / "a.png", "image", copy=False)
    shutil.rmtree(images)
    with pytest.raises(BytesMissingError) as caught:
        bridge.load("image")
    for told in ("image@1", str(images / "a.png"), socket.gethostname(), "copy=True", "s3://"):
        assert told in str(caught.value)


@pytest.mark.parametrize("metadata", [{"locations": None}, {"locations": "/etc"}, {"locations": [7]}, {"exclude": 3}])
def test_junk_in_the_metadata_is_an_error_of_bridge_or_does_no_harm(images: Path, metadata: dict[str, Any]) -> None:
    bridge.import_folder(images, "images", copy=False)
    bridge.log_metadata(metadata, "images")
    try:
        assert bridge.load("images") == images
    except (BytesMissingError, SourceChangedError, LocationError) as error:
        assert "images@1" in str(error)


@pytest.mark.parametrize(
    "files",
    [
        [["../evil", 1, "ab" * 32]],
        [["/etc/passwd", 1, "ab" * 32]],
        [["a\\b", 1, "ab" * 32]],
        [["a", -1, "ab" * 32]],
        [["a", True, "ab" * 32]],
        [["a", 1, "no digest"]],
        [["a", 1]],
        [[1, 1, "ab" * 32]],
        7,
        None,
    ],
)
def test_a_list_that_leaves_its_folder_or_is_junk_is_refused(files: Any) -> None:
    import json

    for document in ({"kind": "folder", "files": files}, {"kind": "file", "files": files}, [files]):
        with pytest.raises(UnreadableError):
            ReferenceList().load(MemorySource({"reference.json": json.dumps(document).encode()}))
        with pytest.raises(UnreadableError):
            UrlRecord().load(MemorySource({"url.json": json.dumps(document).encode()}))


@given(st.dictionaries(st.text("ab.", min_size=1, max_size=3), st.binary(max_size=20), max_size=5))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_reference_lists_what_b3sum_prints(tmp_path_factory: pytest.TempPathFactory, files: dict[str, bytes]) -> None:
    from bridge.workspace.outside import record_of

    root = tmp_path_factory.mktemp("files")
    files = {name: data for name, data in files.items() if name.strip(".")}
    for name, data in files.items():
        (root / name).write_bytes(data)
    version = bridge.import_folder(root, "files", copy=False)
    record = record_of(current().store, current().catalog.manifest(str(version.digest)))
    expected = [ReferencedFile(name, len(data), blake3(data).hexdigest()) for name, data in sorted(files.items())]
    assert list(record.files) == expected  # type: ignore[union-attr]  # a folder is a reference


def test_eight_that_import_the_same_at_once_make_one_version(images: Path) -> None:
    made: list[Any] = []

    def work(copy: bool) -> None:
        try:
            made.append(bridge.import_folder(images, f"images-{copy}", copy=copy).ref.number)
        except BaseException as error:
            made.append(error)

    threads = [threading.Thread(target=work, args=(number % 2 == 0,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == [1] * 8
    assert bridge.load("images-False") == images
