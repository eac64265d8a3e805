"""TensorFlow's tensors and variables, as npy files."""

from __future__ import annotations

import sys
from typing import Any

from bridge.materializers.declined import Declined
from bridge.materializers.parts import InParts


class TensorflowTensor(InParts):
    """A tensor with values (dense, sparse or ragged) or a variable; what is loaded is on the default device.

    A variable comes back with its name and whether it is trained; not its device, nor how it is spread over several.

    >>> from bridge.materializers import for_format
    >>> for_format("tensorflow").handles([1])
    False
    """

    format = "tensorflow"

    def handles(self, value: Any) -> bool:
        """Say whether it is one of the four, and not one that stands for values to come."""
        tf: Any = sys.modules.get("tensorflow")
        if tf is None or not hasattr(tf, "RaggedTensor"):
            return False
        if type(value).__name__ == "ResourceVariable" and isinstance(value, tf.Variable):
            return True
        if isinstance(value, (tf.SparseTensor, tf.RaggedTensor)):
            return _is_eager(getattr(value, "values", None))
        return isinstance(value, tf.Tensor) and _is_eager(value)

    def parts(self, value: Any) -> dict[str, Any]:
        """Give the values as arrays of NumPy's own types."""
        import tensorflow as tf

        if isinstance(value, tf.SparseTensor):
            found = {"indices": value.indices, "values": value.values, "dense_shape": value.dense_shape}
            return {"kind": "sparse", **{name: self.parts(one) for name, one in found.items()}}
        if isinstance(value, tf.RaggedTensor):
            splits = [self.parts(one) for one in value.nested_row_splits]
            return {"kind": "ragged", "values": self.parts(value.flat_values), "splits": splits}
        if isinstance(value, tf.Variable):
            about = {"name": value.name.partition(":")[0], "trainable": bool(value.trainable)}
            return {"kind": "variable", "values": self.parts(value.read_value()), **about}
        return _dense(value)

    def whole(self, parts: dict[str, Any]) -> Any:
        """Make the value.

        Raises:
            ValueError: If it does not become what it was.
        """
        import numpy as np
        import tensorflow as tf

        kind = parts["kind"]
        if kind == "sparse":
            return tf.SparseTensor(*(self.whole(parts[name]) for name in ("indices", "values", "dense_shape")))
        if kind == "ragged":
            splits = [self.whole(one) for one in parts["splits"]]
            return tf.RaggedTensor.from_nested_row_splits(self.whole(parts["values"]), splits)
        if kind == "variable":
            return tf.Variable(self.whole(parts["values"]), name=parts["name"], trainable=parts["trainable"])
        values = parts["values"]
        if kind == "text":
            return tf.reshape(tf.constant(values, tf.string), parts["shape"])
        dtype = tf.dtypes.as_dtype(parts["dtype"])
        if np.dtype(dtype.as_numpy_dtype).isbuiltin != 1:
            values = np.frombuffer(values.tobytes(), dtype.as_numpy_dtype).reshape(parts["shape"])
        return tf.constant(values, dtype)

    def facts(self, value: Any) -> dict[str, Any]:
        """Give shape and dtype."""
        return {"shape": [None if size is None else int(size) for size in value.shape], "dtype": value.dtype.name}


def _is_eager(value: Any) -> bool:
    return hasattr(value, "numpy") and type(value).__name__ != "SymbolicTensor"


def _dense(value: Any) -> dict[str, Any]:
    import numpy as np
    import tensorflow as tf

    about = {"dtype": value.dtype.name, "shape": [int(size) for size in value.shape]}
    if value.dtype == tf.string:
        return {"kind": "text", "values": [bytes(one) for one in np.asarray(value.numpy(), object).ravel()], **about}
    array = np.asarray(value.numpy())
    if value.dtype.is_quantized or array.dtype.kind == "O":
        raise Declined(f"a tensor of the type {value.dtype.name}")
    if array.dtype.isbuiltin != 1:  # bfloat16 and the like are not NumPy's own, and npy has no name for them
        array = np.frombuffer(array.tobytes(), np.uint8)
    return {"kind": "dense", "values": array, **about}
