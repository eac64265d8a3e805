"""What is still being written to Prefect when a script ends."""

from __future__ import annotations

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterKey

from tests.flows.conftest import Script

STUDY = """
import time
from bridge import flow, tune
from bridge.flows import artifacts

create = artifacts.create

def late(*given):
    time.sleep({seconds})
    return create(*given)

artifacts.create = late

@flow
def short():
    tune(lambda trial: trial.suggest_float("x", 0, 1), n_trials=2, study_name="{name}")

short()
"""


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [0.4, 1.4, 2.6])
def test_the_page_of_a_study_that_is_written_late_costs_no_words(script: Script, seconds: float) -> None:
    """Before Prefect's threads end, between, and after them."""
    name = f"late-{seconds}".replace(".", "-")
    code, _, err = script.run(STUDY.format(seconds=seconds, name=name))
    assert code == 0, err
    assert "Traceback" not in err
    assert "Error emitting" not in err
    with get_client(sync_client=True) as client:
        found = client.read_artifacts(
            artifact_filter=ArtifactFilter(key=ArtifactFilterKey(any_=[f"study-{name}-progress"]))
        )
    assert len(found) == 1
