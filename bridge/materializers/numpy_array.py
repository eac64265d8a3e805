"""NumPy arrays, as npy files without pickle.

Arrays of Python objects, subclasses of `ndarray` and dtypes that npy does not describe exactly go elsewhere.
"""

from __future__ import annotations

import io
import sys
import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Literal

from bridge.domain.errors import UnreadableError
from bridge.domain.ports import Sink, Source
from bridge.materializers.mapping import memory_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PATH = "value.npy"
_SLICE = 4 << 20
_HEADER_LIMIT = 1 << 20
_KINDS = frozenset("biufcmMSUV")


class Npy:
    """An array in one npy file, written from its own memory and read into memory of its own.

    Order (C or Fortran), byte order, shape and structure are kept; a non-contiguous array comes back in C order.

    >>> import numpy as np
    >>> Npy().handles(np.zeros(3)), Npy().handles(np.array([object()]))
    (True, False)
    """

    format = "npy"

    def handles(self, value: Any) -> bool:
        """Say whether it is exactly an `ndarray`, of a dtype that npy describes."""
        numpy: Any = sys.modules.get("numpy")
        return numpy is not None and type(value) is numpy.ndarray and is_describable(value.dtype)

    def save(self, value: Any, sink: Sink) -> Mapping[str, Any]:
        """Write `value.npy`."""
        with sink.open(PATH) as file:
            write_array(file, value)
        return facts(value)

    def load(self, source: Source) -> Any:
        """Read the array, or map it from a local store: it is writable, and what is written to it is its own.

        Raises:
            UnreadableError: If the bytes are no npy file, cut short or too long.
        """
        memory = memory_of(source, PATH)
        if memory is not None:
            array = map_array(self.format, memory)
            if array is not None:
                return array
        with source.open(PATH) as file:
            return read_array(self.format, file)


class MaskedNpy:
    """A masked array: the data, the mask and the fill value in npy files.

    >>> import numpy as np
    >>> MaskedNpy().handles(np.ma.masked_array([1, 2], [True, False]))
    True
    """

    format = "npy+mask"

    def handles(self, value: object) -> bool:
        """Say whether it is exactly a `MaskedArray`, of a dtype that npy describes."""
        numpy = sys.modules.get("numpy")
        if numpy is None or not isinstance(value, numpy.ndarray) or type(value).__name__ != "MaskedArray":
            return False
        plain = type(value) is numpy.ma.MaskedArray
        return plain and is_describable(value.dtype) and type(value.data) is numpy.ndarray

    def save(self, value: Any, sink: Sink) -> Mapping[str, Any]:
        """Write `data.npy`, and where they are set `mask.npy`, `fill.npy` and `hard.npy`."""
        import numpy as np

        parts = {"data": value.data}
        if value.mask is not np.ma.nomask:
            parts["mask"] = value.mask
        if value._fill_value is not None:  # the public name makes one up
            parts["fill"] = np.asarray(value._fill_value)
        if value.hardmask:
            parts["hard"] = np.asarray(True)
        for name, array in parts.items():
            with sink.open(f"{name}.npy") as file:
                write_array(file, array)
        return facts(value)

    def load(self, source: Source) -> Any:
        """Read the array with its mask.

        Raises:
            UnreadableError: If a file is no npy file, or they do not fit each other.
        """
        import numpy as np

        parts = {}
        for path in source.paths:
            with source.open(path) as file:
                parts[path] = read_array(self.format, file)
        try:
            array: Any = np.ma.MaskedArray(parts["data.npy"], parts.get("mask.npy", np.ma.nomask), copy=False)
            if "fill.npy" in parts:
                array.fill_value = parts["fill.npy"][()]
            if "hard.npy" in parts:
                array.harden_mask()
        except (KeyError, ValueError, TypeError, np.ma.MaskError) as error:
            raise UnreadableError(self.format, str(error)) from error
        return array


def facts(value: Any) -> dict[str, Any]:
    """Give an array's shape, dtype and bytes.

    >>> import numpy as np
    >>> facts(np.zeros((2, 3)))
    {'shape': [2, 3], 'dtype': 'float64', 'bytes': 48}
    """
    return {"shape": list(value.shape), "dtype": str(value.dtype), "bytes": int(value.nbytes)}


def is_describable(dtype: np.dtype[Any]) -> bool:
    """Say whether npy's header describes a dtype exactly, and without pickle.

    >>> import numpy as np
    >>> is_describable(np.dtype("f8")), is_describable(np.dtype(object))
    (True, False)
    """
    if dtype.hasobject or dtype.kind not in _KINDS or dtype.metadata:
        return False
    if dtype.isbuiltin == 1:
        return True
    import numpy as np

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            described = np.lib.format.dtype_to_descr(dtype)
        return bool(np.lib.format.descr_to_dtype(described) == dtype)
    except (ValueError, TypeError):
        return False


def write_array(file: BinaryIO, array: NDArray[Any]) -> None:
    """Write an npy file front to back, in slices of the array's own memory where that is contiguous."""
    import numpy as np

    form = np.lib.format
    flat = _bytes_of(array)
    header = form.header_data_from_array_1_0(array)
    plain = form.descr_to_dtype(header["descr"]).names is None
    if flat is None or not plain:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that names outside Latin-1 need a numpy of 2019
            form.write_array(file, array, allow_pickle=False)  # in buffers of 16 MiB
        return
    form.write_array_header_1_0(file, header)
    for start in range(0, len(flat), _SLICE):
        file.write(flat[start : start + _SLICE])


def read_array(format: str, file: BinaryIO) -> Any:
    """Read an npy file into a new array; nothing is unpickled.

    Raises:
        UnreadableError: If it is none, or its length is not what its header says.
    """
    import numpy as np

    header = _header(format, file)
    if header is None:
        file.seek(0)
        try:
            return np.lib.format.read_array(file, allow_pickle=False, max_header_size=_HEADER_LIMIT)
        except (ValueError, TypeError, SyntaxError, KeyError, EOFError) as error:
            raise UnreadableError(format, str(error)) from error
    shape, order, dtype = header
    start = file.tell()
    _check_length(format, shape, dtype, file.seek(0, 2) - start)
    file.seek(start)
    array: NDArray[Any] = np.empty(shape, dtype, order=order)
    _fill(format, file, array)
    return array


def map_array(format: str, memory: Any) -> Any:
    """An array over the memory of an npy file; None if its header is one that only numpy's own reader reads.

    Raises:
        UnreadableError: If it is none, or its length is not what its header says.

    >>> import io, numpy as np
    >>> file = io.BytesIO()
    >>> np.save(file, np.arange(3))
    >>> map_array("npy", bytearray(file.getvalue()))
    array([0, 1, 2])
    """
    import numpy as np

    view = memoryview(memory).cast("B")
    file = io.BytesIO(view[:_HEADER_LIMIT])
    header = _header(format, file)
    if header is None:
        return None
    shape, order, dtype = header
    _check_length(format, shape, dtype, len(view) - file.tell())
    return np.ndarray(shape, dtype, memory, file.tell(), order=order)


_Header = tuple[tuple[int, ...], Literal["C", "F"], "np.dtype[Any]"]


def _header(format: str, file: BinaryIO) -> _Header | None:
    """Shape, order and dtype; None if names are not Latin-1: numpy has no public reader of that header alone."""
    import numpy as np

    form = np.lib.format
    try:
        version = form.read_magic(file)
        if version == (3, 0):
            return None
        read = form.read_array_header_1_0 if version == (1, 0) else form.read_array_header_2_0
        shape, fortran, dtype = read(file, max_header_size=_HEADER_LIMIT)
    except (ValueError, TypeError, SyntaxError, KeyError, EOFError) as error:
        raise UnreadableError(format, str(error)) from error
    if dtype.hasobject:
        raise UnreadableError(format, "it holds Python objects, which are pickled")
    return shape, "F" if fortran else "C", dtype


def _check_length(format: str, shape: tuple[int, ...], dtype: np.dtype[Any], there: int) -> None:
    count = dtype.itemsize
    for length in shape:
        count *= length
    if there != count:
        raise UnreadableError(format, f"it should hold {count} bytes of {dtype}{list(shape)}")


def _fill(format: str, file: BinaryIO, array: NDArray[Any]) -> None:
    flat = _bytes_of(array)
    place = 0
    while flat is not None and place < len(flat):
        got = file.readinto(flat[place : place + _SLICE])  # type: ignore[attr-defined]  # typeshed leaves it out of BinaryIO
        if not got:
            raise UnreadableError(format, "it is cut short")
        place += got


def _bytes_of(array: NDArray[Any]) -> memoryview | None:
    """Give an array's memory as bytes, without a copy; None if it is not contiguous."""
    import numpy as np

    if array.size == 0 or array.dtype.itemsize == 0:
        return memoryview(b"")
    if not (array.flags.c_contiguous or array.flags.f_contiguous):
        return None
    order = array if array.flags.c_contiguous else array.T
    return memoryview(order.reshape(-1).view(np.uint8))  # type: ignore[arg-type]  # an ndarray has the buffer protocol
