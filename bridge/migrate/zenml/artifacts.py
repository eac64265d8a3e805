"""Artifacts by hand: what is said of outputs, values from outside, saving, loading, facts."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

from bridge.domain.annotations import Artifact
from bridge.flows.host import here
from bridge.flows.values import load, save
from bridge.flows.values import log_metadata as add_facts
from bridge.migrate.zenml.ids import ref_of
from bridge.workspace import current


def selector(name: Any, version: Any = None) -> str:
    """What means a version here, whose name or id is given; ZenML's names of unnamed outputs are bridge's.

    >>> selector("training::load::output", 3), selector("data"), selector("p::split::output_1")
    ('training/load@3', 'data', 'p/split.1')
    """
    parts = str(name).split("::")
    if len(parts) == 3:
        last = f".{parts[2].removeprefix('output_')}" if parts[2].startswith("output_") else ""
        name = f"{parts[0]}/{parts[1]}{last}"
    known = getattr(version, "value", version)
    return f"{name}@{known}" if known is not None else str(ref_of(name) or name)


def ArtifactConfig(name: str | None = None, *_: Any, **said: Any) -> Any:  # noqa: N802  ZenML's name
    """What is said of an output: bridge's `Artifact`; nothing where there is no name.

    >>> ArtifactConfig(name="data", tags=["raw"]).tags
    {'raw': ''}
    """
    if name is None:
        return None
    tags = said.get("tags") or {}
    return Artifact(
        name,
        metadata=said.get("run_metadata") or {},
        tags=tags if isinstance(tags, Mapping) else {str(getattr(tag, "name", tag)): "" for tag in tags},
    )


DataArtifactConfig = ModelArtifactConfig = ArtifactConfig


class ExternalArtifact:
    """A value from outside the pipeline, or a version that is there."""

    def __init__(self, value: Any = None, *, name: str | None = None, version: Any = None, id: Any = None, **_: Any):
        self.value, self.asked = value, selector(name or id, version) if name or id else None

    def get(self) -> Any:
        """The value."""
        return self.value if self.asked is None else load(self.asked)


def save_artifact(
    data: Any, name: str, version: Any = None, tags: Any = None, user_metadata: Any = None, **_: Any
) -> Any:
    """Save a value as the next version of a name."""
    from bridge.migrate.zenml.runs import ArtifactVersion

    named = tags if isinstance(tags, Mapping) else {str(tag): "" for tag in tags or ()}
    return ArtifactVersion(save(data, name, tags=named, metadata=user_metadata))


def load_artifact(name_or_id: Any, version: Any = None) -> Any:
    """Load a version.

    Raises:
        KeyError: If there is none.
    """
    try:
        return load(selector(name_or_id, version))
    except LookupError as error:
        raise KeyError(str(error)) from error


def log_metadata(metadata: Mapping[str, Any], artifact_name: str | None = None, artifact_version: Any = None,
                 **said: Any) -> None:  # fmt: skip
    """Add facts to the running step's outputs, or to a version."""
    model = said.get("model_name")
    if model is not None:
        from bridge.models.finding import find

        add_facts(metadata, str(find(current().catalog, selector(model, said.get("model_version"))).version))
    elif artifact_name is not None and (artifact_version is not None or here() is None):
        add_facts(metadata, selector(artifact_name, artifact_version))
    elif said.get("run_id_name_or_prefix") is not None or said.get("step_id") is not None:
        warnings.warn("Facts about runs are not kept: log them as tags of the MLflow run.", UserWarning, stacklevel=2)
    elif said.get("artifact_version_id") is not None:
        add_facts(metadata, selector(said["artifact_version_id"]))
    elif here() is not None:
        add_facts(metadata)
    else:
        raise ValueError("Outside of steps, say of what: log_metadata({…}, artifact_name='data', artifact_version=3).")


def log_artifact_metadata(metadata: Any = None, artifact_name: Any = None, artifact_version: Any = None,
                          **facts: Any) -> None:  # fmt: skip
    """As `log_metadata`, in the order of arguments of any year."""
    if isinstance(metadata, str):
        metadata, artifact_name = artifact_name, metadata
    log_metadata(metadata if metadata is not None else facts, artifact_name, artifact_version)


def log_model_metadata(metadata: Mapping[str, Any], model_name: Any = None, model_version: Any = None) -> None:
    """Add facts to a model version, or to the running step's outputs, one of which it is."""
    log_metadata(metadata, **({"model_name": model_name, "model_version": model_version} if model_name else {}))


def log_step_metadata(metadata: Mapping[str, Any], *_: Any, **__: Any) -> None:
    """Add facts to the running step's outputs."""
    log_metadata(metadata)


log_model_version_metadata = log_model_metadata


def add_tags(tags: Sequence[str], *_: Any, **__: Any) -> None:
    """Note tags with the running step's outputs."""
    if here() is not None:
        add_facts({"tags": [str(getattr(tag, "name", tag)) for tag in tags]})


def link_artifact_to_model(*_: Any, **__: Any) -> None:
    """Nothing: lineage ties them."""


def show(*_: Any, **__: Any) -> None:
    """Nothing: there is no server of ZenML's; `bridge runs` shows runs."""
