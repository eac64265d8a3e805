"""PyTorch's tensors and state dictionaries, as safetensors files.

Kept besides values: dtype, shape, whether it is a parameter and wants a gradient, the order of names, which names are
one tensor (tied weights), and a state dictionary's `_metadata`. Not kept: the device (what is loaded is on the CPU),
strides, a graph that led to the tensor, and its gradient, as in `torch.save`. Sparse, quantized and meta tensors, and
those of users' subclasses, are declined.
"""

from __future__ import annotations

import json
import sys
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from bridge.domain.errors import UnreadableError
from bridge.domain.ports import Sink, Source
from bridge.materializers import tagged
from bridge.materializers.declined import Declined
from bridge.materializers.survey import Level, survey

PATH = "value.safetensors"
_KEY = "bridge"
_ONE = "tensor"
_LISTED = 100


class Tensors:
    """A tensor, or a dictionary of nothing but tensors by name, in one file that every safetensors reader reads.

    >>> from bridge.materializers import for_format
    >>> for_format("safetensors").handles({"a": 1})
    False
    """

    format = "safetensors"

    def handles(self, value: Any) -> bool:
        """Say whether it is exactly a `Tensor`, a `Parameter`, or a dictionary of them."""
        torch: Any = sys.modules.get("torch")
        if torch is None:
            return False
        kinds = {torch.Tensor, torch.nn.Parameter}
        if type(value) in {dict, OrderedDict}:
            named = set(map(type, value)) == {str} and value.keys().isdisjoint({"__metadata__"})
            return named and set(map(type, value.values())) <= kinds and all(map(is_plain, value.values()))
        return type(value) in kinds and is_plain(value)

    def save(self, value: Any, sink: Sink) -> Mapping[str, Any]:
        """Write `value.safetensors`.

        Raises:
            Declined: If safetensors is not installed, or has no such dtype.
        """
        kind = {dict: "dict", OrderedDict: "ordereddict"}.get(type(value), "tensor")
        named = {_ONE: value} if kind == "tensor" else value
        notes: dict[str, Any] = {"kind": kind}
        if kind == "ordereddict" and vars(value):
            if set(vars(value)) != {"_metadata"} or survey(value._metadata) is Level.OTHER:
                raise Declined("attributes of a dictionary that are not JSON")
            notes["metadata"] = tagged.encode(value._metadata)
        write_tensors(named, sink, PATH, notes=notes)
        return _facts(named)

    def load(self, source: Source) -> Any:
        """Read the tensors, into memory of the CPU.

        Raises:
            UnreadableError: If it is no safetensors file, cut short, or not one of bridge's.
        """
        tensors, notes = read_tensors(self.format, source, PATH)
        if notes.get("kind") == "tensor":
            return tensors[_ONE]
        if notes.get("kind") == "dict":
            return tensors
        ordered = OrderedDict(tensors)
        if "metadata" in notes:
            ordered._metadata = tagged.decode(notes["metadata"])  # type: ignore[attr-defined]  # as nn.Module sets it
        return ordered


def is_plain(tensor: Any) -> bool:
    """Say whether a tensor is a strided block of numbers and nothing else.

    >>> is_plain(3)
    False
    """
    torch: Any = sys.modules.get("torch")
    if torch is None or not isinstance(tensor, torch.Tensor):
        return False
    plain = tensor.layout is torch.strided and not tensor.is_quantized and tensor.device.type != "meta"
    return plain and not tensor.is_nested and not vars(tensor) and not tensor._backward_hooks


def write_tensors(named: Mapping[str, Any], sink: Sink, path: str, *, notes: dict[str, Any]) -> None:
    """Write plain tensors by name to a safetensors file; the same tensor under two names is written once.

    Raises:
        Declined: If safetensors is not installed, or has no such dtype.
    """
    try:
        from safetensors import SafetensorError
        from safetensors.torch import save_file
    except ImportError as error:
        raise Declined("safetensors is not installed") from error
    import torch

    same = _same(named)
    own = {name: tensor for name, tensor in named.items() if name not in same}
    told = {
        **notes,
        "names": list(named),
        "same": same,
        "parameters": [name for name, tensor in own.items() if type(tensor) is torch.nn.Parameter],
        "gradients": [name for name, tensor in own.items() if tensor.requires_grad],
    }
    try:
        with sink.local(path) as file:
            save_file(_settled(own), file, metadata={_KEY: tagged.dumps(told)})
    except (KeyError, SafetensorError) as error:
        raise Declined(f"safetensors: {error}") from error


def read_tensors(format: str, source: Source, path: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Read what `write_tensors` wrote: tensors by name in their order, and the notes.

    Raises:
        UnreadableError: If it is something else, or cut short.
    """
    import torch
    from safetensors import SafetensorError
    from safetensors.torch import load

    with source.open(path) as file:
        data = file.read()
    try:
        own = load(data)
        header = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
        notes = json.loads(header["__metadata__"][_KEY])
        parameters, gradients = set(notes["parameters"]), set(notes["gradients"])
        dressed = {name: _dressed(torch, tensor, name in parameters, name in gradients) for name, tensor in own.items()}
        return {name: dressed[notes["same"].get(name, name)] for name in notes["names"]}, notes
    except (SafetensorError, ValueError, KeyError, TypeError, AssertionError, RuntimeError) as error:
        raise UnreadableError(format, f"{type(error).__name__}: {error}") from error


def _dressed(torch: Any, tensor: Any, parameter: bool, gradient: bool) -> Any:
    if parameter:
        return torch.nn.Parameter(tensor, requires_grad=gradient)
    return tensor.requires_grad_() if gradient else tensor


def _same(named: Mapping[str, Any]) -> dict[str, str]:
    """Find the names of a tensor that has another name before: the same place in memory, read in the same way."""
    first: dict[Any, str] = {}
    same = {}
    for name, tensor in named.items():
        flags = (tensor.is_conj(), tensor.is_neg(), tensor.requires_grad, type(tensor))
        place = (tensor.data_ptr(), tensor.device, tuple(tensor.shape), tensor.stride(), tensor.dtype, *flags)
        if tensor.numel() and first.setdefault(place, name) != name:
            same[name] = first[place]
    return same


def _settled(named: Mapping[str, Any]) -> dict[str, Any]:
    """Give each tensor's values as a block of the CPU's memory that no other one shares, as safetensors asks."""
    settled, taken = {}, set()
    for name, tensor in named.items():
        block = tensor.detach().resolve_conj().resolve_neg().cpu().contiguous()
        storage = block.untyped_storage()
        if storage.nbytes() != block.numel() * block.element_size() or storage.data_ptr() in taken:
            block = block.clone()
        taken.add(block.untyped_storage().data_ptr())
        settled[name] = block
    return settled


def _facts(named: Mapping[str, Any]) -> dict[str, Any]:
    if list(named) == [_ONE]:
        tensor = named[_ONE]
        told = {"shape": list(tensor.shape), "dtype": str(tensor.dtype), "bytes": int(tensor.nbytes)}
        return {**told, "device": str(tensor.device)}
    listed = [[name, str(tensor.dtype), list(tensor.shape)] for name, tensor in list(named.items())[:_LISTED]]
    return {"length": len(named), "numbers": sum(tensor.numel() for tensor in named.values()), "tensors": listed}
