"""What a sweep does far away while a writer reuses a blob, and what lies beside blobs."""

from __future__ import annotations

import time
import uuid
from pathlib import Path
from typing import Any

import fsspec
import pytest

from bridge.store.blobs import BlobStore
from bridge.store.driver import Driver
from bridge.store.remote import RemoteObjects
from bridge.testing.store import noise, put


class Door(Driver):
    """A driver of which is said whether its puts are atomic."""

    puts_whole = True


class Place(RemoteObjects):
    """Objects in memory; `between` is done when a blob has been found old and is about to go."""

    between: Any = None

    def __init__(self, url: str, local: Path) -> None:
        super().__init__(url, local)
        self._driver: Door = Door(url, {})

    @property
    def atomic(self) -> bool:
        return self._driver.puts_whole

    @atomic.setter
    def atomic(self, atomic: bool) -> None:
        self._driver.puts_whole = atomic

    def _move(self, source: str, target: str, **still: Any) -> None:
        if self.between is not None:
            between, self.between = self.between, None
            between()
        super()._move(source, target, **still)


@pytest.fixture(params=[True, False], ids=["put is atomic", "put is not atomic"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    place = Place(f"memory://{uuid.uuid4().hex}/store", tmp_path)
    place.atomic = request.param
    return place


def files(place: Place, folder: str) -> list[str]:
    fs, root = fsspec.core.url_to_fs(place.url)
    try:
        return list(fs.find(f"{root}/{folder}"))
    except FileNotFoundError:
        return []


def test_a_blob_that_is_reused_in_the_very_moment_is_put_back(place: Place) -> None:
    store = BlobStore(place)
    manifest = put(store, {"a": noise(5000)})
    before = place.now()
    reused: list[bool] = []
    place.between = lambda: reused.append(store.reuse(manifest))
    assert not place.discard(manifest.keys()[0], before=before)
    assert reused == [True]
    assert store.verify(manifest) == []
    assert files(place, "staging") == []


def test_a_blob_that_another_sweep_removed_meanwhile_is_no_error(place: Place) -> None:
    store = BlobStore(place)
    (key,) = put(store, {"a": noise(5000)}).keys()
    before = place.now()
    place.between = lambda: place.discard(key, before=before)
    assert not place.discard(key, before=before)
    assert (files(place, "blobs"), files(place, "staging")) == ([], [])


def test_a_blob_that_was_written_again_after_another_sweep_removed_it_stays(place: Place) -> None:
    store = BlobStore(place)
    manifest = put(store, {"a": noise(5000)})
    (key,) = manifest.keys()
    before = place.now()

    def other_sweep_and_writer() -> None:
        assert place.discard(key, before=before)
        put(store, {"a": noise(5000)})

    place.atomic = True  # a store that renames has no copy to make first, which is what takes long
    place.between = other_sweep_and_writer
    assert not place.discard(key, before=before)
    assert store.verify(manifest) == []


def test_marks_of_blobs_that_are_gone_go_too(place: Place) -> None:
    store = BlobStore(place)
    kept, gone, lost = (put(store, {"a": noise(5000, seed)}) for seed in range(3))
    for manifest in (kept, gone, lost):
        assert store.reuse(manifest)
    fs, root = fsspec.core.url_to_fs(place.url)
    fs.rm_file(f"{root}/{lost.keys()[0]}")
    assert not store.reuse(lost)
    assert len(files(place, "used")) == 3
    assert store.sweep(kept.keys(), older_than=3600) == 0
    assert len(files(place, "used")) == 3, "marks that are new may be those of a blob that is on its way"
    assert store.sweep(kept.keys(), older_than=0) == 1
    (left,) = files(place, "used")
    assert left.rpartition("/used/")[2] == kept.keys()[0].removeprefix("blobs/")


def test_a_clock_that_is_wrong_here_does_no_harm(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    store = BlobStore(place)
    manifest = put(store, {"a": noise(5000)})
    hour_ahead = time.time() + 3600
    monkeypatch.setattr("time.time", lambda: hour_ahead)
    assert store.sweep([], older_than=1800) == 0
    assert store.verify(manifest) == []
