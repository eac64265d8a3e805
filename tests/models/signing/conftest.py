"""Two registered models in a workspace, and keys."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

import bridge
from bridge.domain.model import ModelDetails, ModelVersion
from bridge.models.signing import PublicKey, make_key
from bridge.workspace import Workspace, current


@dataclass(frozen=True)
class Keys:
    """A key whose owner is trusted, and one of somebody else."""

    ann: Path
    bob: Path
    public: PublicKey

    @property
    def ann_pub(self) -> Path:
        return self.ann.with_name(f"{self.ann.name}.pub")

    @property
    def bob_pub(self) -> Path:
        return self.bob.with_name(f"{self.bob.name}.pub")


@pytest.fixture()
def keys(tmp_path: Path) -> Keys:
    ann, bob = tmp_path / "ann.key", tmp_path / "bob.key"
    public = make_key(ann)
    make_key(bob)
    return Keys(ann, bob, public)


@pytest.fixture()
def models(bridge_home: Path) -> Workspace:
    """churn@1, large enough for a file of its own, and churn@2, small enough to be kept in the catalog."""
    workspace = current()
    data = bridge.save(list(range(2000)), "churn-data")
    for number, value in ((1, {"weights": list(range(3000))}), (2, {"weights": [1]})):
        version = bridge.save(value, "train")
        details = ModelDetails(
            description="Leaves soon.", owners=("ann",), data=(data.ref,), signature={"inputs": "[]"}
        )
        model = ModelVersion("churn", number, version.ref, version.created, "sklearn", details=details)
        workspace.catalog.put_model(model)
    return workspace
