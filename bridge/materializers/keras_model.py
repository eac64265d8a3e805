"""Keras models, as `.keras` files.

A `.keras` file names the classes of its layers. Only those of Keras itself are stored and made; a model with classes or
functions of the user's own is declined and pickled. The date in the file is replaced, so that the same model gives the
same bytes.
"""

from __future__ import annotations

import io
import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from bridge.materializers.declined import Declined
from bridge.materializers.names import type_name
from bridge.materializers.parts import InParts

PATH = "model.keras"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_RUNS_CODE = frozenset({"Lambda", "__lambda__", "TorchModuleWrapper", "TFSMLayer", "JaxLayer", "FlaxLayer"})


class KerasModel(InParts):
    """A `Model` of Keras 3 with its weights, and its optimizer's state if it is compiled.

    >>> from bridge.materializers import for_format
    >>> for_format("keras").handles({})
    False
    """

    format = "keras"

    def handles(self, value: Any) -> bool:
        """Say whether it is a model of one of Keras's own classes."""
        base = getattr(sys.modules.get("keras"), "Model", None)
        return base is not None and isinstance(value, base) and type(value).__module__.split(".")[0] == "keras"

    def parts(self, value: Any) -> dict[str, Any]:
        """Give the file.

        Raises:
            Declined: If it names what is not Keras's own, or runs code when it is loaded.
        """
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, PATH)
            value.save(path)
            data = _settled(path.read_bytes())
        foreign = _foreign(data)
        if foreign:
            raise Declined(f"it names what is not Keras's own: {foreign}")
        return {PATH: data}

    def whole(self, parts: dict[str, Any]) -> Any:
        """Make the model."""
        import keras

        try:
            foreign = _foreign(parts[PATH])
        except BadZipFile as error:
            raise ValueError(str(error)) from error
        if foreign:
            raise ValueError(f"it names {foreign}, which is not Keras's own")
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, PATH)
            path.write_bytes(parts[PATH])
            try:
                return keras.saving.load_model(path, safe_mode=True)
            except OSError as error:
                raise ValueError(str(error)) from error

    def facts(self, value: Any) -> dict[str, Any]:
        """Give the class, the number of weights and the layers."""
        layers = [type(layer).__name__ for layer in value.layers[:100]]
        return {"class": type_name(value), "numbers": value.count_params() if value.built else 0, "layers": layers}


def _settled(data: bytes) -> bytes:
    """Rewrite a `.keras` file: one date for all members and none in its metadata, numbers for addresses in memory."""
    target = io.BytesIO()
    with ZipFile(io.BytesIO(data)) as given, ZipFile(target, "w", ZIP_STORED) as settled:
        for name in sorted(given.namelist()):
            content = given.read(name)
            if name == "metadata.json":
                told = json.loads(content)
                told.pop("date_saved", None)
                content = json.dumps(told).encode()
            if name == "config.json":
                content = _numbered(content)
            settled.writestr(ZipInfo(name, _EPOCH), content)
    return target.getvalue()


def _numbered(config: bytes) -> bytes:
    tree = json.loads(config)
    numbers: dict[int, int] = {}
    for node in _nodes(tree):
        if isinstance(node.get("shared_object_id"), int):
            node["shared_object_id"] = numbers.setdefault(node["shared_object_id"], len(numbers) + 1)
    return json.dumps(tree).encode()


def _foreign(data: bytes) -> str | None:
    """Give the first class or function that a `.keras` file names and that is not Keras's own; None if all are."""
    with ZipFile(io.BytesIO(data)) as file:
        config = json.loads(file.read("config.json"))
    for node in _nodes(config):
        module, name = node.get("module"), node.get("class_name")
        if name in _RUNS_CODE or (isinstance(module, str) and module.split(".")[0] not in {"keras", "builtins"}):
            return f"{module}.{name}"
        if node.get("registered_name") and not module and name is not None:
            return str(node["registered_name"])
    return None


def _nodes(config: Any) -> Iterator[dict[str, Any]]:
    todo = [config]
    while todo:
        node = todo.pop()
        if isinstance(node, dict):
            yield node
            todo.extend(node.values())
        elif isinstance(node, list):
            todo.extend(node)
