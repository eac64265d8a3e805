"""What libraries do to the files they are given."""

from __future__ import annotations

import io
import json
import os
import stat
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.domain.errors import FilePathError
from bridge.domain.ports import Sink
from bridge.store import BlobStore, content_digest, open_store
from bridge.store.digest import digest_of
from bridge.testing.store import contents, noise, put


@pytest.fixture
def store(tmp_path: Path) -> BlobStore:
    return open_store(str(tmp_path / "store"), staging=tmp_path / "scratch")


def test_opening_and_small_values_touch_no_disk(store: BlobStore, tmp_path: Path) -> None:
    manifest = put(store, {"value.json": b"{}", "empty": b""})
    assert contents(store, manifest) == {"value.json": b"{}", "empty": b""}
    assert list(tmp_path.iterdir()) == []


def test_a_small_file_beside_a_large_one_needs_no_object(store: BlobStore) -> None:
    for files in ({"a": b"{}", "b": noise(5000)}, {"b": noise(5000), "a": b"{}"}):
        manifest = put(store, files)
        assert [entry.inline for entry in manifest.files] == [b"{}", None]


@given(
    st.dictionaries(
        st.text("abc./", min_size=1, max_size=5),
        st.binary(max_size=40).map(lambda data: data * 60),
        max_size=6,
    )
)
@settings(max_examples=60, deadline=None)
def test_any_files_come_back_or_their_paths_are_refused(files: dict[str, bytes]) -> None:
    store = open_store("memory://any-files")
    try:
        manifest = put(store, files)
    except FilePathError as error:
        assert error.path in files
    else:
        assert contents(store, manifest) == files
        assert manifest == put(store, dict(reversed(files.items())))


@given(st.lists(st.integers(0, 3000), max_size=30))
@settings(deadline=None)
def test_a_file_is_the_same_however_it_is_cut_into_writes(sizes: list[int]) -> None:
    store, data = open_store("memory://cuts"), noise(sum(sizes))

    def save(sink: Sink) -> Mapping[str, Any]:
        with sink.open("a") as file:
            at = 0
            for size in sizes:
                assert file.write(data[at : at + size]) == size
                at += size
                assert file.tell() == at
        return {}

    assert store.write("test", save)[0] == put(store, {"a": data})


def test_digests_are_what_b3sum_prints_and_never_a_values(store: BlobStore) -> None:
    manifest = put(store, {"a": b"abc"})
    abc = "6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85"
    assert manifest.files[0].digest == abc == digest_of(b"abc")
    assert manifest.digest == content_digest("test", [("a", 3, abc)])
    canonical = json.dumps(["test", [["a", 3, abc]]], separators=(",", ":")).encode()
    assert manifest.digest != f"blake3:{digest_of(canonical)}"


def test_the_digest_of_a_known_value_never_changes() -> None:
    files = [("b", 0, digest_of(b"")), ("ä", 2, digest_of(b"42"))]
    assert content_digest("json", files) == content_digest("json", reversed(files))
    assert content_digest("json", files) == "blake3:ad77e228f9c7180c2738384b1b193d67ece4183261e9f0d839216a7f2a2dcc91"


@pytest.mark.parametrize("dtype", ["f8", ">f8", "i2", "?", "c16", "U5", [("a", "i4"), ("b", "f8")]])
@pytest.mark.parametrize("length", [0, 10, 300_000])
def test_arrays_are_written_where_they_lie(store: BlobStore, dtype: Any, length: int) -> None:
    array = np.zeros((length, 2), dtype=dtype)

    def save(sink: Sink) -> Mapping[str, Any]:
        with sink.open("raw") as file:
            assert file.write(array) == array.nbytes
        return {}

    assert contents(store, store.write("test", save)[0])["raw"] == array.tobytes()


def test_buffers_that_are_not_contiguous_and_text_are_refused(store: BlobStore) -> None:
    def save(sink: Sink) -> Mapping[str, Any]:
        with sink.open("raw") as file:
            for junk in (np.zeros((4, 4))[:, 1], np.zeros((4, 4)).T, "text", None, 3):
                with pytest.raises((BufferError, TypeError)):
                    file.write(junk)  # type: ignore[arg-type]
        return {}

    assert contents(store, store.write("test", save)[0]) == {"raw": b""}


def library_writes(sink: Sink) -> Mapping[str, Any]:
    array = np.arange(300_000.0).reshape(-1, 3)
    with sink.open("a.npy") as file:
        np.save(file, array)
    with sink.open("b.npz") as file:
        np.savez(file, array=array)
    with sink.open("c.parquet") as file:
        pd.DataFrame(array, columns=list("xyz")).to_parquet(file)
    with sink.open("d.csv") as file:
        pd.DataFrame(array, columns=list("xyz")).to_csv(file, index=False)
    with sink.open("e.zip") as file, zipfile.ZipFile(file, "w") as archive:
        archive.writestr("one", noise(100_000))
        archive.writestr("two", b"2")
    with sink.open("f.json") as file, io.TextIOWrapper(file, "utf-8") as text:
        json.dump({"ä": list(range(1000))}, text, ensure_ascii=False)
    return {}


def test_libraries_write_to_and_read_from_the_file_objects(store: BlobStore) -> None:
    array = np.arange(300_000.0).reshape(-1, 3)
    manifest, _ = store.write("test", library_writes)
    with store.read(manifest) as source:
        for path in source.paths:
            with source.open(path) as file:
                match path[-4:]:
                    case ".npy":
                        assert np.array_equal(np.load(file), array)
                    case ".npz":
                        assert np.array_equal(np.load(file)["array"], array)
                    case "quet":
                        assert np.array_equal(pd.read_parquet(file).to_numpy(), array)
                    case ".csv":
                        assert np.array_equal(pd.read_csv(file).to_numpy(), array)
                    case ".zip":
                        assert zipfile.ZipFile(file).read("one") == noise(100_000)
                    case "json":
                        assert json.load(file) == {"ä": list(range(1000))}
        mapped = np.load(source.local("a.npy"), mmap_mode="r")
        assert np.array_equal(mapped, array)
        assert source.local("c.parquet").suffix == ".parquet"


def test_a_file_that_is_closed_takes_nothing_more_and_is_kept(store: BlobStore) -> None:
    def save(sink: Sink) -> Mapping[str, Any]:
        with sink.open("a") as file:
            file.write(noise(5000))
            file.close()
            with pytest.raises(ValueError, match="closed"):
                file.write(b"more")
            assert not file.seekable()
        return {}

    assert contents(store, store.write("test", save)[0]) == {"a": noise(5000)}


def test_blobs_are_read_only_as_the_folder_allows_reading(store: BlobStore, tmp_path: Path) -> None:
    (tmp_path / "store").mkdir(mode=0o750)
    manifest = put(store, {"a": noise(5000)})
    blob = tmp_path / "store" / manifest.keys()[0]
    assert stat.S_IMODE(blob.stat().st_mode) == 0o440


def refused(store: BlobStore, make: Any) -> str:
    def save(sink: Sink) -> Mapping[str, Any]:
        with sink.local("model") as path:
            make(path)
        return {}

    with pytest.raises(FilePathError) as error:
        store.write("test", save)
    return str(error.value)


def test_links_pipes_and_nothing_are_refused_by_name(store: BlobStore, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")

    def link(path: Path) -> None:
        path.mkdir()
        (path / "inner").symlink_to(tmp_path / "secret")

    def pipe(path: Path) -> None:
        path.mkdir()
        os.mkfifo(path / "pipe")

    assert "'model/inner'" in refused(store, link)
    assert "secret" in refused(store, lambda path: path.symlink_to(tmp_path / "secret"))
    assert "'model/pipe'" in refused(store, pipe)
    assert "model.npy" in refused(store, lambda path: np.save(path, np.zeros(3)))
    assert "nothing" in refused(store, lambda path: None)
    assert list((tmp_path / "store" / "staging").iterdir()) == []


def test_names_that_other_systems_cannot_hold_are_refused(store: BlobStore) -> None:
    def odd(path: Path) -> None:
        path.mkdir()
        (path / "a\\b").write_bytes(b"1")

    def not_text(path: Path) -> None:
        path.mkdir()
        Path(os.fsdecode(bytes(path) + b"/\xff")).write_bytes(b"1")

    assert "backslash" in refused(store, odd)
    assert "Unicode" in refused(store, not_text)


def test_a_file_that_has_another_name_elsewhere_is_copied(store: BlobStore, tmp_path: Path) -> None:
    mine = tmp_path / "mine.bin"
    mine.write_bytes(noise(5000))

    def save(sink: Sink) -> Mapping[str, Any]:
        with sink.local("mine.bin") as path:
            path.hardlink_to(mine)
        return {}

    manifest, _ = store.write("test", save)
    with mine.open("r+b") as file:
        file.write(b"changed")
    assert contents(store, manifest) == {"mine.bin": noise(5000)}


def test_a_file_that_kept_an_old_time_is_new_to_the_sweep(store: BlobStore) -> None:
    def save(sink: Sink) -> Mapping[str, Any]:
        with sink.local("model") as path:
            path.mkdir()
            (path / "old").write_bytes(noise(5000))
            os.utime(path / "old", (1, 1))
        return {}

    manifest, _ = store.write("test", save)
    assert store.sweep([], older_than=1000) == 0
    assert store.verify(manifest) == []


def test_empty_folders_are_not_stored(store: BlobStore) -> None:
    def save(sink: Sink) -> Mapping[str, Any]:
        with sink.local("model") as path:
            (path / "empty").mkdir(parents=True)
        return {}

    assert store.write("test", save)[0].files == ()


def test_an_error_of_the_library_comes_out_as_it_is(store: BlobStore) -> None:
    def save(sink: Sink) -> Mapping[str, Any]:
        with sink.local("model") as path:
            path.write_bytes(noise(5000))
            open("/no/such/file")  # noqa: SIM115, PTH123
        return {}

    with pytest.raises(FileNotFoundError, match="/no/such/file"):
        store.write("test", save)
    assert store.sweep([], older_than=0) == 0
