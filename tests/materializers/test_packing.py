from __future__ import annotations

import io

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from bridge.materializers import parquet
from bridge.materializers.packing import SMALLEST
from bridge.materializers.parquet import in_short_pieces
from tests.materializers.trips import store, trip

ROWS = SMALLEST + 1000


def columns(seed: int = 0) -> dict[str, object]:
    rng = np.random.default_rng(seed)
    noise = rng.normal(size=ROWS)
    return {
        "noise": noise,
        "noise.half": noise.astype("f2"),
        "noise of 32": noise.astype("f4"),
        "holes": np.where(rng.random(ROWS) < 0.1, np.nan, noise),
        "ids": rng.integers(0, 2**62, ROWS),
        "unsigned": rng.integers(0, 2**63, ROWS).astype("u8"),
        "counts": rng.integers(0, 10, ROWS),
        "rising": np.arange(ROWS),
        "price": noise.round(2),
        "constant": np.zeros(ROWS),
        "missing": pd.array(np.where(rng.random(ROWS) < 0.1, None, 7), dtype="Int64"),
        "text": rng.choice(["a", "b", None], ROWS),
        "names": [f"user {n}" for n in range(ROWS)],
        "kind": pd.Categorical(rng.choice(list("abc"), ROWS)),
        "at": pd.date_range("2026", periods=ROWS, freq="min", tz="UTC"),
        "flag": noise > 0,
    }


def stored(frame: pd.DataFrame) -> bytes:
    return store(frame)[1]["value.parquet"]


def codecs(data: bytes) -> dict[str, str]:
    parquet = pq.ParquetFile(io.BytesIO(data))
    group = parquet.metadata.row_group(0)
    found = [group.column(i) for i in range(group.num_columns)]
    return {column.path_in_schema: column.compression for column in found}


def test_a_large_frame_of_every_kind_comes_back_exactly_and_is_the_same_file_each_time() -> None:
    frame = pd.DataFrame(columns())
    pd.testing.assert_frame_equal(trip(frame), frame, check_exact=True)
    assert stored(frame) == stored(frame.copy())


@pytest.mark.parametrize("storage", ["python", "pyarrow"])
@pytest.mark.parametrize("missing", [pd.NA, np.nan])
def test_text_comes_back_exactly_in_either_of_pandas_storages(storage: str, missing: object) -> None:
    dtype = pd.StringDtype(storage, na_value=missing)
    series = pd.Series(["a", missing, "", "ä\0ö", "x" * 100_000], dtype=dtype)
    loaded = trip(series)
    pd.testing.assert_series_equal(loaded, series, check_exact=True)
    assert loaded.dtype.storage == storage
    assert (loaded.dtype.na_value is pd.NA) is (missing is pd.NA)
    assert trip(series[:0]).dtype == dtype


def test_noise_is_kept_as_it_is_and_whatever_gets_smaller_is_compressed() -> None:
    packed = codecs(stored(pd.DataFrame(columns())))
    noise = {"noise", "noise.half", "noise of 32", "ids", "unsigned"}
    assert {name for name, codec in packed.items() if codec == "UNCOMPRESSED"} == noise
    assert {packed[name] for name in ("price", "holes", "counts", "text", "names", "kind", "constant")} == {"ZSTD"}


def test_a_frame_of_noise_is_hardly_larger_than_its_values() -> None:
    frame = pd.DataFrame(np.random.default_rng(0).random((ROWS, 4))).add_prefix("c")
    assert len(stored(frame)) < frame.to_numpy().nbytes + 10_000
    pd.testing.assert_frame_equal(trip(frame), frame, check_exact=True)


def test_a_small_frame_is_compressed_without_a_look() -> None:
    assert set(codecs(stored(pd.DataFrame({"a": np.random.default_rng(0).random(100)}))).values()) == {"ZSTD"}


def test_a_frame_of_noise_in_several_pages_and_types_comes_back_exactly() -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({kind: rng.normal(size=400_001).astype(kind) for kind in ("f8", "f4", "f2")})
    frame["i8"] = rng.integers(-(2**62), 2**62, len(frame))
    pd.testing.assert_frame_equal(trip(frame), frame, check_exact=True)
    assert set(codecs(stored(frame)).values()) == {"UNCOMPRESSED"}


def test_least_and_greatest_are_told_of_columns_where_they_tell_something() -> None:
    group = pq.ParquetFile(io.BytesIO(stored(pd.DataFrame(columns())))).metadata.row_group(0)
    told = {group.column(i).path_in_schema for i in range(group.num_columns) if group.column(i).is_stats_set}
    assert {"price", "rising", "at", "counts"} <= told
    assert not told & {"noise", "noise.half", "ids"}


def test_a_table_written_in_pieces_has_the_bytes_of_one_written_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    numbers = pa.array(rng.integers(0, 100, 150_000), mask=rng.random(150_000) < 0.1)
    kinds = [pa.bool_(), pa.int8(), pa.uint64(), pa.float16(), pa.timestamp("s"), pa.decimal128(21, 2), pa.string()]
    table = pa.table({str(kind): numbers.cast(pa.int64()).cast(kind) for kind in kinds if kind != pa.float16()})
    table = table.append_column("half", pa.array(rng.random(150_000).astype("f2")))
    pieces, whole = io.BytesIO(), io.BytesIO()
    parquet.write(table, pieces)
    monkeypatch.setattr(parquet, "in_short_pieces", lambda table: table)
    parquet.write(table, whole)
    assert pieces.getvalue() == whole.getvalue()
    assert parquet.read(pieces).cast(table.schema).equals(table)
    assert max(len(piece) for piece in in_short_pieces(table).column("half").chunks) == 1 << 16


@pytest.mark.parametrize("names", [["a"], ["a", "b", "at"], ["zoned"], ["flag"]])
def test_a_loaded_frame_may_be_changed(names: list[str]) -> None:
    frame = pd.DataFrame({"a": [1, 2], "b": [0.5, 1.5], "at": pd.to_datetime([1, 2]), "flag": [True, False]})
    frame["zoned"] = frame["at"].dt.tz_localize("UTC")
    loaded = trip(frame[names])
    for name in names:
        loaded.loc[0, name] = loaded.loc[1, name]
    assert loaded.iloc[0].equals(frame[names].iloc[1])
