"""A registry whose versions were evaluated, recorded without Prefect and MLflow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from bridge.domain.model import ModelDetails, ModelVersion
from bridge.domain.run import Input, Output, Step
from bridge.domain.version import VersionRef
from bridge.workspace import Workspace, current


@dataclass
class Told:
    """Stands for the tracker: what it was told."""

    aliases: list[tuple[str, str, int | None]] = field(default_factory=list)
    error: Exception | None = None
    uri: str = "none"
    is_watched: bool = False

    def set_model_alias(self, name: str, alias: str, number: int | None) -> None:
        if self.error is not None:
            raise self.error
        self.aliases.append((name, alias, number))

    def flush(self, timeout: float) -> bool:
        return True

    def close(self, timeout: float) -> None:
        return None


class Lab:
    """Makes data, model versions and evaluations."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace, self.told = workspace, Told()
        workspace.tracker.close(0)
        workspace.tracker = self.told  # type: ignore[assignment]
        self._steps = count()

    def data(self, name: str, content: Any) -> VersionRef:
        return self.workspace.save(content, name).ref

    def model(
        self,
        name: str,
        number: int,
        *,
        tags: Mapping[str, str] | None = None,
        data: Sequence[VersionRef] = (),
        archived: datetime | None = None,
    ) -> ModelVersion:
        ref = self.workspace.save({"weights": [number] * 3}, f"{name}-artifact").ref
        made = ModelVersion(
            name,
            number,
            ref,
            datetime.now(timezone.utc),
            "sklearn",
            tags=tags or {},
            details=ModelDetails(data=tuple(data)),
            archived=archived,
        )
        self.workspace.catalog.put_model(made)
        return made

    def evaluate(self, model: ModelVersion, metrics: Mapping[str, Any], *data: VersionRef) -> None:
        at = datetime.now(timezone.utc) + timedelta(seconds=next(self._steps))
        saved = self.workspace.put_value(dict(metrics), "evaluation", where="the test")
        step = Step(
            id=f"evaluate-{model.selector}-{next(self._steps)}",
            task="evaluate",
            name="evaluate-0",
            state="Completed",
            started=at,
            ended=at,
            inputs=tuple(Input(f"x{i}", ref, "identity") for i, ref in enumerate((model.version, *data))),
            outputs=(Output("", saved),),
        )
        self.workspace.record_step(step)


@pytest.fixture()
def lab(bridge_home: Path) -> Lab:
    return Lab(current())


@pytest.fixture()
def held_out(lab: Lab) -> VersionRef:
    return lab.data("held-out", [[2.0], [3.0]])


@pytest.fixture()
def churn(lab: Lab, held_out: VersionRef) -> list[ModelVersion]:
    """Four versions with accuracies of 0.8, 0.85, 0.9 and 0.7 on held-out@1."""
    found = [lab.model("churn", number) for number in (1, 2, 3, 4)]
    for model, accuracy in zip(found, (0.8, 0.85, 0.9, 0.7), strict=True):
        lab.evaluate(model, {"accuracy": accuracy, "loss": 1 - accuracy}, held_out)
    return found
