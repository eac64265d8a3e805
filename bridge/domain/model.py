"""A registered model version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bridge.domain.version import VersionRef


@dataclass(frozen=True, slots=True)
class ModelVersion:
    """A version of a registered model, tied to the artifact version that holds its bytes.

    Args:
        name: Registered model's name.
        number: The registry's version number.
        version: Artifact version that was registered.
        created: UTC.
        flavour: MLflow flavour it was logged with (`sklearn`, …).
        step_id: Step that trained it.
        run_id: Flow run of that step.
        tracking_id: The tracker's run id.
        uri: What loads it back, `models:/churn/1`.
        tags: The registry's tags.
    """

    name: str
    number: int
    version: VersionRef
    created: datetime
    flavour: str
    step_id: str | None = None
    run_id: str | None = None
    tracking_id: str | None = None
    uri: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
