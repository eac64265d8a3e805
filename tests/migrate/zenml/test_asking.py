"""What programs ask of the client, the stack and the names that are not there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import bridge
from bridge import flow, task
from bridge.domain.migration_errors import NotInStandInError
from bridge.workspace import current
from tests.migrate.zenml.programs import run

TRACKED = """
from bridge.migrate import zenml
from zenml.client import Client
from zenml.integrations.mlflow.mlflow_utils import get_tracking_uri

print(Client().active_stack.experiment_tracker.get_tracking_uri())
print(get_tracking_uri())
"""


def test_the_tracker_says_where_runs_are_tracked_before_anything_has_run(bridge_home: Path, tmp_path: Path) -> None:
    root = str(Path(bridge.__file__).parent.parent)
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {root!r}){TRACKED}"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert done.stdout.split() == [current().tracker.uri] * 2, done.stderr


def test_nothing_is_an_instance_of_what_is_not_there_and_nothing_is_found_on_it(zenml: None) -> None:
    from zenml.client import Client
    from zenml.zen_stores.rest_zen_store import RestZenStore

    assert not isinstance(Client().zen_store, RestZenStore)
    assert not isinstance(Client, (RestZenStore, str)) and not issubclass(Client, RestZenStore)
    assert not hasattr(Client(), "shape") and not hasattr(RestZenStore, "shape")
    with pytest.raises(NotInStandInError, match="list_stacks"):
        Client().list_stacks()


def test_a_client_of_the_module_is_no_trouble_for_the_pipeline_that_uses_it(hosted: None, tmp_path: Path) -> None:
    run(
        tmp_path,
        """
        from zenml import pipeline, step
        from zenml.client import Client

        client = Client()


        @step
        def asking() -> str:
            return type(client).__name__


        @pipeline
        def asked():
            asking()


        asked()
        """,
    )
    assert bridge.load("asked/asking") == "Client"


def test_tasks_that_were_rewritten_get_the_value_of_what_the_client_gives_too(hosted: None) -> None:
    from zenml import save_artifact
    from zenml.client import Client

    client = Client()

    @task
    def numbers() -> list[int]:
        return [1, 2]

    @task
    def total(values: list[int], more: list[int]) -> int:
        return sum(values) + sum(more)

    @flow
    def making() -> None:
        numbers()

    @flow
    def adding(name: str) -> tuple[int, int]:
        made, saved = client.get_artifact_version(name), client.get_artifact_version("zen-by-hand")
        return total(made, saved), total.submit(made, saved).result()

    making()
    save_artifact([3], "zen-by-hand")
    assert adding("making::numbers::output") == (6, 6)
    (run,) = current().catalog.runs(flow="adding")
    used = {(one.slot, str(one.version)) for step in current().catalog.steps(run.id) for one in step.inputs}
    assert {("values", "making/numbers@1"), ("more", "zen-by-hand@1")} <= used
