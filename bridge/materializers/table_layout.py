"""Arrow tables as they lie in memory: an Arrow file without compression, which is mapped instead of decoded."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from bridge.domain.ports import Sink, Source
from bridge.materializers.mapping import beside, layout_of

LEAST = 16 << 20
"""Bytes of a table that is worth it: a smaller one is decoded in some milliseconds."""


def lay_out(place: Sink | Source, path: str, table: Any) -> None:
    """Leave the layout of a table beside the file that holds it, if that is wanted there.

    What cannot be laid out is decoded at each load.
    """
    import pyarrow as pa

    if table.nbytes < LEAST:
        return
    with suppress(pa.ArrowException), beside(place, path, table.nbytes) as file:
        if file is not None:
            with pa.PythonFile(file, mode="w") as target, pa.ipc.new_file(target, table.schema) as writer:
                writer.write_table(table)


def laid_out(source: Source, path: str) -> Any:
    """The table of a file's layout, in memory that may be written to; None if there is none."""
    import pyarrow as pa

    memory = layout_of(source, path)
    if memory is None:
        return None
    try:
        whole = pa.py_buffer(memory)
        table = pa.ipc.open_file(pa.BufferReader(whole)).read_all()
    except (pa.ArrowException, OSError):
        return None
    columns = [_writable(column, memory, whole.address) for column in table.columns]
    return pa.Table.from_arrays(columns, schema=table.schema)


def _writable(column: Any, memory: Any, start: int) -> Any:
    """A column of plain values over memory that may be written to, which Arrow's reader does not say of its own."""
    import pyarrow as pa

    kind = column.type
    is_plain = pa.types.is_integer(kind) or pa.types.is_floating(kind)
    if column.num_chunks != 1 or column.null_count or not is_plain:
        return column
    array = column.chunk(0)
    data = array.buffers()[1]
    if data is None:
        return column
    view = memoryview(memory).cast("B")[data.address - start :][: data.size]
    own = pa.Array.from_buffers(kind, len(array), [None, pa.py_buffer(view)], 0, array.offset)
    return pa.chunked_array([own])
