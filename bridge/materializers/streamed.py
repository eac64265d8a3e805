"""The digest of an object as it is pickled: whether it is still what it was."""

from __future__ import annotations

import pickle
from typing import Any, Protocol

from blake3 import blake3


class Hasher(Protocol):
    """What `hashlib`, BLAKE3 and XXH3 have in common."""

    def update(self, data: Any, /) -> Any:
        """Take more bytes."""

    def hexdigest(self) -> str:
        """The digest of what it took."""


def streamed_digest(value: Any, hasher: Hasher | None = None) -> str:
    """BLAKE3, or another hash, of a value's pickle, of which no more than a frame is in memory at a time.

    Buffers that a type hands out (numpy, pandas, Arrow) are not copied. As in any pickle, the same object twice is not
    the same as two equal ones.

    Raises:
        Exception: What pickling the value raises.

    >>> streamed_digest({"a": [1, 2]}) == streamed_digest({"a": [1, 2]}) != streamed_digest({"a": (1, 2)})
    True
    """
    import cloudpickle  # in every task's first hash, not in `import bridge`

    sink = _Hashing(hasher or blake3())
    buffers: list[pickle.PickleBuffer] = []
    cloudpickle.Pickler(sink, protocol=5, buffer_callback=buffers.append).dump(value)
    for buffer in buffers:
        raw = buffer.raw()
        sink.write(raw.nbytes.to_bytes(8, "little"))
        sink.write(raw)
    return sink.hash.hexdigest()


class _Hashing:
    """A file that only hashes."""

    def __init__(self, hasher: Hasher) -> None:
        self.hash = hasher

    def write(self, data: Any) -> int:
        self.hash.update(data)
        return len(data)
