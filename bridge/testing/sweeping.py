"""The contract of a store that is swept: subclass it beside `StoreContract`, with the same `store` fixture."""

# ruff: noqa: D102  a test's name is its sentence

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from bridge.domain.errors import StoreError
from bridge.domain.keeping import StoredObject
from bridge.domain.manifest import FileEntry, Manifest, Part
from bridge.domain.ports import Store
from bridge.testing.store import contents, noise, put


class SweptStoreContract:
    """What every `SweptStore` promises, beside what `StoreContract` has of it.

    >>> SweptStoreContract.RESOLUTION
    0.05
    """

    RESOLUTION = 0.05
    """Seconds after which the store's clock shows another time."""

    @pytest.fixture
    def store(self) -> Store:
        """An empty store; to be overridden."""
        raise NotImplementedError

    def test_objects_are_listed_with_their_bytes(self, store: Store) -> None:
        assert list(store.objects()) == []
        manifest = put(store, {"a": noise(5000, 1), "b": noise(6000, 2), "c": b"inline"})
        assert sorted(one.size for one in store.objects()) == [5000, 6000]
        assert {one.key for one in store.objects()} == set(manifest.keys())
        assert all(one.touched is not None and one.touched > 1e9 for one in store.objects())

    def test_what_is_reused_is_new_to_a_sweep(self, store: Store) -> None:
        manifest = put(store, {"a": noise(5000), "b": b"inline"})
        (before,) = store.objects()
        time.sleep(self.RESOLUTION)
        assert store.reuse(manifest)
        (after,) = store.objects()
        assert before.touched is not None and after.touched is not None
        assert after.touched > before.touched
        store.sweep([], older_than=0)
        assert not store.reuse(manifest)
        assert store.reuse(put(store, {"b": b"inline"}))

    def test_a_sweep_tells_what_it_removed(self, store: Store) -> None:
        live, dead = put(store, {"a": noise(5000, 1)}), put(store, {"a": noise(6000, 2)})
        told: list[StoredObject] = []
        store.sweep(live.keys(), older_than=3600, on_removed=told.append)
        assert told == []
        store.sweep(live.keys(), older_than=0, on_removed=told.append)
        assert [(one.key, one.size) for one in told] == [(dead.keys()[0], 6000)]

    def test_what_is_written_while_a_sweep_reads_what_is_live_stays(self, store: Store) -> None:
        put(store, {"a": noise(5000, 1)})
        made: list[Manifest] = []

        def live() -> Iterator[str]:
            time.sleep(self.RESOLUTION)
            made.append(put(store, {"a": noise(5000, 2)}))
            yield from ()

        assert store.sweep(live(), older_than=0) == 1
        assert contents(store, made[0]) == {"a": noise(5000, 2)}

    def test_ranges_of_an_object_become_an_object(self, store: Store) -> None:
        data = noise(9000)
        manifest = put(store, {"a": data})
        key = store.copy_ranges(manifest.keys()[0], [(10, 3000), (8000, 1000)])
        entry = manifest.files[0]
        parts = (Part(key, 0, 3000), Part(manifest.keys()[0], 0, 10), Part(key, 3000, 1000))
        expected = data[10:3010] + data[:10] + data[8000:]
        wanted = put(store, {"a": expected})
        parted = FileEntry("a", len(expected), wanted.files[0].digest, parts)
        assert contents(store, Manifest(wanted.digest, wanted.format, (parted,))) == {"a": expected}
        assert entry.size == 9000
        for gone in ([(8000, 1001)], [(9001, 1)]):
            with pytest.raises(StoreError):
                store.copy_ranges(manifest.keys()[0], gone)
        with pytest.raises(StoreError):
            store.copy_ranges("blobs/ab/" + "cd" * 31, [(0, 1)])
