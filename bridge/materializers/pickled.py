"""The last resort: pickle, which runs code when it is loaded.

Not deterministic: equal values can give different bytes (sets, shared objects, classes that hold caches).
"""

from __future__ import annotations

import io
import pickle
import tempfile
from collections.abc import Mapping
from typing import IO, Any

from bridge.domain.errors import UnreadableError, UnstorableError
from bridge.domain.ports import Sink, Source
from bridge.materializers.names import type_name
from bridge.materializers.parameters import parameters

PATH = "value.pickle"
PROTOCOL = 5
_IN_MEMORY = 16 << 20
_COPY = 4 << 20


class Pickle:
    """Any value that pickle takes, or cloudpickle: classes and functions of `__main__` and of functions' insides.

    `unsafe`: loading runs what the bytes say, so whoever loads makes sure first who wrote them.

    >>> Pickle.unsafe
    True
    """

    format = "pickle"
    unsafe = True

    def handles(self, value: object) -> bool:
        """Say yes: only trying tells."""
        return True

    def save(self, value: Any, sink: Sink) -> Mapping[str, Any]:
        """Write `value.pickle`; the fact `pickled_by` names the library that did.

        Raises:
            UnstorableError: If neither library takes the value.
        """
        with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as spool:
            by = _dump(value, spool)
            spool.seek(0)
            with sink.open(PATH) as file:
                while chunk := spool.read(_COPY):
                    file.write(chunk)
        told = parameters(value)
        return {"pickled_by": by, **_shape(value), **({"class": type_name(value), "params": told} if told else {})}

    def load(self, source: Source) -> Any:
        """Read the value back, which runs code that the bytes name.

        Raises:
            UnreadableError: If the bytes are cut short, or a class they name is not there any more.
        """
        try:
            with source.open(PATH) as file:
                return pickle.load(file)
        except Exception as error:  # a pickle can raise whatever its classes raise
            why = f"{type(error).__name__}: {error}; the classes it names must be importable as when it was saved"
            raise UnreadableError(self.format, why) from error


class _Watch:
    """Passes writes on and notes whether the pickle names `__main__`, which is another module elsewhere."""

    def __init__(self, file: Any) -> None:
        self.file, self.names_main = file, False

    def write(self, data: Any) -> int:
        view = memoryview(data)
        if not self.names_main and view.nbytes <= 1 << 20:
            self.names_main = b"__main__" in bytes(view)
        self.file.write(data)
        return view.nbytes


def _dump(value: object, spool: IO[bytes]) -> str:
    watch = _Watch(spool)
    try:
        pickle.Pickler(watch, PROTOCOL).dump(value)
    except Exception as error:  # noqa: BLE001  a class can raise anything; the next library may do better
        first: Exception | None = error
    else:
        first = None
        if not watch.names_main:
            return "pickle"
    spool.seek(0)
    spool.truncate()
    try:
        import cloudpickle

        class WithoutFiles(cloudpickle.Pickler):  # type: ignore[misc]  # it has no types
            """It would keep a copy of what is in an open file, under another type."""

            def reducer_override(self, obj: Any) -> Any:
                if isinstance(obj, io.IOBase):
                    raise pickle.PicklingError(f"an open file ({type_name(obj)}) cannot be stored")
                return super().reducer_override(obj)

        WithoutFiles(spool, protocol=PROTOCOL).dump(value)
    except Exception as error:
        raise UnstorableError(type_name(value), _why(error if first is None else first)) from error
    return "cloudpickle"


def _why(error: Exception) -> str:
    if isinstance(error, RecursionError):
        reason = "it is nested too deeply for pickle"
    else:
        reason = f"pickle says {type(error).__name__}: {error}"
    return f"{reason}. Return something storable (the data, a path, a URL), or keep it with `@task(output=None)`"


def _shape(value: Any) -> dict[str, Any]:
    shape = getattr(value, "shape", None) if type(value).__module__.partition(".")[0] in _SHAPED else None
    return {"shape": [int(n) for n in shape]} if isinstance(shape, tuple) else {}


_SHAPED = frozenset({"numpy", "pandas", "scipy"})
