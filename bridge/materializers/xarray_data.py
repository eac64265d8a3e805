"""xarray's datasets, arrays, variables and trees, as npy and Parquet files of what they consist of.

Names, dimensions, attributes, encodings (but for the path of the file that was read) and pandas indexes are kept. What
is lazy (dask) or indexed by other means is declined. What is still in a file is read.
"""

from __future__ import annotations

import sys
from typing import Any

from bridge.materializers.declined import Declined
from bridge.materializers.parts import InParts

_KINDS = frozenset({"Dataset", "DataArray", "Variable", "DataTree"})
_ONE = "bridge: the array"


class Xarray(InParts):
    """A `Dataset`, `DataArray`, `Variable` or `DataTree` whose data are NumPy arrays.

    >>> from bridge.materializers import for_format
    >>> for_format("xarray").handles({})
    False
    """

    format = "xarray"

    def handles(self, value: Any) -> bool:
        """Say whether it is exactly one of the four."""
        xarray = sys.modules.get("xarray")
        cls = type(value)
        return xarray is not None and cls.__name__ in _KINDS and getattr(xarray, cls.__name__, None) is cls

    def parts(self, value: Any) -> dict[str, Any]:
        """Give variables and indexes."""
        kind = type(value).__name__
        if kind == "Variable":
            return {"kind": kind, **_variable(value)}
        if kind == "DataTree":
            nodes = [{"path": node.path, **_dataset(node.to_dataset(inherit=node is value))} for node in value.subtree]
            return {"kind": kind, "name": value.name, "nodes": nodes}
        if kind == "DataArray":
            return {"kind": kind, "name": value.name, **_dataset(value.to_dataset(name=_ONE))}
        return {"kind": kind, **_dataset(value)}

    def whole(self, parts: dict[str, Any]) -> Any:
        """Put variables and indexes together."""
        import xarray as xr

        kind = parts["kind"]
        if kind == "Variable":
            return _made_variable(parts)
        if kind == "DataTree":
            root = parts["nodes"][0]["path"].rstrip("/")
            nodes = {node["path"][len(root) :] or "/": _made_dataset(node) for node in parts["nodes"]}
            return xr.DataTree.from_dict(nodes, name=parts["name"])
        dataset = _made_dataset(parts)
        return dataset if kind == "Dataset" else dataset[_ONE].rename(parts["name"])

    def facts(self, value: Any) -> dict[str, Any]:
        """Give the sizes of the dimensions and the names."""
        if type(value).__name__ == "DataTree":
            return {"nodes": [node.path for node in value.subtree]}
        facts: dict[str, Any] = {"sizes": {str(name): int(size) for name, size in value.sizes.items()}}
        if type(value).__name__ == "Dataset":
            facts["bytes"] = int(value.nbytes)
            return {**facts, "variables": [[str(name), str(each.dtype)] for name, each in value.data_vars.items()]}
        return {**facts, "shape": list(value.shape), "dtype": str(value.dtype), "bytes": int(value.nbytes)}


def _dataset(dataset: Any) -> dict[str, Any]:
    indexes, indexed = [], set()
    for index, variables in dataset.xindexes.group_by_index():
        indexes.append(_index(index, variables))
        indexed.update(variables)
    variables = [
        {"name": name, **_variable(each, data=name not in indexed)} for name, each in dataset.variables.items()
    ]
    return {
        "variables": variables,
        "coordinates": list(dataset.coords),
        "indexes": indexes,
        "attrs": dict(dataset.attrs),
        "encoding": _encoding(dataset.encoding),
    }


def _variable(variable: Any, *, data: bool = True) -> dict[str, Any]:
    import numpy as np

    described = {
        "dims": list(variable.dims),
        "attrs": dict(variable.attrs),
        "encoding": _encoding(variable.encoding),
    }
    if not data:
        return described
    array = variable.data
    if type(array) is not np.ndarray:
        raise Declined(f"data of the type {type(array).__qualname__}")
    return {**described, "data": array}


def _index(index: Any, variables: dict[Any, Any]) -> dict[str, Any]:
    from xarray.indexes import PandasIndex, PandasMultiIndex

    if type(index) not in {PandasIndex, PandasMultiIndex}:
        raise Declined(f"an index of the type {type(index).__qualname__}")
    dtypes = [[name, variable.dtype.str] for name, variable in variables.items()]
    return {"dim": index.dim, "index": index.index, "levels": type(index) is PandasMultiIndex, "dtypes": dtypes}


def _encoding(encoding: Any) -> dict[str, Any]:
    """Give an encoding without the path of a file, and with dtypes as text."""
    import numpy as np

    kept = {key: value for key, value in encoding.items() if key != "source"}
    dtypes = {key: value.str for key, value in kept.items() if isinstance(value, np.dtype)}
    return {"values": {key: value for key, value in kept.items() if key not in dtypes}, "dtypes": dtypes}


def _made_encoding(stored: dict[str, Any]) -> dict[str, Any]:
    import numpy as np

    return {**stored["values"], **{key: np.dtype(name) for key, name in stored["dtypes"].items()}}


def _made_variable(stored: dict[str, Any]) -> Any:
    import xarray as xr

    return xr.Variable(
        stored["dims"], stored["data"], attrs=stored["attrs"], encoding=_made_encoding(stored["encoding"])
    )


def _made_dataset(stored: dict[str, Any]) -> Any:
    import xarray as xr

    described = {each["name"]: each for each in stored["variables"]}
    made = {name: _made_variable(each) for name, each in described.items() if "data" in each}
    indexes = {}
    for each in stored["indexes"]:
        index = _made_index(each)
        for name, variable in index.create_variables().items():
            variable.attrs = described[name]["attrs"]
            variable.encoding = _made_encoding(described[name]["encoding"])
            made[name], indexes[name] = variable, index
    named = set(stored["coordinates"])
    coordinates = xr.Coordinates({name: made[name] for name in described if name in named}, indexes=indexes)
    data = {name: made[name] for name in described if name not in named}
    dataset = xr.Dataset(data, coordinates, stored["attrs"])
    dataset.encoding = _made_encoding(stored["encoding"])
    return dataset


def _made_index(stored: dict[str, Any]) -> Any:
    import numpy as np
    from xarray.indexes import PandasIndex, PandasMultiIndex

    dtypes = {name: np.dtype(each) for name, each in stored["dtypes"]}
    if stored["levels"]:
        dtypes = {name: dtypes[name] for name in stored["index"].names}
        return PandasMultiIndex(stored["index"], stored["dim"], level_coords_dtype=dtypes)
    return PandasIndex(stored["index"], stored["dim"], coord_dtype=next(iter(dtypes.values())))
