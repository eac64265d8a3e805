"""Tables that are mapped as they lie in memory instead of decoded."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from bridge import materializers
from bridge.domain.manifest import Manifest
from bridge.materializers import pandas_blocks, parquet, table_layout
from bridge.store import BlobStore, disks, open_store, sink, verified
from tests.materializers.test_pandas import equal, frames


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> BlobStore:
    if not disks.is_on_own_disk(tmp_path):
        pytest.skip("the temporary folder is on no disk of this machine")
    monkeypatch.setattr(table_layout, "LEAST", 0)
    monkeypatch.setattr(verified, "LEAST", 0)
    return open_store(
        str(tmp_path / "store"), cache=tmp_path / "cache", cache_limit=1 << 30, verified=tmp_path / "verified"
    )


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How often Parquet was decoded."""
    times: list[int] = []
    original = parquet.memory_of
    monkeypatch.setattr(parquet, "memory_of", lambda *asked: (times.append(1), original(*asked))[1])
    return times


def put(store: BlobStore, value: Any, *, is_asked_again: bool = True) -> Manifest:
    return materializers.save(value, partial(store.write, is_asked_again=is_asked_again))[0]


def get(store: BlobStore, manifest: Manifest, *, is_asked_again: bool = False) -> Any:
    with store.read(manifest, is_asked_again=is_asked_again) as source:
        return materializers.for_format(manifest.format).load(source)


def large(kind: Any = pd.DataFrame) -> Any:
    """A value that is staged, so that it can have a layout."""
    random = np.random.default_rng(0)
    data = {f"x{i}": random.normal(size=40_000) for i in range(4)} | {"n": np.arange(40_000)}
    return kind(data)


class TestAFrame:
    def test_is_mapped_and_not_decoded(self, store: BlobStore, decoded: list[int]) -> None:
        frame = large()
        found = get(store, put(store, frame))
        assert equal(found, frame)
        assert decoded == []

    def test_is_decoded_once_where_it_has_no_layout_and_is_asked_again(
        self, store: BlobStore, decoded: list[int]
    ) -> None:
        manifest = put(store, large(), is_asked_again=False)
        for expected in (1, 1):
            assert equal(get(store, manifest, is_asked_again=True), large())
            assert len(decoded) == expected

    def test_may_be_changed_in_place(self, store: BlobStore) -> None:
        manifest = put(store, large())
        found = get(store, manifest)
        found.iloc[0, 0] = 7.0
        found["n"] += 1
        found.to_numpy()
        assert equal(get(store, manifest), large())

    @pytest.mark.parametrize("number", range(len(frames())))
    def test_of_every_kind_comes_back_as_it_was(
        self, store: BlobStore, number: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("bridge.store.writer.SMALL", 0)
        monkeypatch.setattr(sink, "SMALL", 0)
        value = frames()[number]
        assert equal(get(store, put(store, value)), value)

    def test_whose_layout_is_junk_is_decoded(self, store: BlobStore, tmp_path: Path, decoded: list[int]) -> None:
        manifest = put(store, large())
        (file,) = (tmp_path / "cache").rglob("*.layout")
        file.chmod(0o600)
        file.write_bytes(b"junk" * 1000)
        store._layouts._verified.note(f"{file.parent.name}/{file.name}", file.stat())  # type: ignore[union-attr]
        assert equal(get(store, manifest), large())
        assert decoded == [1]


class TestOthers:
    def test_polars_and_arrow_tables_and_members_of_containers_are_mapped_too(
        self, store: BlobStore, decoded: list[int]
    ) -> None:
        table = pa.table(large(dict))
        for value, same in (
            (large(pl.DataFrame), lambda found: found.equals(large(pl.DataFrame))),
            (large(pl.DataFrame)["x1"], lambda found: found.equals(large(pl.DataFrame)["x1"])),
            (table, table.equals),
            ({"table": table, "n": 1}, lambda found: table.equals(found["table"])),
        ):
            assert same(get(store, put(store, value)))
        assert decoded == []

    def test_small_tables_have_none(self, store: BlobStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(table_layout, "LEAST", 16 << 20)
        put(store, large())
        assert not list(tmp_path.rglob("*.layout"))


class TestManyColumns:
    @pytest.fixture(autouse=True)
    def of_any_size(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(pandas_blocks, "LARGE", 0)

    def wide(self, columns: int = 100) -> pd.DataFrame:
        random = np.random.default_rng(0)
        frame = pd.DataFrame(random.normal(size=(10_001, columns)))
        return frame.assign(count=np.arange(10_001), other=1, text="x", again=2.0)

    def test_of_a_layout_are_joined_without_a_copy(self, store: BlobStore, monkeypatch: pytest.MonkeyPatch) -> None:
        frame = self.wide().drop(columns="text")
        manifest = put(store, frame)
        found = get(store, manifest)
        assert equal(found, frame)
        assert len(found._mgr.blocks) == 3  # floats, integers, and the float after them
        found.iloc[5, 5] = 0.0
        found.iloc[5, 102] = 0.0
        assert equal(get(store, manifest), frame)

    def test_with_texts_among_them_are_joined_as_they_were(self, store: BlobStore) -> None:
        assert equal(get(store, put(store, self.wide())), self.wide())

    def test_that_are_decoded_come_back_too(self, store: BlobStore) -> None:
        frame = self.wide()
        assert equal(get(store, put(store, frame, is_asked_again=False)), frame)

    def test_of_dtypes_in_turn_are_not_left_in_many_parts(self, store: BlobStore) -> None:
        frame = pd.DataFrame({i: np.ones(10_001, "int64" if i % 2 else "float64") for i in range(140)})
        found = get(store, put(store, frame))
        assert equal(found, frame)
        assert len(found._mgr.blocks) <= pandas_blocks.MOST_PARTS

    def test_live_as_long_as_a_part_of_them(self, store: BlobStore) -> None:
        frame = self.wide().drop(columns="text")
        column = get(store, put(store, frame))[57].to_numpy()
        for _ in range(3):
            get(store, put(store, frame))
        assert np.array_equal(column, frame[57].to_numpy())
