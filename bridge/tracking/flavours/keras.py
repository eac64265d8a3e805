"""Keras 3 models, whatever their backend."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bridge.domain.errors import NotAModelError
from bridge.tracking.flavours.flavour import Saving, Wanted
from bridge.tracking.flavours.loaded import is_a
from bridge.tracking.flavours.own_code import own_modules


class Keras:
    """A `keras.Model`.

    >>> Keras().takes({})
    False
    """

    name = "keras"

    def takes(self, model: Any) -> bool:
        """Whether it is one."""
        return is_a(model, "keras", "Model")

    def save(self, model: Any, saving: Saving) -> None:
        """Write it as a `.keras` file.

        Raises:
            NotAModelError: If classes of the user's own are in it: such a file only names them.
        """
        own = own_modules(self.parts(model))
        if own:
            raise NotAModelError(
                type(model).__qualname__,
                f"a .keras file only names the layers of {', '.join(sorted(own))}, and whoever loads it would not find "
                f"them; build the model from Keras's own layers, or return a mlflow.pyfunc.PythonModel that makes it",
            )
        import keras
        import mlflow.keras

        Path(saving.folder).mkdir(exist_ok=True)  # its save_model writes the example before it makes the folder
        backend = {"torch": "torch", "jax": "jax", "tensorflow": "tensorflow"}.get(keras.backend.backend(), "keras")
        mlflow.keras.save_model(model, pip_requirements=saving.require("keras", backend), **saving.options)

    def wanted(self, model: Any) -> Wanted:
        """The shape and type of its one input; nothing if it has several."""
        inputs = getattr(model, "inputs", None) or []
        if len(inputs) != 1:
            return Wanted()
        dtype = str(inputs[0].dtype)
        kind = "integer" if dtype.startswith(("int", "uint")) else "number"
        return Wanted(row=tuple(inputs[0].shape[1:]), kind=kind, dtype=dtype)

    def predict(self, model: Any, example: Any) -> Any:
        """What it gives for an array; `model.predict` would compile first."""
        import keras

        return keras.ops.convert_to_numpy(model(example, training=False))

    def parts(self, model: Any) -> Sequence[Any]:
        """Itself and its layers."""
        layers = getattr(model, "_flatten_layers", None)
        return tuple(layers()) if layers is not None else (model, *model.layers)
