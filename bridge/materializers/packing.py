"""How the columns of a table are packed into Parquet: compressed where that makes them smaller."""

from __future__ import annotations

from inspect import signature
from typing import Any

CODEC = "zstd"

SMALLEST = 1 << 16
"""Rows of a column that is looked at; in a smaller table nothing costs much."""

CHUNKS = {"min_chunk_size": 16384, "max_chunk_size": 65536, "norm_level": 0}

PAGES = {"data_page_size": 2 << 20, "write_batch_size": 1 << 16}
"""Pages that are not compressed: more bytes than in a processor's cache take longer, fewer are more calls."""

_SAMPLE = 4096
"""Values that are looked at: in a row for the codec, spread evenly for the dictionary."""

_REPEATED = 0.995
"""Part of the values at a column's end that must be among its first ones for a dictionary to be worth it."""

_WORTH = 0.9
"""A sample that the codec leaves larger than this part of itself is not worth compressing."""


def packing(table: Any) -> dict[str, Any]:
    """Options of `pyarrow.parquet.ParquetWriter` for a table, told from a sample of each column of numbers.

    Measurements and the like, of which hardly two are equal, are smaller by a few percent with a codec and larger with
    a dictionary, and take three times as long; their least and greatest are about the same in every part and tell a
    reader nothing. Pages are cut by content, so that rows put in leave the compressed pages after them as they were; a
    table that is not compressed at all has its bytes anyway. For the same reason only a column whose values soon repeat
    has a dictionary: a value that is new in the middle gives all that are new after it another number. The same table
    has the same options.

    >>> import numpy as np, pyarrow as pa
    >>> noise = np.random.default_rng(0).random(100_000)
    >>> options = packing(pa.table({"noise": noise, "price": noise.round(2)}))
    >>> options["compression"], options["use_dictionary"]
    ({'noise': 'NONE', 'price': 'zstd'}, ['price'])
    """
    nested = any(field.type.num_fields for field in table.schema)  # their leaves have paths, which are not told here
    if table.num_rows < SMALLEST or nested:
        return {"compression": CODEC, **_cut_by_content()}
    noise = [name for name in table.column_names if _is_noise(table.column(name))]
    others = [name for name in table.column_names if name not in set(noise)]
    repeating = [name for name in others if _repeats(table.column(name))]
    options = {
        "compression": {**dict.fromkeys(noise, "NONE"), **dict.fromkeys(others, CODEC)},
        "use_dictionary": repeating or False,
        "write_statistics": others or False,
    }
    return {**options, **(_cut_by_content() if others else _cut_by_size())}


def _cut_by_size() -> dict[str, Any]:
    import pyarrow.parquet as pq

    by_rows = "max_rows_per_page" in signature(pq.ParquetWriter.__init__).parameters
    return {**PAGES, **({"max_rows_per_page": 1 << 30} if by_rows else {})}


def _cut_by_content() -> dict[str, Any]:
    import pyarrow as pa

    return {"use_content_defined_chunking": CHUNKS} if int(pa.__version__.partition(".")[0]) >= 21 else {}


def _repeats(column: Any) -> bool:
    """Whether nearly all values at the end of a column are among the first ones."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_dictionary(column.type):
        return True
    end = column.slice(len(column) - _SAMPLE)
    try:
        seen = pc.is_in(end, value_set=pc.unique(column.slice(0, SMALLEST)))
    except pa.ArrowNotImplementedError:  # a type that has no equality
        return True
    return bool(pc.sum(seen).as_py() >= _REPEATED * len(end))


def _is_noise(column: Any) -> bool:
    import numpy as np
    import pyarrow as pa

    kinds = pa.types
    if not (kinds.is_floating(column.type) or kinds.is_integer(column.type)) or column.null_count:
        return False
    middle = column.slice(len(column) // 2, _SAMPLE).combine_chunks()
    spread = column.take(pa.array(np.arange(0, len(column), len(column) // _SAMPLE)))
    if len(np.unique(spread.combine_chunks().to_numpy(zero_copy_only=False))) < len(spread) // 2:
        return False
    width = column.type.bit_width // 8
    data = middle.buffers()[1].slice(middle.offset * width, len(middle) * width)
    return len(pa.Codec(CODEC).compress(data)) > _WORTH * len(data)
