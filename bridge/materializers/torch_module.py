"""PyTorch's modules: their numbers as safetensors, their structure as a pickle, which runs code when it is loaded.

A module is its class's code plus numbers; only the numbers have a safe format. To load without pickle, return the
module's `state_dict()`.
"""

from __future__ import annotations

import io
import pickle
import sys
from collections.abc import Mapping
from typing import Any

from bridge.domain.errors import UnreadableError, UnstorableError
from bridge.domain.ports import Sink, Source
from bridge.materializers.names import type_name
from bridge.materializers.pickled import PROTOCOL
from bridge.materializers.torch_tensors import is_plain, read_tensors, write_tensors

SKELETON = "module.pickle"
TENSORS = "tensors.safetensors"


class TorchModule:
    """A module with its parameters and buffers, on whatever device; loading gives one on the CPU.

    `unsafe`: loading runs what the bytes say, so whoever loads makes sure first who wrote them.

    >>> TorchModule.unsafe, TorchModule().handles({})
    (True, False)
    """

    format = "torch-module"
    unsafe = True

    def handles(self, value: Any) -> bool:
        """Say whether it is a module of Python; those of TorchScript are not."""
        torch: Any = sys.modules.get("torch")
        return (
            torch is not None and isinstance(value, torch.nn.Module) and not isinstance(value, torch.jit.ScriptModule)
        )

    def save(self, value: Any, sink: Sink) -> Mapping[str, Any]:
        """Write `module.pickle` and `tensors.safetensors`.

        Raises:
            Declined: If a tensor is of a dtype that safetensors does not have.
            UnstorableError: If something in the module cannot be pickled.
        """
        import cloudpickle

        found: dict[str, Any] = {}  # keeps them alive too, so that no other gets the address of one
        places: dict[int, str] = {}

        class Skeleton(cloudpickle.Pickler):  # type: ignore[misc]  # it has no types
            def persistent_id(self, part: Any) -> str | None:
                if not _is_tensor(part):
                    return None
                name = places.setdefault(id(part), str(len(places)))
                found[name] = part
                return name

        skeleton = io.BytesIO()
        try:
            Skeleton(skeleton, PROTOCOL).dump(value)
        except Exception as error:
            why = f"{type(error).__name__}: {error}. Return its `state_dict()`, or keep it with `@task(output=None)`"
            raise UnstorableError(type_name(value), why) from error
        write_tensors(found, sink, TENSORS, notes={})
        with sink.open(SKELETON) as file:
            file.write(skeleton.getbuffer())
        return {"class": type_name(value), "numbers": sum(part.numel() for part in found.values())}

    def load(self, source: Source) -> Any:
        """Read the module, which runs code that the bytes name.

        Raises:
            UnreadableError: If the bytes are cut short, or a class they name is not there any more.
        """
        tensors, _ = read_tensors(self.format, source, TENSORS)

        class Whole(pickle.Unpickler):
            def persistent_load(self, name: Any) -> Any:
                return tensors[name]

        try:
            with source.open(SKELETON) as file:
                return Whole(file).load()
        except Exception as error:  # a pickle can raise whatever its classes raise
            why = f"{type(error).__name__}: {error}; the classes it names must be importable as when it was saved"
            raise UnreadableError(self.format, why) from error


def _is_tensor(part: Any) -> bool:
    torch: Any = sys.modules["torch"]
    return type(part) in {torch.Tensor, torch.nn.Parameter} and is_plain(part)
