"""What is to be sent to the tracker, one value each, as it waits in memory or on disk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, TypeAdapter

from bridge.tracking.registry import Registration

Below = Literal["leave", "end", "everywhere"]


@dataclass(frozen=True, slots=True)
class Point:
    """One value of a metric.

    Args:
        key: Name of the metric.
        value: Any float, NaN and infinities among them.
        timestamp: When it was logged, in milliseconds.
        step: As the user counts.
        dataset_name: Dataset that it was measured on, as MLflow knows it.
        dataset_digest: Digest of that dataset.
        model_id: MLflow's id of the model that it was measured of.
    """

    key: str
    value: float
    timestamp: int
    step: int = 0
    dataset_name: str | None = None
    dataset_digest: str | None = None
    model_id: str | None = None


@dataclass(frozen=True, slots=True)
class Begin:
    """A run begins.

    Args:
        run: The id by which later entries name it: Prefect's of a flow run, or one that was made up for a run that a
            user began while the tracker did not answer.
        name: For people.
        started_ms: When it began.
        experiment: Name of the experiment to put it into; made if it is not there.
        experiment_id: The experiment, where the user has chosen one.
        parent: Run that it is a child of.
        tags: To begin with.
        is_flow: Whether it is a flow run.
    """

    run: str
    name: str
    started_ms: int
    experiment: str | None = None
    experiment_id: str | None = None
    parent: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    is_flow: bool = True
    kind: Literal["begin"] = "begin"


@dataclass(frozen=True, slots=True)
class Batch:
    """Metrics, parameters and tags of a run."""

    run: str
    metrics: tuple[Point, ...] = ()
    params: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    kind: Literal["batch"] = "batch"


@dataclass(frozen=True, slots=True)
class Upload:
    """Files of a run.

    Args:
        run: The run.
        folder: Holds copies of them; removed once they are sent.
        path: Folder among the run's files to put them into; None for the top.
    """

    run: str
    folder: str
    path: str | None = None
    kind: Literal["upload"] = "upload"


@dataclass(frozen=True, slots=True)
class Dataset:
    """A dataset as MLflow describes it."""

    name: str
    digest: str
    source_type: str
    source: str
    schema: str | None = None
    profile: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Inputs:
    """Datasets that a run used."""

    run: str
    datasets: tuple[Dataset, ...] = ()
    kind: Literal["inputs"] = "inputs"


@dataclass(frozen=True, slots=True)
class End:
    """A run ends.

    Args:
        run: The run.
        status: MLflow's name of it.
        ended_ms: When.
        below: What becomes of runs below it that still go on: `end` those of its experiment, or `everywhere`.
    """

    run: str
    status: str
    ended_ms: int
    below: Below = "leave"
    kind: Literal["end"] = "end"


@dataclass(frozen=True, slots=True)
class Register:
    """A model version is registered; `run` is the flow run that trained it, empty outside flows."""

    run: str
    registration: Registration
    kind: Literal["register"] = "register"


@dataclass(frozen=True, slots=True)
class Pointing:
    """An alias of a registered model is at a version, or nowhere; the catalog is asked again when it is sent."""

    name: str
    alias: str
    number: int | None
    run: str = ""
    kind: Literal["pointing"] = "pointing"


Entry = Annotated[Begin | Batch | Upload | Inputs | End | Register | Pointing, Field(discriminator="kind")]

_ADAPTER: TypeAdapter[Begin | Batch | Upload | Inputs | End | Register | Pointing] = TypeAdapter(
    Entry, config=ConfigDict(ser_json_inf_nan="constants", ser_json_bytes="base64", val_json_bytes="base64")
)


def to_json(entry: Entry) -> bytes:
    """An entry as one line of JSON.

    >>> to_json(End("1234", "FINISHED", 5))
    b'{"run":"1234","status":"FINISHED","ended_ms":5,"below":"leave","kind":"end"}'
    """
    if isinstance(entry, Register):
        entry = replace(entry, registration=entry.registration.without_rows())
    return _ADAPTER.dump_json(entry)


def from_json(document: bytes | str) -> Entry:
    """The entry that `to_json` wrote.

    Raises:
        ValueError: If it is none.

    >>> from_json('{"run":"1234","status":"FINISHED","ended_ms":5,"kind":"end"}')
    End(run='1234', status='FINISHED', ended_ms=5, below='leave', kind='end')
    """
    return _ADAPTER.validate_json(document)


def from_object(document: object) -> Entry:
    """The entry of a JSON document that was read already.

    Raises:
        ValueError: If it is none.

    >>> from_object({"run": "1234", "status": "KILLED", "ended_ms": 5, "kind": "end"}).status
    'KILLED'
    """
    return _ADAPTER.validate_python(document)
