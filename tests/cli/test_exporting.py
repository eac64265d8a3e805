from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from blake3 import blake3

from bridge.cli.exporting import export_files
from bridge.domain.errors import BytesMissingError, DigestMismatchError, ExportError, FilePathError
from bridge.domain.manifest import Manifest
from bridge.domain.ports import Sink, Store
from bridge.store import content_digest, open_store
from bridge.workspace import Workspace

from .conftest import Said

FILES = {"a.txt": b"small", "sub/big.bin": bytes(range(256)) * 8192}


def stored(store: Store) -> Manifest:
    def save(sink: Sink) -> Mapping[str, Any]:
        for path, data in FILES.items():
            with sink.open(path) as file:
                file.write(data)
        return {}

    return store.write("test", save)[0]


@pytest.fixture()
def store(tmp_path: Path) -> Store:
    return open_store(str(tmp_path / "store"), staging=tmp_path / "staging")


def objects(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and path.stat().st_size == len(FILES["sub/big.bin"])]


def test_the_files_of_a_value_arrive_as_they_were(store: Store, tmp_path: Path) -> None:
    export_files(store, stored(store), tmp_path / "new" / "out", force=False)
    there = {str(path.relative_to(tmp_path / "new/out")) for path in (tmp_path / "new").rglob("*") if path.is_file()}
    assert there == set(FILES)
    assert (tmp_path / "new/out/sub/big.bin").read_bytes() == FILES["sub/big.bin"]


def test_a_file_in_the_way_stops_it_before_anything_is_written(store: Store, tmp_path: Path) -> None:
    out = tmp_path / "out"
    (out / "sub").mkdir(parents=True)
    (out / "sub" / "big.bin").write_text("mine")
    with pytest.raises(ExportError, match="--force"):
        export_files(store, stored(store), out, force=False)
    assert not (out / "a.txt").exists()
    assert (out / "sub" / "big.bin").read_text() == "mine"
    export_files(store, stored(store), out, force=True)
    assert (out / "sub" / "big.bin").read_bytes() == FILES["sub/big.bin"]


def test_force_replaces_a_link_and_not_what_it_points_to(store: Store, tmp_path: Path) -> None:
    out, precious = tmp_path / "out", tmp_path / "precious"
    out.mkdir()
    precious.write_text("mine")
    (out / "a.txt").symlink_to(precious)
    with pytest.raises(ExportError):
        export_files(store, stored(store), out, force=False)
    export_files(store, stored(store), out, force=True)
    assert precious.read_text() == "mine"
    assert (out / "a.txt").read_bytes() == b"small"


def test_a_folder_in_the_way_or_a_file_instead_of_the_folder_is_an_error_even_with_force(
    store: Store, tmp_path: Path
) -> None:
    (tmp_path / "out" / "a.txt").mkdir(parents=True)
    (tmp_path / "file").write_text("")
    for folder in (tmp_path / "out", tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(ExportError):
            export_files(store, stored(store), folder, force=True)


def test_bytes_that_changed_in_the_store_are_not_exported(store: Store, tmp_path: Path) -> None:
    manifest = stored(store)
    (big,) = objects(tmp_path / "store")
    big.chmod(0o644)
    big.write_bytes(b"x" * big.stat().st_size)
    with pytest.raises(DigestMismatchError):
        export_files(store, manifest, tmp_path / "out", force=False)
    assert not (tmp_path / "out" / "sub" / "big.bin").exists()
    assert not list((tmp_path / "out").rglob("*.part"))


def test_bytes_that_are_gone_are_an_error(store: Store, tmp_path: Path) -> None:
    manifest = stored(store)
    (big,) = objects(tmp_path / "store")
    big.unlink()
    with pytest.raises(BytesMissingError):
        export_files(store, manifest, tmp_path / "out", force=False)


@pytest.mark.skipif(os.name == "nt" or not Path("/dev/full").exists(), reason="needs /proc")
def test_a_folder_that_cannot_be_written_is_an_error_of_bridge(store: Store) -> None:
    with pytest.raises(ExportError):
        export_files(store, stored(store), Path("/proc/1/nowhere"), force=False)


def test_eight_at_once_into_one_folder_leave_whole_files(store: Store, tmp_path: Path) -> None:
    manifest = stored(store)
    errors: list[BaseException] = []

    def work() -> None:
        try:
            export_files(store, manifest, tmp_path / "out", force=True)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert {path.name for path in (tmp_path / "out").rglob("*") if path.is_file()} == {"a.txt", "big.bin"}
    assert blake3((tmp_path / "out/sub/big.bin").read_bytes()).hexdigest() == manifest.files[1].digest


def test_the_command_exports_and_refuses_to_do_so_twice(
    bridge: Callable[..., Said], recorded: Workspace, tmp_path: Path
) -> None:
    out = str(tmp_path / "out")
    first = bridge("artifacts", "export", "training/load@1", out, "--json")
    for file in first.json["files"]:
        assert blake3((tmp_path / "out" / file["path"]).read_bytes()).hexdigest() == file["digest"]
    again = bridge("artifacts", "export", "training/load@1", out)
    assert (again.code, "--force" in again.err) == (1, True)
    assert bridge("artifacts", "export", "training/load@1", out, "--force").code == 0


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize("to", ["elsewhere", "nowhere", "../elsewhere"])
def test_nothing_is_written_through_a_folder_that_is_a_link(store: Store, tmp_path: Path, to: str, force: bool) -> None:
    out, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    out.mkdir()
    elsewhere.mkdir()
    (out / "sub").symlink_to(to if to.startswith("..") else tmp_path / to)
    with pytest.raises(ExportError, match="symbolic link, through which nothing is written"):
        export_files(store, stored(store), out, force=force)
    assert list(elsewhere.iterdir()) == [] and not (out / "a.txt").exists()


def test_the_folder_that_the_user_names_may_be_a_link(store: Store, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "out").symlink_to(tmp_path / "real")
    export_files(store, stored(store), tmp_path / "out", force=False)
    assert (tmp_path / "real" / "sub" / "big.bin").exists()


@pytest.mark.parametrize("path", ["../evil", "/tmp/evil", "a/../../evil", "a\\..\\evil", "..", ""])
def test_a_manifest_that_names_a_place_outside_is_not_exported(store: Store, tmp_path: Path, path: str) -> None:
    good = stored(store)
    files = (replace(good.files[0], path=path), *good.files[1:])
    digest = content_digest(good.format, [(one.path, one.size, one.digest) for one in files])
    with pytest.raises(FilePathError):
        export_files(store, replace(good, digest=digest, files=files), tmp_path / "out", force=True)
    assert not (tmp_path / "out").exists()
