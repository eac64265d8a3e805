from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from mlflow.entities import Run
from mlflow.tracking import MlflowClient

from bridge.workspace import Workspace
from tests.flows.conftest import Script, script, workspace

__all__ = ["NewRuns", "Script", "metrics_of", "mlflow_remarks", "new_runs", "script", "workspace"]

mlflow_remarks = [
    # MLflow 3.17.2 (`noload`) and Prefect's models (`operator_classes`), which MLflow configures, on SQLAlchemy 2.1.
    pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SADeprecationWarning"),
    pytest.mark.filterwarnings("ignore:Operation with range is deprecated"),  # MLflow 3.17.2 on pandas 3
    pytest.mark.filterwarnings("ignore:.*type hint is inferred as AnyType:UserWarning"),
]
"""What MLflow's own code warns of, for `pytestmark`."""

NewRuns = Callable[[], dict[str, Run]]


@pytest.fixture(autouse=True)
def _own_settings_of_autologging() -> Iterator[None]:
    """MLflow's settings of autologging are the process's: a library turned off by a test stays off for `autolog()`."""
    module = sys.modules.get("mlflow.utils.autologging_utils")
    before = {name: dict(config) for name, config in module.AUTOLOGGING_INTEGRATIONS.items()} if module else {}
    yield
    module = sys.modules.get("mlflow.utils.autologging_utils")
    if module:
        for name in list(module.AUTOLOGGING_INTEGRATIONS):
            module.AUTOLOGGING_INTEGRATIONS[name] = before.get(name, {})


def metrics_of(run: Run) -> dict[str, float]:
    return dict(run.data.metrics)


def every_run(client: Any) -> list[Run]:
    experiments = [found.experiment_id for found in client.search_experiments()]
    return list(client.search_runs(experiments, max_results=1000))


def _name_of(run: Run) -> str:
    tags = run.data.tags
    name: str = tags.get("bridge.flow") or tags.get("bridge.task_run_id") or run.info.run_name
    return name.replace("-", "_")


@pytest.fixture()
def new_runs(workspace: Workspace) -> NewRuns:
    """MLflow's runs since the test began: by their flow's function, else by the task run's id or their own name."""
    workspace.tracker.flush(60)
    client = MlflowClient()
    known = {run.info.run_id for run in every_run(client)}

    def find() -> dict[str, Run]:
        fresh = [run for run in every_run(client) if run.info.run_id not in known]
        by_name = {_name_of(run): run for run in fresh}
        assert len(by_name) == len(fresh), f"more runs than names: {[run.info.run_name for run in fresh]}"
        return by_name

    return find
