"""A file of a source as memory that is read when it is touched, as it is or decoded, where the source has it so."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any, BinaryIO, cast

from bridge.domain.ports import Sink, Source


def memory_of(source: Source, path: str) -> Any:
    """A file's bytes as memory of its own, with the buffer protocol; None if they have to be read.

    >>> from bridge.testing.materializer import MemorySource
    >>> memory_of(MemorySource({"value.npy": b"1"}), "value.npy") is None
    True
    """
    give = getattr(source, "map", None)
    return None if give is None else give(path)


def layout_of(source: Source, path: str) -> Any:
    """A file's layout as memory of its own; None if the file has to be decoded.

    >>> from bridge.testing.materializer import MemorySource
    >>> layout_of(MemorySource({"value.parquet": b"1"}), "value.parquet") is None
    True
    """
    give = getattr(source, "layout", None)
    return None if give is None else give(path)


def beside(place: Sink | Source, path: str, size: int) -> AbstractContextManager[BinaryIO | None]:
    """A context with a file for the layout, of about so many bytes, of a file; with None where none is wanted.

    >>> from bridge.testing.materializer import MemorySink
    >>> with beside(MemorySink(), "value.parquet", 1 << 30) as file:
    ...     file is None
    True
    """
    give = getattr(place, "beside", None)
    return nullcontext() if give is None else cast("AbstractContextManager[BinaryIO | None]", give(path, size))
