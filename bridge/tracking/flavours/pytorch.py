"""PyTorch's modules, with the code of the user's own classes in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bridge.tracking.flavours.flavour import Saving, Wanted
from bridge.tracking.flavours.loaded import is_a
from bridge.tracking.flavours.own_code import by_value

_CONVOLUTIONS = {"Conv1d": 1, "Conv2d": 2, "Conv3d": 3}


class Pytorch:
    """An `nn.Module`, TorchScript's included.

    >>> Pytorch().takes({})
    False
    """

    name = "pytorch"

    def takes(self, model: Any) -> bool:
        """Whether it is one."""
        return is_a(model, "torch", "nn.Module")

    def save(self, model: Any, saving: Saving) -> None:
        """Write it with `torch.save`.

        MLflow's own default, a traced graph, takes seconds and refuses modules that branch on their input.
        """
        import mlflow.pytorch

        with by_value(model):
            mlflow.pytorch.save_model(
                model,
                serialization_format="pickle",
                pip_requirements=saving.require("torch", "cloudpickle", "numpy"),
                **saving.options,
            )

    def wanted(self, model: Any) -> Wanted:
        """What its first layer takes."""
        import torch

        numbers = next((one.dtype for one in model.parameters() if one.is_floating_point()), torch.float32)
        dtype = str(numbers).removeprefix("torch.")
        for layer in model.modules():
            kind = type(layer).__name__
            if isinstance(layer, torch.nn.Linear):
                return Wanted(row=(layer.in_features,), kind="number", dtype=dtype)
            if kind in _CONVOLUTIONS:
                return Wanted(row=(layer.in_channels, *(None,) * _CONVOLUTIONS[kind]), kind="number", dtype=dtype)
            if isinstance(layer, (torch.nn.Embedding, torch.nn.EmbeddingBag)):
                return Wanted(row=(None,), kind="integer", dtype="int64")
            if isinstance(layer, torch.nn.RNNBase):
                return Wanted(row=(None, layer.input_size), kind="number", dtype=dtype)
        return Wanted()

    def predict(self, model: Any, example: Any) -> Any:
        """What it gives for an array."""
        import torch

        was_training = model.training
        model.eval()
        try:
            with torch.no_grad():
                return model(torch.from_numpy(example)).cpu().numpy()
        finally:
            model.train(was_training)

    def parts(self, model: Any) -> Sequence[Any]:
        """Itself."""
        return (model,)
