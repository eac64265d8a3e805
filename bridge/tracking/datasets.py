"""Data sets of a run, as MLflow shows them: pointers to versions, never copies and never MLflow's own digest.

MLflow 3 keeps models only as a run's outputs, so what a run made is logged as one of its data sets, too, and says so in
its context. MLflow's own digest of a table covers its first 10,000 rows; the version's covers every byte.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from bridge.domain.dataset import Dataset
from bridge.tracking.entries import Dataset as Described

SOURCE_TYPE = "bridge"

CONTEXT = "mlflow.data.context"

LONGEST_NAME = 500
MOST_COLUMNS = 500


def described(dataset: Dataset) -> Described:
    """A data set as MLflow is told of it."""
    return Described(
        dataset.version.ref.name[:LONGEST_NAME],
        dataset.digest,
        SOURCE_TYPE,
        source_of(dataset),
        schema_of(dataset.version.metadata),
        profile_of(dataset),
        {CONTEXT: dataset.role},
    )


def log_datasets(client: Any, tracking_id: str, datasets: Sequence[Described]) -> None:
    """Log the data sets of a run, all in one call; those that the run has already are not logged twice."""
    if not datasets:
        return
    from mlflow.entities import Dataset as Logged
    from mlflow.entities import DatasetInput, InputTag

    client.log_inputs(
        tracking_id,
        [
            DatasetInput(
                Logged(one.name, one.digest, one.source_type, one.source, one.schema, one.profile),
                [InputTag(key, value) for key, value in one.tags.items()],
            )
            for one in datasets
        ],
    )


def source_of(dataset: Dataset) -> str:
    """Which version it is, and where: what `bridge.tracking.dataset_source` reads again."""
    said = {"selector": str(dataset.version.ref), "digest": dataset.version.digest, "store": dataset.store}
    return json.dumps(said)


def schema_of(metadata: Mapping[str, Any]) -> str | None:
    """The columns of a table or the shape of an array, in the words of MLflow's pages; None if neither is known.

    >>> schema_of({"columns": [["age", "int64"]]})
    '{"mlflow_colspec": [{"name": "age", "type": "int64"}]}'
    >>> schema_of({"shape": [3, 4], "dtype": "float64"})
    '{"mlflow_tensorspec": {"features": "[{...}]"}}'
    """
    columns = metadata.get("columns")
    if (
        isinstance(columns, Sequence)
        and columns
        and all(isinstance(one, Sequence) and len(one) == 2 for one in columns)
    ):
        spec = [{"name": str(name), "type": str(kind)} for name, kind in columns[:MOST_COLUMNS]]
        return json.dumps({"mlflow_colspec": spec})
    if "shape" in metadata and "dtype" in metadata:
        tensor = {"dtype": str(metadata["dtype"]), "shape": metadata["shape"]}
        features = json.dumps([{"type": "tensor", "tensor-spec": tensor}])
        return json.dumps({"mlflow_tensorspec": {"features": features}})
    return None


def profile_of(dataset: Dataset) -> str:
    """How many rows, and bytes."""
    metadata, profile = dataset.version.metadata, {"bytes": dataset.version.size}
    shape = metadata.get("shape")
    if isinstance(shape, Sequence) and shape:
        profile = {"num_rows": metadata.get("rows", shape[0]), **profile}
    for fact, shown in (("rows", "num_rows"), ("files", "files"), ("length", "length")):
        if isinstance(metadata.get(fact), int):
            profile.setdefault(shown, metadata[fact])
    return json.dumps(profile)
