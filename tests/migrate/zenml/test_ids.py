"""Ids of versions, which are given to pipelines as parameters."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

import bridge
from bridge.domain.errors import SelectorError
from tests.migrate.zenml.programs import run


def test_a_pipeline_takes_a_version_by_its_id(hosted: None, tmp_path: Path) -> None:
    names = run(
        tmp_path,
        """
        from typing import Optional
        from uuid import UUID

        from zenml import pipeline, step
        from zenml.client import Client

        client = Client()


        @step
        def made(n: int) -> list:
            return [n, n + 1]


        @step
        def total(values: list) -> int:
            return sum(values)


        @pipeline
        def making(n: int):
            made(n)


        @pipeline
        def training(dataset_id: Optional[UUID] = None):
            total(values=client.get_artifact_version(name_id_or_prefix=dataset_id))


        making(1)
        first = client.get_artifact_version("making::made::output")
        making(2)
        training(dataset_id=first.id)
        """,
    )
    assert bridge.load("training/total") == 3
    first, client = names["first"], names["client"]
    assert isinstance(first.id, UUID)
    assert client.get_artifact_version(first.id).version == client.get_artifact_version(str(first.id)).version == "1"


def test_a_pipeline_gets_a_version_as_it_is_and_its_steps_the_value(hosted: None) -> None:
    from zenml import pipeline, save_artifact, step
    from zenml.client import Client

    @step
    def total(values: list, times: int) -> int:
        return sum(values) * times

    @pipeline
    def totals(first: Any, second: Any) -> None:
        total(first, len(second.load()))

    save_artifact([1, 2], "zen-numbers")
    made = Client().get_artifact_version("zen-numbers")
    totals(made, second=made)
    assert bridge.load("totals/total") == 6


def test_whatever_takes_a_name_takes_an_id(zenml: None) -> None:
    from zenml import ExternalArtifact, load_artifact, log_metadata, save_artifact
    from zenml.client import Client

    first = save_artifact([1, 2], "zen-numbers")
    second = save_artifact([1, 2, 3], "zen-numbers")
    assert first.id != second.id
    assert load_artifact(first.id) == load_artifact(str(first.id)) == ExternalArtifact(id=first.id).get() == [1, 2]
    log_metadata({"rows": 2}, artifact_version_id=first.id)
    found = Client().get_artifact_version(first.id)
    assert (found.id, found.run_metadata["rows"]) == (first.id, 2)
    assert "rows" not in Client().get_artifact_version("zen-numbers").run_metadata
    with pytest.raises(KeyError, match="No version matches"):
        Client().get_artifact_version(uuid4())


def test_bridge_itself_loads_what_the_stand_in_gave_an_id_of_and_no_other(zenml: None) -> None:
    from zenml import save_artifact

    made = save_artifact([1, 2], "zen-numbers")
    assert bridge.load(pickle.loads(pickle.dumps(made.id))) == [1, 2]
    with pytest.raises(SelectorError, match="of type UUID, not a text"):
        bridge.load(uuid4())  # type: ignore[arg-type]  # what a pipeline of ZenML's has
