"""Reading, sweeping and opening: what the contract cannot see."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import fsspec
import pytest

from bridge.domain.errors import DigestMismatchError, FilePathError, SettingsError, StoreError
from bridge.domain.manifest import Part
from bridge.store import BlobStore, open_store
from bridge.store.scratch import discard_scratch, new_scratch
from bridge.testing.store import contents, noise, put


@pytest.fixture
def store(tmp_path: Path) -> BlobStore:
    return open_store(str(tmp_path / "store"), staging=tmp_path / "scratch")


def test_a_key_that_leaves_the_store_is_refused(store: BlobStore, tmp_path: Path) -> None:
    manifest = put(store, {"a": noise(5000)})
    (tmp_path / "outside").write_bytes(noise(5000))
    for key in ("../outside", str(tmp_path / "outside"), "blobs/../../outside"):
        part = Part(key, 0, 5000, "")
        bad = replace(manifest, files=(replace(manifest.files[0], parts=(part,)),))
        with pytest.raises(FilePathError), store.read(bad) as source:
            source.open("a")
        assert len(store.verify(bad)) == 1


@pytest.mark.parametrize("change", [{"size": 4999}, {"digest": "../../x"}, {"parts": ()}, {"inline": b"1"}])
def test_a_manifest_that_contradicts_itself_is_refused(store: BlobStore, change: dict[str, object]) -> None:
    manifest = put(store, {"a": noise(5000)})
    bad = replace(manifest, files=(replace(manifest.files[0], **change),))  # type: ignore[arg-type]
    with pytest.raises(StoreError, match="contradicts"), store.read(bad):
        pass


def test_a_negative_range_is_refused(store: BlobStore) -> None:
    manifest = put(store, {"a": noise(5000)})
    key = manifest.keys()[0]
    parts = (Part(key, -1, 5001, ""), Part(key, 0, -1, ""))
    with (
        pytest.raises(StoreError),
        store.read(replace(manifest, files=(replace(manifest.files[0], parts=parts),))),
    ):
        pass


def test_changed_bytes_are_told_with_file_object_and_sizes(store: BlobStore, tmp_path: Path) -> None:
    manifest = put(store, {"weights.bin": noise(5000)})
    blob = tmp_path / "store" / manifest.keys()[0]
    blob.chmod(0o600)
    blob.write_bytes(noise(5000)[:17])
    with pytest.raises(DigestMismatchError) as error, store.read(manifest) as source:
        source.open("weights.bin")
    for fact in ("weights.bin", manifest.digest, manifest.keys()[0], "17 bytes instead of 5000"):
        assert fact in str(error.value)


def test_a_library_that_replaces_its_file_does_not_change_the_store(store: BlobStore) -> None:
    manifest = put(store, {"a": noise(5000), "b": b"small"})
    with store.read(manifest) as source:
        for path in ("a", "b"):
            local = source.local(path)
            assert not local.stat().st_mode & 0o222
            local.unlink()
            local.write_bytes(b"mine now")
    assert contents(store, manifest) == {"a": noise(5000), "b": b"small"}


def test_local_files_end_with_the_source(store: BlobStore, tmp_path: Path) -> None:
    with store.read(put(store, {"d/a": noise(5000), "b": b"1"})) as source:
        assert (source.local() / "d" / "a").is_file()
        assert source.local("d/a") == source.local("d") / "a"
    assert list((tmp_path / "scratch").iterdir()) == []


def test_the_sweep_touches_nothing_that_is_not_the_stores(store: BlobStore, tmp_path: Path) -> None:
    root = tmp_path / "store"
    for name in ("README", "blobs/README", "blobs/ab/notes.txt", "packs/ab/cd", "blobs/zz/" + "0" * 62):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("not yours")
        os.utime(root / name, (1, 1))
    assert store.sweep([], older_than=0) == 0


def test_the_sweep_refuses_one_key_for_many(store: BlobStore) -> None:
    manifest = put(store, {"a": noise(5000)})
    for live, seconds in ((manifest.keys()[0], 0.0), ([], -1.0), ([], float("nan"))):
        with pytest.raises(SettingsError):
            store.sweep(live, older_than=seconds)
    assert store.verify(manifest) == []


@pytest.mark.parametrize("place", ["folder", "memory"])
def test_reusing_a_blob_makes_it_new_to_the_sweep(tmp_path: Path, place: str) -> None:
    store = open_store(f"memory://{tmp_path.name}" if place == "memory" else str(tmp_path), staging=tmp_path / "x")
    manifest = put(store, {"a": noise(5000)})
    age(store, manifest.keys()[0])
    put(store, {"b": noise(5000)})
    assert store.sweep([], older_than=1000) == 0
    age(store, manifest.keys()[0])
    assert store.sweep([], older_than=1000) == (1 if place == "folder" else 0)


def age(store: BlobStore, key: str) -> None:
    if "://" not in store.url:
        os.utime(Path(store.url) / key, (1, 1))
        return
    fs, root = fsspec.core.url_to_fs(store.url)
    file = fs.store[f"{root}/{key}"]
    file.created = file.modified = file.created.replace(year=2000)


def test_folders_of_dead_processes_are_removed_and_of_living_ones_kept(tmp_path: Path) -> None:
    mine = new_scratch(tmp_path)
    script = "import sys, pathlib; from bridge.store.scratch import new_scratch as n; n(pathlib.Path(sys.argv[1]))"
    subprocess.run([sys.executable, "-c", script, tmp_path], check=True, cwd=Path(__file__).parents[2])
    (tmp_path / "bridge-store-mine").mkdir()
    assert discard_scratch(tmp_path, before=1.0) == 0
    assert discard_scratch(tmp_path, before=mine.stat().st_mtime + 1000) == 1
    assert sorted(folder.name for folder in tmp_path.iterdir()) == sorted([mine.name, "bridge-store-mine"])


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("nonsense://bucket/x", "no fsspec driver is installed for nonsense://"),
        ("s3://bucket/x", "pip install 'prefect-bridge[s3]'"),
        ("gs://bucket/x", "pip install 'prefect-bridge[gcs]'"),
        ("sftp://ann:secret@127.0.0.1:1/x", "paramiko"),
    ],
)
def test_a_place_that_cannot_be_reached_says_why_and_keeps_passwords(url: str, says: str) -> None:
    driver = {"s3": "s3fs", "gs": "gcsfs", "sftp": "paramiko"}.get(url.partition(":")[0])
    if driver is not None:
        try:
            __import__(driver)
        except ImportError:
            pass
        else:
            pytest.skip(f"{driver} is installed here")
    store = open_store(url)
    assert put(store, {"a": b"small"}).size == 5
    with pytest.raises(StoreError) as error:
        store.check()
    assert says in str(error.value)
    assert "secret" not in str(error.value)
    with pytest.raises(StoreError):
        put(store, {"a": noise(5000)})


def test_what_a_driver_raises_does_not_leave_the_store(monkeypatch: pytest.MonkeyPatch) -> None:
    store = open_store("memory://broken")
    manifest = put(store, {"a": noise(5000)})

    class DriverError(Exception):
        pass

    def broken(*_: object, **__: object) -> None:
        raise DriverError("503 slow down")

    for name in ("info", "find", "cat_file", "pipe_file"):
        monkeypatch.setattr(fsspec.implementations.memory.MemoryFileSystem, name, broken)
    attempts = [lambda: put(store, {"a": noise(6000)}), lambda: store.verify(manifest), store.check]
    for attempt in [*attempts, lambda: contents(store, manifest), lambda: store.sweep([], older_than=0)]:
        with pytest.raises(StoreError, match="503 slow down"):
            attempt()


@pytest.mark.parametrize("url", ["", "  ", "a\0b"])
def test_a_place_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(SettingsError):
        open_store(url)


def test_a_path_is_taken_from_where_the_store_was_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert open_store("store").url == str(tmp_path / "store") == open_store("~/store").url
    assert open_store(f"file://{tmp_path}/store").url == str(tmp_path / "store")


def test_a_local_store_does_not_load_fsspec(tmp_path: Path) -> None:
    script = "import sys, bridge.store; bridge.store.open_store(sys.argv[1]); sys.exit('fsspec' in sys.modules)"
    subprocess.run([sys.executable, "-c", script, tmp_path], check=True, cwd=Path(__file__).parents[2])
