"""Versions of a file are stored as what changed, whatever changed, and read back as they were."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.domain.manifest import Manifest, Part
from bridge.store import BlobStore, open_store, parting
from bridge.store.chunks import SMALLEST, Chunks, average_for, cut
from bridge.store.ranges import RangesFile
from bridge.testing.store import contents, noise, put

LARGE = noise(2 << 20)

edits = st.tuples(
    st.sampled_from(["insert", "delete", "replace", "double", "append", "front"]),
    st.integers(0, 100),
    st.integers(1, 400_000),
    st.integers(0, 2),
)


def edited(data: bytes, kind: str, percent: int, size: int, seed: int) -> bytes:
    place = len(data) * percent // 100
    new = noise(size, seed) if seed else bytes(size)  # zeros: chunks that are all alike
    return {
        "insert": data[:place] + new + data[place:],
        "delete": data[:place] + data[place + size :],
        "replace": data[:place] + new + data[place + size :],
        "double": data + data[:place],
        "append": data + new,
        "front": new + data,
    }[kind]


def stored(store: BlobStore) -> int:
    return sum(file.stat().st_size for file in Path(store.url).rglob("*") if file.is_file())


@settings(max_examples=25, deadline=None)
@given(st.lists(edits, min_size=1, max_size=6))
def test_versions_come_back_as_they_were_after_any_edits(
    tmp_path_factory: pytest.TempPathFactory, changes: list
) -> None:
    store = open_store(str(tmp_path_factory.mktemp("store")))
    data, versions = LARGE, [(LARGE, put(store, {"a": LARGE}))]
    for change in changes:
        data = edited(data, *change)
        recent = [manifest for _, manifest in versions[:-3:-1]]
        versions.append((data, put(store, {"a": data}, bases=recent)))
    for data, manifest in versions:
        assert contents(store, manifest) == {"a": data}
        assert manifest.digest == put(store, {"a": data}).digest


def test_a_change_costs_about_what_changed(tmp_path: Path) -> None:
    store = open_store(str(tmp_path))
    data = noise(20 << 20)
    manifest = put(store, {"a": data})
    for number, (kind, size) in enumerate(
        [("insert", 1000), ("replace", 200_000), ("append", 200_000), ("delete", 10)]
    ):
        before = stored(store)
        data = edited(data, kind, 50, size, number + 1)
        manifest = put(store, {"a": data}, bases=[manifest])
        assert stored(store) - before < 1.5 * size + 150_000


def test_a_file_that_has_nothing_in_common_is_stored_whole(tmp_path: Path) -> None:
    store = open_store(str(tmp_path))
    first = put(store, {"a": LARGE})
    second = put(store, {"a": noise(2 << 20, 1)}, bases=[first])
    assert len(second.files[0].parts) == 1
    assert put(store, {"a": noise(2 << 20, 1) + b"more"}, bases=[second]).files[0].parts[0] != second.files[0].parts[0]


def test_small_files_are_stored_whole_and_nobody_is_asked_what_they_came_from(tmp_path: Path) -> None:
    def bases() -> list[Manifest]:
        raise AssertionError("nobody needs to know")

    store = open_store(str(tmp_path))
    manifest, _ = store.write("test", lambda sink: sink.open("a").__enter__().close() or {}, bases=bases)
    assert contents(store, manifest) == {"a": b""}


def test_a_file_never_lies_in_more_objects_than_a_reader_wants_to_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parting, "MOST_OBJECTS", 4)
    store = open_store(str(tmp_path))
    data, manifest = LARGE, put(store, {"a": LARGE})
    counts = []
    for number in range(8):
        data = edited(data, "replace", 12 * number, 40_000, number + 1)
        manifest = put(store, {"a": data}, bases=[manifest])
        counts.append(len({part.key for part in manifest.files[0].parts}))
        assert contents(store, manifest) == {"a": data}
    assert counts == [2, 3, 4, 3, 4, 3, 4, 3]
    assert stored(store) < 1.6 * len(LARGE), "what lies in the smallest objects is stored again, and no more"


def test_a_file_never_consists_of_more_ranges_than_a_reader_wants_to_ask_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parting, "MOST_PARTS", 24)
    store = open_store(str(tmp_path))
    data, manifest = LARGE, put(store, {"a": LARGE})
    counts = []
    for number in range(12):
        for place in range(5):
            data = edited(data, "replace", (37 * number + 19 * place) % 100, 50, 5 * number + place + 1)
        manifest = put(store, {"a": data}, bases=[manifest])
        counts.append(len(manifest.files[0].parts))
        assert contents(store, manifest) == {"a": data}
    assert max(counts) <= 24
    assert counts != sorted(counts), "the ranges were joined at least once"
    assert stored(store) < 4 * len(LARGE), "twelve versions, of which a third joined its ranges"


def test_a_file_that_consists_of_too_many_pieces_is_stored_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parting, "MOST_PARTS", 2)
    store = open_store(str(tmp_path))
    first = put(store, {"a": LARGE})
    second = put(store, {"a": edited(LARGE, "insert", 50, 10, 1)}, bases=[first])
    assert len(second.files[0].parts) == 1


def test_files_of_a_folder_are_compared_with_those_of_their_paths(tmp_path: Path) -> None:
    store = open_store(str(tmp_path))
    first = put(store, {"x/a": LARGE, "x/b": noise(SMALLEST, 1), "note": b"one"})
    before = stored(store)
    second = put(store, {"x/a": LARGE, "x/b": noise(SMALLEST, 1) + noise(9000, 2), "note": b"two"}, bases=[first])
    assert second.files[1].parts == first.files[1].parts
    assert stored(store) - before < 150_000
    assert store.verify(second) == []


def test_a_file_that_has_grown_far_beyond_its_chunks_is_cut_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store(str(tmp_path))
    first = put(store, {"a": LARGE})
    second = put(store, {"a": LARGE + b"1"}, bases=[first])
    monkeypatch.setattr(parting, "average_for", lambda size: 16 * average_for(size))
    third = put(store, {"a": LARGE + b"12"}, bases=[second])
    assert len(third.files[0].parts) == 1
    assert contents(store, third) == {"a": LARGE + b"12"}


@pytest.mark.parametrize("average", [1 << 14, 1 << 16])
@pytest.mark.parametrize("size", [0, 1, 5000, (16 << 20) - 1, 16 << 20, (16 << 20) + 1, 40 << 20])
def test_a_file_is_cut_alike_whatever_is_read_at_once(average: int, size: int) -> None:
    from pyfastcdc import FastCDC

    class Dribbling(io.BytesIO):
        def readinto(self, buffer: object) -> int:
            return super().readinto(memoryview(buffer)[:1_234_567])  # type: ignore[arg-type]

    data = noise(size)
    expected = [(chunk.offset, chunk.length) for chunk in FastCDC(average).cut_buf(data)] if size else []
    for file in (io.BytesIO(data), Dribbling(data)):
        chunks = cut(file, average)
        assert [(chunk.offset, chunk.length) for chunk in chunks.all] == expected
    assert Chunks.decode(chunks.encode()) == chunks


@pytest.mark.parametrize("flaw", [b"", b"x", b"bridge chunks 1\n", b"bridge chunks 1\n" + bytes(7), b"cut off"])
def test_what_is_no_list_of_chunks_is_refused(flaw: bytes) -> None:
    with pytest.raises(ValueError, match="list of chunks"):
        Chunks.decode(flaw)
    whole = cut(io.BytesIO(LARGE), 1 << 14).encode()
    with pytest.raises(ValueError, match="cut off"):
        Chunks.decode(whole[:-1])


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 50), st.integers(0, 50)), max_size=6), st.data())
def test_ranges_read_as_one_file(
    tmp_path_factory: pytest.TempPathFactory, ranges: list[tuple[int, int, int]], data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("ranges")
    files = [noise(100, 1), noise(100, 2)]
    for number, content in enumerate(files):
        (folder / str(number)).write_bytes(content)
    whole = b"".join(files[which][offset : offset + length] for which, offset, length in ranges)
    parts = [(folder / str(which), Part("", offset, length)) for which, offset, length in ranges]
    with io.BufferedReader(RangesFile(parts)) as file, io.BytesIO(whole) as plain:
        for _ in range(5):
            offset, whence = data.draw(st.sampled_from([(0, 0), (7, 0), (-3, 2), (2, 1), (500, 0)]))
            if whence == os.SEEK_SET or len(whole) > 3:
                assert file.seek(offset, whence) == plain.seek(offset, whence)
            count = data.draw(st.integers(-1, 120))
            assert file.read(count) == plain.read(count)
            assert file.tell() == plain.tell()
