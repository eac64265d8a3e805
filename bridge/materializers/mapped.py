"""Values whose memory is the stored file's, shared by all processes of a machine that load them so."""

from __future__ import annotations

import io
from typing import Any

from bridge.domain.ports import Source
from bridge.materializers.numpy_array import PATH


def mapped(format: str, source: Source) -> Any:
    """An array as the store has it, mapped copy-on-write: who writes to it changes his own copy of a page.

    Args:
        format: Of the value; others than `npy` are not mapped.
        source: Its bytes; they are checked when the file is opened.

    Returns:
        The array; None if the value cannot be mapped: it is in pieces, far away, or of another format.
    """
    if format != "npy":
        return None
    import numpy as np

    form = np.lib.format
    with source.open(PATH) as file:
        try:
            file.fileno()
            version = form.read_magic(file)
            if version not in ((1, 0), (2, 0)):
                return None
            read = form.read_array_header_1_0 if version == (1, 0) else form.read_array_header_2_0
            shape, fortran, dtype = read(file)
        except (io.UnsupportedOperation, ValueError):
            return None
        if dtype.hasobject or 0 in shape or dtype.itemsize == 0:
            return None
        order = "F" if fortran else "C"
        whole: Any = np.memmap(file, dtype=dtype, mode="c", offset=file.tell(), shape=shape, order=order)  # type: ignore[call-overload]  # its types know no file objects
    return whole.view(np.ndarray)
