"""What every `Store` must do, as tests: subclass `StoreContract` and give it a `store` fixture."""

# ruff: noqa: D102  a test's name is its sentence

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from bridge.domain.errors import BytesMissingError, DigestMismatchError, FilePathError, StoreError
from bridge.domain.manifest import INLINE_LIMIT, Manifest, Part
from bridge.domain.ports import Sink, Store

Save = Callable[[Sink], Mapping[str, Any]]


def noise(size: int, seed: int = 0) -> bytes:
    """Bytes that look random and are the same each time.

    >>> len(noise(100)), noise(4, seed=1) == noise(4, seed=2)
    (100, False)
    """
    return hashlib.shake_128(seed.to_bytes(8, "big")).digest(size)


def saving(files: Mapping[str, bytes]) -> Save:
    """A `save` that writes these files.

    >>> callable(saving({"value.json": b"42"}))
    True
    """

    def save(sink: Sink) -> Mapping[str, Any]:
        for path, data in files.items():
            with sink.open(path) as file:
                file.write(data)
        return {"files": len(files)}

    return save


def put(store: Store, files: Mapping[str, bytes], format: str = "test", *, bases: Sequence[Manifest] = ()) -> Manifest:
    """Store a value that consists of these files."""
    return store.write(format, saving(files), bases=lambda: bases)[0]


def contents(store: Store, manifest: Manifest) -> dict[str, bytes]:
    """Read all files of a value."""
    with store.read(manifest) as source:
        found = {}
        for path in source.paths:
            with source.open(path) as file:
                found[path] = file.read()
        return found


def _new_bytes(manifest: Manifest, *bases: Manifest) -> int:
    there = {part.key for base in bases for entry in base.files for part in entry.parts}
    parts = [part for entry in manifest.files for part in entry.parts]
    return sum(part.length for part in parts if part.key not in there)


class StoreContract:
    """The promises of `bridge.domain.ports.Store`.

    >>> class TestMyStore(StoreContract):
    ...     @pytest.fixture
    ...     def store(self, tmp_path):
    ...         return MyStore(tmp_path)
    """

    SMALL = b'{"answer": 42}'
    LARGE = noise(3 << 20)

    @pytest.fixture
    def store(self) -> Store:
        """The store under test, empty; to be overridden."""
        raise NotImplementedError("override the fixture `store`")

    def damage(self, store: Store, key: str, data: bytes | None) -> None:
        """Replace an object's bytes behind the store's back, or remove it (None); override it."""
        pytest.skip("this store's test does not say how to damage an object")

    @pytest.mark.parametrize("size", [0, 1, INLINE_LIMIT, INLINE_LIMIT + 1, 1 << 20, (1 << 20) + 1, 9 << 20])
    def test_a_file_of_any_size_comes_back(self, store: Store, size: int) -> None:
        data = noise(size)
        manifest = put(store, {"value.bin": data})
        assert contents(store, manifest) == {"value.bin": data}
        assert manifest.size == size

    def test_what_save_returned_comes_back_with_the_manifest(self, store: Store) -> None:
        manifest, facts = store.write("npy", saving({"a": self.SMALL}))
        assert facts == {"files": 1}
        assert manifest.format == "npy"

    def test_a_value_without_files_can_be_stored(self, store: Store) -> None:
        assert contents(store, put(store, {})) == {}

    def test_files_are_listed_by_path_whatever_the_order_of_writing(self, store: Store) -> None:
        one = put(store, {"b": self.LARGE, "a/c": self.SMALL, "a/b": b""})
        other = put(store, {"a/b": b"", "a/c": self.SMALL, "b": self.LARGE})
        assert one == other
        assert [entry.path for entry in one.files] == ["a/b", "a/c", "b"]

    def test_the_digest_covers_format_paths_and_bytes(self, store: Store) -> None:
        manifests = [
            put(store, {"a": b"1"}),
            put(store, {"a": b"2"}),
            put(store, {"b": b"1"}),
            put(store, {"a": b"1", "b": b""}),
            put(store, {"a": b"1"}, format="other"),
        ]
        assert len({manifest.digest for manifest in manifests}) == len(manifests)

    def test_small_values_stay_in_their_manifest(self, store: Store) -> None:
        assert not put(store, {"a": self.SMALL, "b": self.SMALL}).keys()
        assert len(put(store, {"a": noise(INLINE_LIMIT), "b": b"1"}).keys()) == 2

    def test_equal_bytes_are_one_object(self, store: Store) -> None:
        manifest = put(store, {"a": self.LARGE, "b": self.LARGE})
        assert len({part.key for entry in manifest.files for part in entry.parts}) == 1
        assert put(store, {"c": self.LARGE}).keys() == manifest.keys()
        assert contents(store, manifest) == {"a": self.LARGE, "b": self.LARGE}

    def test_many_writes_and_one_give_the_same_value(self, store: Store) -> None:
        def save(sink: Sink) -> Mapping[str, Any]:
            with sink.open("a") as file:
                for start in range(0, len(self.LARGE), 100_000):
                    assert file.tell() == start
                    file.write(self.LARGE[start : start + 100_000])
            return {}

        assert store.write("test", save)[0] == put(store, {"a": self.LARGE})

    def test_a_library_may_write_files_and_folders_itself(self, store: Store) -> None:
        def save(sink: Sink) -> Mapping[str, Any]:
            with sink.local("model") as path:
                (path / "deep").mkdir(parents=True)
                (path / "deep" / "weights.bin").write_bytes(self.LARGE)
                (path / "config.json").write_bytes(self.SMALL)
            with sink.local("note.txt") as path:
                path.write_bytes(b"hello")
            return {}

        manifest, _ = store.write("test", save)
        files = {"model/config.json": self.SMALL, "model/deep/weights.bin": self.LARGE, "note.txt": b"hello"}
        assert manifest == put(store, files)
        with store.read(manifest) as source:
            assert (source.local("model") / "deep" / "weights.bin").read_bytes() == self.LARGE
            assert source.local("note.txt").read_bytes() == b"hello"
            folder = source.local()
            found = {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
        assert found == files

    def test_files_are_seekable_and_can_be_read_twice(self, store: Store) -> None:
        with store.read(put(store, {"a": self.LARGE, "b": self.SMALL})) as source:
            for _ in range(2):
                with source.open("a") as file:
                    file.seek(-5, 2)
                    assert file.read() == self.LARGE[-5:]

    @pytest.mark.parametrize("path", ["", "/a", "..", "../a", "a/../b", "a//b", "a/", ".", "a\\b", "a\0", "C:/a"])
    def test_a_path_that_leaves_the_value_is_refused(self, store: Store, path: str) -> None:
        with pytest.raises(FilePathError):
            put(store, {path: self.SMALL})

    def test_a_path_is_written_once(self, store: Store) -> None:
        def twice(sink: Sink) -> Mapping[str, Any]:
            return {**saving({"a": b"1"})(sink), **saving({"a": b"2"})(sink)}

        with pytest.raises(FilePathError):
            store.write("test", twice)
        with pytest.raises(FilePathError):
            put(store, {"a": b"1", "a/b": b"2"})
        with pytest.raises(FilePathError):
            put(store, {"a/b": b"1", "a": b"2"})

    def test_a_manifest_whose_path_leaves_the_value_is_refused(self, store: Store) -> None:
        manifest = put(store, {"a": self.LARGE})
        bad = replace(manifest, files=(replace(manifest.files[0], path="../a"),))
        with pytest.raises(FilePathError), store.read(bad) as source:
            source.local("../a")

    def test_a_manifest_that_was_changed_is_refused(self, store: Store) -> None:
        manifest = put(store, {"a": self.SMALL})
        for change in ({"path": "b"}, {"inline": b"?" * len(self.SMALL)}):
            bad = replace(manifest, files=(replace(manifest.files[0], **change),))
            with pytest.raises(DigestMismatchError), store.read(bad) as source:
                source.open(source.paths[0])
            assert len(store.verify(bad)) == 1

    def test_a_manifest_of_a_later_layout_is_refused(self, store: Store) -> None:
        manifest = replace(put(store, {"a": self.SMALL}), layout=99)
        with pytest.raises(StoreError, match="99"), store.read(manifest):
            pass

    def test_a_file_may_lie_in_parts_of_several_objects(self, store: Store) -> None:
        whole, pack = put(store, {"a": self.LARGE}), put(store, {"pack": b"head" + self.LARGE[:5000]})
        rest = replace(whole.files[0].parts[0], offset=5000, length=len(self.LARGE) - 5000)
        first = Part(pack.keys()[0], 4, 5000, "")
        parted = replace(whole, files=(replace(whole.files[0], parts=(first, rest)),))
        assert contents(store, parted) == {"a": self.LARGE}
        assert store.verify(parted) == []
        with store.read(parted) as source:
            assert source.local("a").read_bytes() == self.LARGE
        swapped = replace(whole, files=(replace(whole.files[0], parts=(rest, first)),))
        with pytest.raises(DigestMismatchError), store.read(swapped) as source:
            source.open("a")

    def test_a_later_version_of_a_file_is_stored_as_what_is_new_of_it(self, store: Store) -> None:
        first = put(store, {"a": self.LARGE})
        second_data = self.LARGE[: 1 << 20] + b"put in" + self.LARGE[1 << 20 :] + noise(10_000, 7)
        second = put(store, {"a": second_data}, bases=[first])
        assert (contents(store, second), store.verify(second)) == ({"a": second_data}, [])
        assert _new_bytes(second, first) < 300_000
        assert put(store, {"a": second_data}).digest == second.digest
        third_data = second_data[: 2 << 20]
        third = put(store, {"a": third_data, "b": self.SMALL}, bases=[second, first])
        assert contents(store, third) == {"a": third_data, "b": self.SMALL}
        assert _new_bytes(third, first, second) < 300_000
        with store.read(second) as source:
            assert source.local("a").read_bytes() == second_data
            with source.open("a") as file:
                file.seek((1 << 20) - 3)
                assert file.read(12) == second_data[(1 << 20) - 3 :][:12]

    def test_a_version_stays_when_the_one_it_came_from_is_swept(self, store: Store) -> None:
        first = put(store, {"a": self.LARGE, "b": noise(5000)})
        second = put(store, {"a": self.LARGE + noise(5000)}, bases=[first])
        assert store.sweep(second.keys(), older_than=0) >= 1
        assert (contents(store, second), len(store.verify(first))) == ({"a": self.LARGE + noise(5000)}, 1)

    def test_a_version_that_came_back_is_the_one_that_was(self, store: Store) -> None:
        first = put(store, {"a": self.LARGE})
        second = put(store, {"a": self.LARGE + noise(5000)}, bases=[first])
        assert put(store, {"a": self.LARGE + noise(5000)}, bases=[second, first]) == second
        assert put(store, {"a": self.LARGE}, bases=[second, first]).digest == first.digest

    @pytest.mark.parametrize("data", [None, b"", b"another"])
    def test_a_version_is_whole_when_the_one_it_came_from_is_not(self, store: Store, data: bytes | None) -> None:
        first = put(store, {"a": self.LARGE})
        second = put(store, {"a": self.LARGE + noise(50_000)}, bases=[first])
        for entry in second.files:
            for part in {part.key: part for part in entry.parts}.values():
                self.damage(store, part.key, data)
        for bases in ([first], [second], [second, first]):
            again = put(store, {"a": noise(100) + self.LARGE}, bases=bases)
            assert (contents(store, again), store.verify(again)) == ({"a": noise(100) + self.LARGE}, [])

    def test_a_list_of_chunks_that_is_gone_or_wrong_only_costs_bytes(self, store: Store) -> None:
        first = put(store, {"a": self.LARGE})
        second = put(store, {"a": self.LARGE + noise(50_000)}, bases=[first])
        assert second.files[0].chunks is not None
        for data in (b"bridge chunks 1\n", b"", None):
            self.damage(store, second.files[0].chunks.key, data)
            third = put(store, {"a": noise(100) + self.LARGE}, bases=[second])
            assert (contents(store, third), store.verify(third)) == ({"a": noise(100) + self.LARGE}, [])

    def test_what_a_version_came_from_is_not_trusted(self, store: Store) -> None:
        first = put(store, {"a": self.LARGE})
        entry = first.files[0]
        for bad in (
            replace(first, digest="blake3:" + "ab" * 32),
            replace(first, files=(replace(entry, parts=(replace(entry.parts[0], key="../../etc/passwd"),)),)),
            replace(first, files=(replace(entry, parts=()),)),
        ):
            second = put(store, {"a": self.LARGE + noise(500)}, bases=[bad])
            assert contents(store, second) == {"a": self.LARGE + noise(500)}
            assert all(part.key.startswith("blobs/") for part in second.files[0].parts)

    def test_a_path_that_is_not_in_the_manifest_is_said_to_be_missing(self, store: Store) -> None:
        with store.read(put(store, {"a": self.SMALL})) as source:
            with pytest.raises(BytesMissingError, match=r"'b'.*a"):
                source.open("b")
            with pytest.raises(BytesMissingError):
                source.local("b")

    @pytest.mark.parametrize("how", ["open", "local"])
    @pytest.mark.parametrize("flaw", ["one byte", "truncated", "longer", "empty"])
    def test_bytes_that_changed_are_refused_by_name(self, store: Store, flaw: str, how: str) -> None:
        manifest = put(store, {"good": noise(5000, 1), "weights.bin": self.LARGE})
        changed = {
            "one byte": self.LARGE[:-1] + bytes([self.LARGE[-1] ^ 1]),
            "truncated": self.LARGE[:-1],
            "longer": b"?" + self.LARGE,
            "empty": b"",
        }
        self.damage(store, manifest.files[1].parts[0].key, changed[flaw])
        with store.read(manifest) as source:
            with pytest.raises(DigestMismatchError, match=r"weights\.bin"):
                getattr(source, how)("weights.bin")
            with source.open("good") as file:
                assert file.read() == noise(5000, 1)
        (sentence,) = store.verify(manifest)
        assert "weights.bin" in sentence

    def test_bytes_that_are_gone_are_said_to_be_missing(self, store: Store) -> None:
        manifest = put(store, {"a": self.LARGE})
        self.damage(store, manifest.keys()[0], None)
        for how in ("open", "local"):
            with pytest.raises(BytesMissingError), store.read(manifest) as source:
                getattr(source, how)("a")
        assert len(store.verify(manifest)) == 1

    def test_writing_again_repairs_a_torn_object(self, store: Store) -> None:
        manifest = put(store, {"a": self.LARGE})
        self.damage(store, manifest.keys()[0], self.LARGE[:1000])
        assert put(store, {"a": self.LARGE}) == manifest
        assert store.verify(manifest) == []

    def test_verify_finds_nothing_wrong_with_what_was_written(self, store: Store) -> None:
        assert store.verify(put(store, {"a": self.LARGE, "b": self.SMALL})) == []

    @pytest.mark.parametrize("data", [SMALL, LARGE])
    def test_what_save_raises_comes_out_and_nothing_is_stored(self, store: Store, data: bytes) -> None:
        def save(sink: Sink) -> Mapping[str, Any]:
            saving({"a": data})(sink)
            with sink.open("b") as file:
                file.write(data)
                raise ZeroDivisionError("no")

        with pytest.raises(ZeroDivisionError):
            store.write("test", save)
        assert store.sweep([], older_than=0) == 0

    def test_a_file_whose_writing_failed_can_be_written_in_another_way(self, store: Store) -> None:
        def save(sink: Sink) -> Mapping[str, Any]:
            with pytest.raises(ZeroDivisionError), sink.open("a") as file:
                file.write(self.LARGE)
                raise ZeroDivisionError
            return saving({"a": self.SMALL})(sink)

        assert contents(store, store.write("test", save)[0]) == {"a": self.SMALL}

    def test_a_file_left_open_is_refused(self, store: Store) -> None:
        files = {}

        def keep(sink: Sink) -> Mapping[str, Any]:
            files["a"] = sink.open("a")
            return {}

        with pytest.raises(FilePathError, match="not closed"):
            store.write("test", keep)

    def test_the_sweep_removes_what_is_not_live_and_old_enough(self, store: Store) -> None:
        live, dead = put(store, {"a": self.LARGE}), put(store, {"a": noise(5000, 1), "b": noise(5000, 2)})
        assert store.sweep(live.keys(), older_than=3600) == 0
        assert store.verify(dead) == []
        assert store.sweep(iter(live.keys()), older_than=0) == 2
        assert store.verify(live) == []
        assert len(store.verify(dead)) == 2
        assert store.sweep(live.keys(), older_than=0) == 0
        assert put(store, {"a": noise(5000, 1), "b": noise(5000, 2)}) == dead
        assert store.verify(dead) == []

    def test_threads_may_write_the_same_and_different_values_at_once(self, store: Store) -> None:
        def work(number: int) -> Manifest:
            return put(store, {"same": self.LARGE, "own": noise(5000, number % 4)})

        with ThreadPoolExecutor(8) as pool:
            manifests = list(pool.map(work, range(16)))
        assert len({manifest.digest for manifest in manifests}) == 4
        assert [store.verify(manifest) for manifest in manifests] == [[]] * 16

    def test_the_store_can_be_sent_to_another_process(self, store: Store) -> None:
        manifest = put(store, {"a": self.LARGE})
        assert contents(pickle.loads(pickle.dumps(store)), manifest) == {"a": self.LARGE}

    def test_check_leaves_nothing_behind(self, store: Store) -> None:
        store.check()
        store.check()
        assert store.sweep([], older_than=0) == 0
