"""JAX's arrays, as npy files; random keys as their data."""

from __future__ import annotations

import sys
from typing import Any

from bridge.materializers.declined import Declined
from bridge.materializers.parts import InParts


class JaxArray(InParts):
    """An array or an array of random keys; what is loaded is on the default device.

    Not kept: device, sharding, and whether the type is weak. Arrays that are spread over several hosts are declined.

    >>> from bridge.materializers import for_format
    >>> for_format("jax").handles([1])
    False
    """

    format = "jax"

    def handles(self, value: Any) -> bool:
        """Say whether it is an array with values, not one that is traced."""
        jax: Any = sys.modules.get("jax")
        return jax is not None and isinstance(value, jax.Array) and not isinstance(value, jax.core.Tracer)

    def parts(self, value: Any) -> dict[str, Any]:
        """Give the values as an array of NumPy's own types."""
        import jax
        import numpy as np

        if not value.is_fully_addressable:
            raise Declined("an array that is spread over several hosts")
        if jax.dtypes.issubdtype(value.dtype, jax.dtypes.prng_key):
            return {"key": str(jax.random.key_impl(value)), "values": np.asarray(jax.random.key_data(value))}
        array = np.asarray(value)
        own = array.dtype.isbuiltin == 1  # bfloat16 and the like are not, and npy has no name for them
        return {"dtype": array.dtype.name, "values": array if own else _as_bytes(array), "shape": list(array.shape)}

    def whole(self, parts: dict[str, Any]) -> Any:
        """Make the array.

        Raises:
            ValueError: If JAX, as it is set here, would make another type of it.
        """
        import jax
        import jax.numpy as jnp
        import numpy as np

        if "key" in parts:
            return jax.random.wrap_key_data(parts["values"], impl=parts["key"])
        dtype = jnp.dtype(parts["dtype"])
        values = parts["values"]
        if dtype.isbuiltin != 1:
            values = np.frombuffer(values.tobytes(), dtype).reshape(parts["shape"])
        if jax.dtypes.canonicalize_dtype(dtype) != dtype:
            raise ValueError(f"JAX makes no {dtype} here: jax.config.update('jax_enable_x64', True) first")
        made = jnp.asarray(values)
        if made.dtype != dtype or list(made.shape) != parts["shape"]:
            raise ValueError(f"its values are {made.dtype}{list(made.shape)}")
        return made

    def facts(self, value: Any) -> dict[str, Any]:
        """Give shape, dtype and bytes."""
        return {"shape": list(value.shape), "dtype": str(value.dtype), "bytes": int(value.nbytes)}


def _as_bytes(array: Any) -> Any:
    import numpy as np

    return np.frombuffer(array.tobytes(), np.uint8)
