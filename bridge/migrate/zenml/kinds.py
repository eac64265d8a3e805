"""Small values that ZenML's arguments are made of: stages, kinds of artifacts, texts, settings, schedules."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

from bridge.migrate.zenml.integrations import get_tracking_uri


class ModelStages(str, Enum):
    """Stages of a model version: aliases, here."""

    NONE = "none"
    STAGING = "staging"
    PRODUCTION = "production"
    ARCHIVED = "archived"
    LATEST = "latest"


class ArtifactType(str, Enum):
    """Kinds of artifacts; here a value's type says it."""

    DATA_ANALYSIS = "DataAnalysisArtifact"
    DATA = "DataArtifact"
    MODEL = "ModelArtifact"
    SCHEMA = "SchemaArtifact"
    SERVICE = "ServiceArtifact"
    STATISTICS = "StatisticsArtifact"
    BASE = "BaseArtifact"


class ExecutionStatus(str, Enum):
    """How a run ended."""

    INITIALIZING = "initializing"
    RUNNING = "running"
    FAILED = "failed"
    COMPLETED = "completed"
    CACHED = "cached"


class HTMLString(str):
    """A text that is HTML; kept as a text."""


class MarkdownString(str):
    """A text that is Markdown; kept as a text."""


class CSVString(str):
    """A text that is CSV; kept as a text."""


class JSONString(str):
    """A text that is JSON; kept as a text."""


Uri = Path = Dtype = str


class StorageSize(int):
    """Bytes."""


class Bag:
    """Takes any arguments, and has them as attributes; anything else that is asked of it is None.

    >>> Bag(cpu_count=2).cpu_count
    2
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        self.__dict__.update(options)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return None


class _Number(float):
    value = property(float)


class _Integer(int):
    value = property(int)


class _Text(str):
    value = property(str)


def facts(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """Facts that are what they are, and have it as their `value`, too, as ZenML had it for some years.

    >>> facts({"accuracy": 0.9})["accuracy"], facts({"accuracy": 0.9})["accuracy"].value
    (0.9, 0.9)
    """
    kinds: dict[type, type] = {float: _Number, int: _Integer, str: _Text}
    return {name: kinds.get(type(fact), lambda one: one)(fact) for name, fact in metadata.items()}


class Tag(Bag):
    """A tag by its name; what else is said of it is ZenML's server's."""

    def __init__(self, name: str = "", **options: Any) -> None:
        super().__init__(name=name, **options)


class Schedule(Bag):
    """When a pipeline runs; a deployment of Prefect's does that."""


class StepRetryConfig(Bag):
    """How often a step is tried again."""


class DockerSettings(Bag):
    """How an image is built; nothing is built here."""


class ResourceSettings(Bag):
    """What a step needs of a machine; Prefect's work pools know that."""


class ExperimentTracker(Bag):
    """The tracker of the stack: MLflow, here always."""

    name = "mlflow"
    flavor = "mlflow"
    get_tracking_uri = staticmethod(get_tracking_uri)


def like(name: str) -> Any:
    """What a name of any module of ZenML's is, that is of one of these kinds; None if it is not.

    >>> like("SagemakerOrchestratorSettings").__name__
    'SagemakerOrchestratorSettings'
    """
    if name.endswith("Settings"):
        return type(name, (Bag,), {})
    if name.endswith("ExperimentTracker"):
        return ExperimentTracker
    if name in {"ModelStages", "ArtifactType", "ExecutionStatus", "Schedule", "StepRetryConfig", "Tag", "HTMLString",
                "MarkdownString", "CSVString", "JSONString"}:  # fmt: skip
        return globals()[name]
    if name == "ModelVersionStage":
        return ModelStages
    return name.lower() if name.isupper() and len(name) > 2 else None
