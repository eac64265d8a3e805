"""A file of a source as memory that is read when it is touched, where the source has it so."""

from __future__ import annotations

from typing import Any

from bridge.domain.ports import Source


def memory_of(source: Source, path: str) -> Any:
    """A file's bytes as memory of its own, with the buffer protocol; None if they have to be read.

    >>> from bridge.testing.materializer import MemorySource
    >>> memory_of(MemorySource({"value.npy": b"1"}), "value.npy") is None
    True
    """
    give = getattr(source, "map", None)
    return None if give is None else give(path)
