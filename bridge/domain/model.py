"""A registered model version, and what is known of how well it does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bridge.domain.version import VersionRef


@dataclass(frozen=True, slots=True)
class ModelDetails:
    """What is only shown of a model version, or needed to check and rebuild it.

    Args:
        description: What it is.
        licence: Under which it may be used; an SPDX identifier, if there is one.
        owners: Who answers for it.
        intended_use: What it is for, in its maker's words.
        data: Versions that the step which trained it used.
        requirements: Packages that it needs, `name==version`.
        signature: Types of its inputs and outputs, as MLflow writes them; empty if they are not known.
        no_signature: Why they are not known.
        example: Version of the data from which its input example was taken.
        code: Where the code of its run came from, as in `Run.code`.
        environment: Python, operating system and processor.
    """

    description: str | None = None
    licence: str | None = None
    owners: tuple[str, ...] = ()
    intended_use: str | None = None
    data: tuple[VersionRef, ...] = ()
    requirements: tuple[str, ...] = ()
    signature: Mapping[str, Any] = field(default_factory=dict)
    no_signature: str = ""
    example: VersionRef | None = None
    code: Mapping[str, Any] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)


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
        details: What is only shown of it.
        archived: UTC; None if it is in use or may come to be.
        aliases: Aliases of the model that point at this version; set by promotion.
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
    details: ModelDetails = field(default_factory=ModelDetails)
    archived: datetime | None = None
    aliases: tuple[str, ...] = ()

    @property
    def selector(self) -> str:
        """What a person types: `churn@3`."""
        return f"{self.name}@{self.number}"


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Numbers that a step found out about a model.

    Args:
        metrics: Numbers by dotted name.
        version: Artifact version that holds them.
        step_id: The step.
        run_id: Its flow run.
        data: The other versions that the step used: what the model was evaluated on.
        created: UTC.
    """

    metrics: Mapping[str, float]
    version: VersionRef
    step_id: str
    run_id: str | None
    data: tuple[VersionRef, ...]
    created: datetime
