"""Hugging Face datasets, as their rows in Parquet (or an Arrow stream) and their features beside them."""

from __future__ import annotations

import sys
from typing import Any

from bridge.materializers.declined import Declined
from bridge.materializers.parts import InParts
from bridge.materializers.table_facts import LISTED, table_facts

_INFO = ("description", "citation", "homepage", "license", "dataset_name", "config_name")


class HfDataset(InParts):
    """A `Dataset` or a `DatasetDict`: rows as they stand after selection and shuffling, features, format, description.

    The fingerprint and the cache files of the original are not kept; a streaming (`Iterable`) dataset is declined. What
    is loaded is in memory.

    >>> from bridge.materializers import for_format
    >>> for_format("hf-dataset").handles({})
    False
    """

    format = "hf-dataset"

    def handles(self, value: Any) -> bool:
        """Say whether it is exactly one of the two."""
        module = sys.modules.get("datasets")
        name = type(value).__name__
        return module is not None and name in {"Dataset", "DatasetDict"} and getattr(module, name) is type(value)

    def parts(self, value: Any) -> dict[str, Any]:
        """Give rows and features, or the datasets by name."""
        if isinstance(value, dict):
            return {"splits": dict(value)}
        if value.list_indexes():
            raise Declined("a dataset with a search index")
        rows = value.with_format("arrow")[:] if value._indices is not None else value.data.table
        form = value.format
        return {
            "rows": rows.replace_schema_metadata(None),
            "features": value.features.to_dict(),
            "split": None if value.split is None else str(value.split),
            "info": {name: getattr(value.info, name) for name in _INFO if getattr(value.info, name, None)},
            "version": None if value.info.version is None else str(value.info.version),
            "format": {**form, "columns": None if form["columns"] == value.column_names else form["columns"]},
        }

    def whole(self, parts: dict[str, Any]) -> Any:
        """Make the dataset."""
        import datasets

        if "splits" in parts:
            return datasets.DatasetDict(parts["splits"])
        features = datasets.Features.from_dict(parts["features"])
        info = datasets.DatasetInfo(features=features, version=parts["version"], **parts["info"])
        split = None if parts["split"] is None else datasets.NamedSplit(parts["split"])
        made = datasets.Dataset(datasets.table.InMemoryTable(parts["rows"]), info=info, split=split)
        form = parts["format"]
        if form["type"] is None and form["columns"] is None:
            return made
        return made.with_format(form["type"], form["columns"], form["output_all_columns"], **form["format_kwargs"])

    def facts(self, value: Any) -> dict[str, Any]:
        """Give rows and features."""
        if isinstance(value, dict):
            return {"splits": {str(name): len(part) for name, part in value.items()}}
        columns = list(value.features.items())[:LISTED]
        return table_facts(columns, shape=value.shape, bytes=value.data.nbytes, kind="dataset")
