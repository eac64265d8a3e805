"""Reads what ZenML's materializers have written, without ZenML.

What a materializer writes is told by its name, as its database keeps it. Those that unpickle, or need a class of the
user's, are read only if that is allowed.
"""

from __future__ import annotations

import collections
import hashlib
import importlib
import json
import re
import tarfile
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from bridge.migrate.data.history import Read

PICKLE = "artifact.pkl"
"""File of ZenML's materializers that pickle."""

_Reader = Callable[["Kind", Path, Path, bool], Any]
"""Reads a value of a kind from a folder, with a folder for its own files, and whether it may run code."""

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Kind:
    """What ZenML says of a value.

    Args:
        materializer: Name of the class that wrote it; with its module if it is not ZenML's own.
        module: Module of the value's class.
        name: Name of the value's class in it.
    """

    materializer: str
    module: str
    name: str

    @property
    def type(self) -> str:
        """Qualified name of the value's class."""
        return f"{self.module}.{self.name}" if self.module else self.name

    @classmethod
    def of(cls, materializer: object, data_type: object) -> Kind:
        """Read it from the columns of ZenML's database: a JSON document, or an import path in older ones.

        >>> Kind.of('{"module": "zenml.x", "attribute": "UUIDMaterializer"}', "uuid.UUID")
        Kind(materializer='UUIDMaterializer', module='uuid', name='UUID')
        """
        module, name = _split(materializer)
        return cls(name if module.startswith("zenml.") else f"{module}.{name}", *_split(data_type))


def reader(kind: Kind, *, allow_pickle: bool) -> tuple[Read | None, str]:
    """What reads a value; else None, and why not.

    >>> reader(Kind("SklearnMaterializer", "sklearn.svm", "SVC"), allow_pickle=False)
    (None, 'it is a pickle of sklearn.svm.SVC, and --allow-pickle was not given')
    """
    if is_pickle(kind):
        if allow_pickle:
            return _pickle, ""
        return None, f"it is a pickle of {kind.type}, and --allow-pickle was not given"
    if kind.materializer == "ServiceMaterializer":
        return None, f"{kind.type} is a running service, of which ZenML keeps no more than its id"
    found = _READERS.get(kind.materializer)
    if found is None:
        return None, f"{kind.materializer} is not known here"
    return partial(_read, found, kind, allow_pickle), ""


def is_pickle(kind: Kind) -> bool:
    """Whether the value is one pickle and nothing else."""
    return kind.materializer in _PICKLING


def open_pickle(folder: Path) -> BinaryIO:
    """Open the pickle of such a value."""
    return (folder / PICKLE).open("rb")


def checked(kind: Kind, content_hash: object) -> Callable[[Path], None] | None:
    """What tells whether a pickle is the one that ZenML wrote; None if ZenML does not say."""
    if not is_pickle(kind) or not isinstance(content_hash, str) or not _SHA256.fullmatch(content_hash):
        return None
    return partial(_check, content_hash)


def _check(expected: str, folder: Path) -> None:
    with open_pickle(folder) as file:
        found = hashlib.sha256(file.read()).hexdigest()
    if found != expected:
        raise ValueError(f"{PICKLE} is not what ZenML wrote: its SHA-256 is {found[:12]}…, not {expected[:12]}…")


def _split(source: object) -> tuple[str, str]:
    try:
        told = json.loads(str(source))
        return str(told.get("module") or ""), str(told.get("attribute") or "")
    except (ValueError, AttributeError):
        module, _, name = str(source).rpartition(".")
        return module, name


def _read(found: _Reader, kind: Kind, allowed: bool, folder: Path, scratch: Path) -> Any:
    return found(kind, folder, scratch, allowed)


def _pickle(folder: Path, scratch: Path) -> Any:
    import pickle

    with open_pickle(folder) as file:
        return pickle.load(file)


def _json(path: Path) -> Any:
    return json.loads(path.read_bytes())


def _basic(kind: Kind, folder: Path, scratch: Path, allowed: bool) -> Any:
    return _json(folder / "data.json")


def _bytes(kind: Kind, folder: Path, scratch: Path, allowed: bool) -> bytes:
    return (folder / "data.txt").read_bytes()


def _container(kind: Kind, folder: Path, scratch: Path, allowed: bool) -> Any:
    """A container as ZenML gives it back: one JSON file, or a folder for each member."""
    whole = folder / "data.json"
    members = _json(whole) if whole.exists() else _members(folder, scratch, allowed)
    make = _CONTAINERS.get((kind.module, kind.name))
    if isinstance(members, dict):
        return make(members) if make in (collections.OrderedDict, collections.Counter) else members
    if make is None or make is list:
        return members
    if make in (tuple, set, frozenset):
        return make(members)
    return make(zip(*members, strict=True))


def _members(folder: Path, scratch: Path, allowed: bool) -> list[Any]:
    values = []
    for i, member in enumerate(_json(folder / "metadata.json")):
        if not isinstance(member, dict):
            raise TypeError("it is a container of ZenML before 0.38, which says nothing of its materializers")
        kind = Kind.of(member["materializer"], member["type"])
        read, why = reader(kind, allow_pickle=allowed)
        if read is None:
            raise ValueError(f"its member {i}: {why}")
        inner = scratch / str(i)
        inner.mkdir()
        values.append(read(folder / str(i), inner))  # the path that it names may be another machine's
    return values


def _model(kind: Kind, folder: Path, scratch: Path, allowed: bool) -> Any:
    """A Pydantic model, or its fields where its class is not to be imported."""
    path = folder / "data_v2.json"
    fields = _json(path) if path.exists() else json.loads(_json(folder / "data.json"))
    found = _class(kind) if allowed else None
    return fields if found is None else found.model_validate(fields)


def _dataclass(kind: Kind, folder: Path, scratch: Path, allowed: bool) -> Any:
    from pydantic import TypeAdapter

    fields, found = _json(folder / "data.json"), _class(kind) if allowed else None
    return fields if found is None else TypeAdapter(found).validate_python(fields)


def _class(kind: Kind) -> Any:
    try:
        found: Any = importlib.import_module(kind.module)
        for part in kind.name.split("."):
            found = getattr(found, part)
    except (ImportError, AttributeError, ValueError):
        return None
    return found


def _frame(kind: Kind, folder: Path, scratch: Path, allowed: bool) -> Any:
    import pandas as pd

    table = folder / "df.parquet.gzip"
    written = folder / "df.csv"
    frame = pd.read_parquet(table) if table.exists() else pd.read_csv(written, index_col=0, parse_dates=True)
    return frame[frame.columns[0]] if kind.name == "Series" else frame


def _array(kind: Kind, folder: Path, scratch: Path, allowed: bool) -> Any:
    import numpy as np

    return np.load(folder / "data.npy", allow_pickle=allowed)


def _polars(kind: Kind, folder: Path, scratch: Path, allowed: bool) -> Any:
    import polars as pl

    frame = pl.read_parquet(folder / "dataframe.parquet")
    return frame.to_series(0) if kind.name == "Series" else frame


def _sparse(kind: Kind, folder: Path, scratch: Path, allowed: bool) -> Any:
    from scipy.sparse import load_npz

    return load_npz(folder / "data.npz")


def _image(kind: Kind, folder: Path, scratch: Path, allowed: bool) -> Any:
    from PIL import Image

    (path,) = folder.glob("image_file.*")
    with Image.open(path) as image:
        image.load()
        return image


def _text(kind: Kind, folder: Path, scratch: Path, allowed: bool) -> str:
    (path,) = folder.glob("output.*")
    return path.read_text(encoding="utf-8")


def _uuid(kind: Kind, folder: Path, scratch: Path, allowed: bool) -> uuid.UUID:
    return uuid.UUID((folder / "uuid.txt").read_text(encoding="utf-8").strip())


def _path(kind: Kind, folder: Path, scratch: Path, allowed: bool) -> Path:
    single = folder / "file_data"
    if single.exists():
        return single
    inside = scratch / "data"
    inside.mkdir()
    with tarfile.open(folder / "data.tar.gz") as archive:
        _extract(archive, inside)
    return inside


def _extract(archive: tarfile.TarFile, folder: Path) -> None:
    """Nothing outside of the folder, no links, no devices: the first Pythons 3.10 and 3.11 have no filter for it."""
    if hasattr(tarfile, "data_filter"):
        archive.extractall(folder, filter="data")
        return
    inside = folder.resolve()
    for member in archive:
        if not (member.isreg() or member.isdir()) or not (inside / member.name).resolve().is_relative_to(inside):
            raise tarfile.ExtractError(f"{member.name!r} is not extracted: it is a link or a device, or lies outside.")
        archive.extract(member, inside, set_attrs=False)


_PICKLING = frozenset({"CloudpickleMaterializer", "SklearnMaterializer"})

_CONTAINERS: Mapping[tuple[str, str], Any] = {
    ("builtins", "dict"): dict,
    ("builtins", "list"): list,
    ("builtins", "tuple"): tuple,
    ("builtins", "set"): set,
    ("collections", "OrderedDict"): collections.OrderedDict,
    ("collections", "Counter"): collections.Counter,
    ("collections", "defaultdict"): dict,
}

_READERS: Mapping[str, _Reader] = {
    "BuiltInMaterializer": _basic,
    "BytesMaterializer": _bytes,
    "BuiltInContainerMaterializer": _container,
    "PydanticMaterializer": _model,
    "DataclassMaterializer": _dataclass,
    "PandasMaterializer": _frame,
    "NumpyMaterializer": _array,
    "PolarsMaterializer": _polars,
    "SparseMaterializer": _sparse,
    "PillowImageMaterializer": _image,
    "StructuredStringMaterializer": _text,
    "UUIDMaterializer": _uuid,
    "PathMaterializer": _path,
}
