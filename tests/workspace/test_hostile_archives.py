"""Archives that were changed or made to do harm: each is refused, with the name of what is wrong."""

from __future__ import annotations

import gzip
import io
import os
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import bridge
from bridge.domain.errors import ArchiveError, BridgeError, DigestMismatchError
from bridge.store import content_digest
from bridge.workspace.archives.document import LARGEST
from tests.workspace.archives import home, members, reworded, rewrite

LARGE = bytes(range(256)) * 20


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of two values of bytes."""
    folder = tmp_path_factory.mktemp("archive")
    with home(folder / "there"):
        bridge.save(LARGE, "large")
        bridge.save(LARGE[1:], "other")
        bridge.archive(folder / "x.tar", "*@*")
    return folder / "x.tar"


def refused(archive: Path, tmp_path: Path, says: str, error: type[BridgeError] = ArchiveError) -> None:
    """Restoring raises an error that says so, and leaves nothing."""
    with home(tmp_path / "here") as workspace:
        for dry_run in (True, False):
            with pytest.raises(error, match=says) as raised:
                bridge.restore(archive, dry_run=dry_run)
            assert str(archive) in str(raised.value)
            assert len(str(raised.value)) < 1000
        assert workspace.catalog.artifacts() == []
        assert workspace.catalog.runs() == []
    assert {path.name for path in tmp_path.iterdir()} == {"here"}


def test_every_byte_of_the_files_counts(archive: Path, tmp_path: Path) -> None:
    data = bytearray(archive.read_bytes())
    data[data.index(LARGE) + 100] ^= 1
    changed = archive.with_name("flipped.tar")
    changed.write_bytes(data)
    refused(changed, tmp_path, r"files/[0-9a-f]{64} of the archive .* has changed", DigestMismatchError)


def test_no_byte_can_be_changed_without_being_refused_or_meaning_the_same(archive: Path, tmp_path: Path) -> None:
    """Any byte of headers and paddings: what is restored is never another value."""
    data = archive.read_bytes()
    with home(tmp_path / "here") as workspace:
        for at in [*range(0, 512, 7), *range(len(data) - 9000, len(data), 1500), *range(1536, len(data), 1009)]:
            changed = bytearray(data)
            changed[at] ^= 1
            try:
                bridge.restore(io.BytesIO(changed))
            except BridgeError:
                continue
            for version in workspace.catalog.artifacts():
                assert workspace.load(version.ref.name)[1] in (LARGE, LARGE[1:])


@pytest.mark.parametrize("part", [0.0001, 0.02, 0.3, 0.55])
def test_an_archive_that_is_cut_off_is_refused(archive: Path, tmp_path: Path, part: float) -> None:
    data = archive.read_bytes()
    cut = archive.with_name("cut.tar")
    cut.write_bytes(data[: int(len(data) * part)])
    refused(cut, tmp_path, "cut off")


def test_files_in_each_others_place_are_refused(archive: Path, tmp_path: Path) -> None:
    first, one, other = members(archive)
    refused(rewrite(archive, [first, other, one]), tmp_path, "is not the one that should be there, files/")
    renamed = rewrite(archive, [first, (one[0], other[1] + b"\0"), other])
    refused(renamed, tmp_path, r"files/[0-9a-f]{64} of the archive", DigestMismatchError)


def test_a_member_that_is_missing_twice_or_too_many_is_refused(archive: Path, tmp_path: Path) -> None:
    first, one, other = members(archive)
    extra = tarfile.TarInfo("files/extra")
    for entries, says in [
        ([first, one], "it ends where files/"),
        ([first, one, one, other], "is not the one that should be there"),
        ([first, one, other, (extra, b"")], "'files/extra' is not announced"),
        ([one, other], "should be there, bridge-archive.json"),
    ]:
        refused(rewrite(archive, entries), tmp_path, says)


@pytest.mark.parametrize("name", ["../../escaped", "/tmp/escaped", "files/../../escaped", "C:\\escaped"])
def test_a_member_that_leaves_the_archive_is_refused(archive: Path, tmp_path: Path, name: str) -> None:
    first, one, other = members(archive)
    one[0].name = name
    refused(rewrite(archive, [first, one, other]), tmp_path, "escaped.* is not the one that should be there")


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        (tarfile.SYMTYPE, "a symbolic link"),
        (tarfile.LNKTYPE, "a hard link"),
        (tarfile.CHRTYPE, "a device"),
        (tarfile.FIFOTYPE, "a pipe"),
        (tarfile.DIRTYPE, "a folder"),
        (tarfile.GNUTYPE_SPARSE, "a sparse file"),
        (tarfile.CONTTYPE, "of the type b'7'"),
    ],
)
def test_only_regular_files_are_taken(archive: Path, tmp_path: Path, kind: bytes, says: str) -> None:
    first, one, other = members(archive)
    one[0].type, one[0].linkname = kind, "/etc/passwd"
    refused(rewrite(archive, [first, one, other]), tmp_path, f"files/[0-9a-f]{{64}} is {says} and not a regular file")


def test_extended_headers_are_not_read(archive: Path, tmp_path: Path) -> None:
    """A pax header may say to have gigabytes of text, a path besides the member's, or a sparse map."""
    path = archive.with_name("pax.tar")
    with tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as tar:
        for member, data in members(archive):
            member.pax_headers = {"path": "../escaped"}
            tar.addfile(member, io.BytesIO(data))
    refused(path, tmp_path, "is not the one that should be there")


def test_a_member_of_another_size_is_refused_before_it_is_read(archive: Path, tmp_path: Path) -> None:
    first, (member, data), other = members(archive)
    member.size += 1
    refused(rewrite(archive, [first, (member, data + b"!"), other]), tmp_path, "announced were 5120")


def test_a_size_that_is_none_is_refused(archive: Path, tmp_path: Path) -> None:
    data = bytearray(archive.read_bytes())
    data[124:136] = b"\xff" * 12  # base 256, negative
    total = sum(data[:148]) + 8 * 32 + sum(data[156:512])
    data[148:156] = f"{total:06o}\0 ".encode()
    broken = archive.with_name("negative.tar")
    broken.write_bytes(data)
    refused(broken, tmp_path, "bytes|damaged")


def test_a_document_of_gigabytes_is_not_read(archive: Path, tmp_path: Path) -> None:
    member = tarfile.TarInfo("bridge-archive.json")
    member.size = LARGEST + 1
    path = archive.with_name("long.tar")
    path.write_bytes(member.tobuf(tarfile.GNU_FORMAT))
    refused(path, tmp_path, f"of {LARGEST} at most")


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b"hello" * 500, "not a tar file"),
        (gzip.compress(b"x" * 5000) + bytes(600), "compressed with gzip"),
        (bytes(10240), "ends where bridge-archive.json should be"),
    ],
)
def test_what_is_no_archive_is_refused(archive: Path, tmp_path: Path, data: bytes, says: str) -> None:
    path = archive.with_name("junk.tar")
    path.write_bytes(data)
    refused(path, tmp_path, says)


def test_junk_of_any_kind_is_refused(tmp_path: Path) -> None:
    with home(tmp_path / "here"):
        for seed in range(50):
            with pytest.raises(ArchiveError):
                bridge.restore(io.BytesIO(os.urandom(seed * 100)))
        with pytest.raises(ArchiveError, match="No such file"):
            bridge.restore(tmp_path / "nothing.tar")


def test_something_after_the_end_is_refused(archive: Path, tmp_path: Path) -> None:
    path = archive.with_name("appended.tar")
    path.write_bytes(archive.read_bytes() + b"more")
    refused(path, tmp_path, "something after its end")


def forge(document: dict[str, Any], **changes: Any) -> None:
    """Change a file of the first content such that the content's digest fits again."""
    content = document["contents"][0]
    content["files"][0].update(changes)
    digest = content_digest(content["format"], [(f["path"], f["size"], f["digest"]) for f in content["files"]])
    for version in document["versions"]:
        if version["digest"] == content["digest"]:
            version["digest"] = digest
    content["digest"] = digest


@pytest.mark.parametrize("path", ["../x", "/etc/x", "a/../../x", "a\\x", "", ".", "C:x", "a\0b"])
def test_a_file_that_leaves_its_value_is_refused_by_name(archive: Path, tmp_path: Path, path: str) -> None:
    changed = reworded(archive, lambda document: forge(document, path=path))
    refused(changed, tmp_path, "cannot be a file of a stored value")


CONTRADICTIONS: list[tuple[Callable[[dict[str, Any]], object], str]] = [
    (
        lambda d: d.update(layout=2, bridge="9.9"),
        r"layout 2, of bridge 9\.9; this one reads up to 1.*pip install --upgrade",
    ),
    (lambda d: d.pop("layout"), "layout: Field required"),
    (lambda d: d.update(versions=3), "versions: "),
    (lambda d: d["contents"][0].update(format="pickle"), "is not the digest of its files"),
    (lambda d: d["contents"][0]["files"][0].update(path="b"), "is not the digest of its files"),
    (lambda d: forge(d, size=-1), "has -1 bytes"),
    (lambda d: forge(d, size=1 << 60), "bytes"),
    (lambda d: forge(d, digest="../../x"), "has a digest that is none"),
    (lambda d: d["contents"].append(d["contents"][0]), "is there twice"),
    (lambda d: d["versions"].append(d["versions"][0]), "is there twice"),
    (lambda d: d["versions"][0].update(digest="blake3:12"), "has a digest that is none"),
    (lambda d: d["versions"][0]["ref"].update(name="a@b"), "cannot be an artifact's name"),
    (lambda d: d["versions"][0]["ref"].update(name="a\x1b[31m"), "cannot be an artifact's name"),
    (lambda d: d["versions"][0]["ref"].update(name="x" * 10_000), "cannot be an artifact's name"),
    (lambda d: d["versions"][0]["ref"].update(number=0), "has a number that none can have"),
    (lambda d: d["versions"][0]["ref"].update(number=1 << 62), "has a number that none can have"),
    (lambda d: d["versions"][0].update(aliases=["latest"]), "cannot be an alias"),
    (lambda d: d["versions"][0].update(aliases=["a@b"]), "cannot be an alias"),
    (lambda d: d.update(host="x\ny"), "is not a line of text"),
    (
        lambda d: d["edges"].append(
            {"step_id": "s", "version": {"name": "n", "number": 1}, "direction": "input", "slot": "", "tie": "future"}
        ),
        "n@1 has an edge and is not among the versions",
    ),
]


@pytest.mark.parametrize(("change", "says"), CONTRADICTIONS)
def test_a_document_that_contradicts_itself_is_refused(
    archive: Path, tmp_path: Path, change: Callable[[dict[str, Any]], object], says: str
) -> None:
    refused(reworded(archive, change), tmp_path, says)


@pytest.mark.parametrize(
    "text", [b"", b"{", b"[]", b"\xff", b"nan", b"[" * 100_000, b'{"layout":1,"bridge":' + b"[" * 100_000]
)
def test_a_document_that_is_none_is_refused(archive: Path, tmp_path: Path, text: bytes) -> None:
    (first, _), *rest = members(archive)
    first.size = len(text)
    refused(rewrite(archive, [(first, text), *rest]), tmp_path, "layout|first document|Invalid JSON|recursion")


def test_facts_nested_deeply_are_refused(archive: Path, tmp_path: Path) -> None:
    (first, data), *rest = members(archive)
    data = data.replace(b'"metadata":{', b'"metadata":{"deep":' + b"[" * 5000 + b"]" * 5000 + b",", 1)
    first.size = len(data)
    refused(rewrite(archive, [(first, data), *rest]), tmp_path, "recursion limit")


def test_contents_that_no_version_holds_are_harmless(archive: Path, tmp_path: Path) -> None:
    changed = reworded(archive, lambda document: document.update(versions=[], edges=[]))
    with home(tmp_path / "here") as workspace:
        assert bridge.restore(changed).versions == ()
        assert workspace.catalog.artifacts() == []
