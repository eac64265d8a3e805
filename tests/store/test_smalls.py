"""Many small files lie together in packs, and stay there from version to version."""

from __future__ import annotations

import random
import tracemalloc
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bridge.domain.manifest import INLINE_LIMIT
from bridge.domain.ports import Sink
from bridge.store import BlobStore, open_store, smalls
from bridge.testing.store import contents, noise, put


@pytest.fixture(params=["folder", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> BlobStore:
    url = str(tmp_path / "store") if request.param == "folder" else f"memory://{tmp_path.name}/smalls"
    return open_store(url, staging=tmp_path / "scratch")


def many(count: int = 200, size: int = 3000) -> dict[str, bytes]:
    return {f"{number % 7}/{number:04}": noise(size + number, number) for number in range(count)}


def keys(store: BlobStore) -> set[str]:
    return set(store._objects.blobs())


def test_a_few_small_files_are_objects_that_other_values_share(store: BlobStore) -> None:
    files = many(smalls.FEW)
    assert len(put(store, files).keys()) == smalls.FEW
    assert len(put(store, {"other": files["0/0000"]}).keys()) == 1
    assert len(keys(store)) == smalls.FEW


def test_many_small_files_are_one_object(store: BlobStore) -> None:
    manifest = put(store, many())
    assert len(manifest.keys()) == len(keys(store)) == 1
    assert contents(store, manifest) == many()
    assert store.verify(manifest) == []
    with store.read(manifest) as source:
        assert (source.local("3") / "0003").read_bytes() == many()["3/0003"]
        assert sum(path.is_file() for path in source.local().rglob("*")) == 200


def test_the_smallest_stay_in_the_manifest_only_if_they_are_few(store: BlobStore) -> None:
    few = put(store, {**many(), "tiny": b"1", "empty": b""})
    assert {entry.path: entry.inline for entry in few.files if entry.inline is not None} == {"tiny": b"1", "empty": b""}
    tiny = {f"{number:04}": noise(INLINE_LIMIT, number) for number in range(500)} | {"empty": b""}
    manifest = put(store, tiny)
    assert [entry.path for entry in manifest.files if entry.inline is not None] == ["empty"]
    assert len(manifest.keys()) == 1
    assert contents(store, manifest) == tiny


def test_a_later_version_of_a_folder_stores_the_files_that_changed(store: BlobStore) -> None:
    first = put(store, many())
    files = many()
    files["3/0003"] = b"changed" * 500
    files["new"] = noise(5000, 999)
    files["moved"] = files.pop("0/0000")
    del files["1/0001"]
    second = put(store, files, bases=[first])
    assert (contents(store, second), store.verify(second)) == (files, [])
    (new,) = set(second.keys()) - set(first.keys())
    parts = [part for entry in second.files for part in entry.parts if part.key == new]
    assert sum(part.length for part in parts) == 3500 + 5000
    assert put(store, files, bases=[second, first]) == second
    assert put(store, files).digest == second.digest


def test_files_that_are_gone_are_stored_again(store: BlobStore) -> None:
    first = put(store, many())
    store.sweep([], older_than=0)
    again = put(store, many(), bases=[first])
    assert (contents(store, again), store.verify(again)) == (many(), [])


def test_a_folder_never_lies_in_more_objects_than_a_reader_wants_to_open(
    store: BlobStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smalls, "MOST_OBJECTS", 4)
    files, manifest = many(), put(store, many())
    counts = []
    for number in range(6):
        files[f"new {number}"] = noise(4000, 1000 + number)
        manifest = put(store, files, bases=[manifest])
        counts.append(len(manifest.keys()))
        assert contents(store, manifest) == files
    assert counts == [2, 3, 4, 1, 2, 3]


def test_many_small_files_do_not_stay_in_memory_and_packs_do_not_grow_for_ever(
    store: BlobStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smalls, "_HELD", 1 << 20)
    monkeypatch.setattr(smalls, "_PACK", 4 << 20)
    size, count = 200_000, 100

    def save(sink: Sink) -> Mapping[str, Any]:
        for number in random.Random(0).sample(range(count), count):
            with sink.open(f"{number:04}") as file:
                file.write(noise(size, number))
        return {}

    tracemalloc.start()
    manifest, _ = store.write("test", save)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(manifest.keys()) == 5
    assert contents(store, manifest) == {f"{number:04}": noise(size, number) for number in range(count)}
    if store.url.startswith("/"):  # where the store is not in memory itself
        assert peak < 8 << 20


def test_an_error_while_writing_leaves_nothing(store: BlobStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smalls, "_HELD", 1 << 16)

    def save(sink: Sink) -> Mapping[str, Any]:
        for path, data in many().items():
            with sink.open(path) as file:
                file.write(data)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        store.write("test", save)
    assert keys(store) == set()
    assert store.sweep([], older_than=0) == 0
