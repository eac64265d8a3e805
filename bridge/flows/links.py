"""Links between a run's page in Prefect and its page in the tracker."""

from __future__ import annotations

import threading
from typing import Any
from uuid import UUID

from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import ArtifactCreate
from prefect.settings import PREFECT_API_URL
from prefect.utilities.slugify import slugify
from prefect.utilities.urls import url_for

from bridge.flows import artifacts, ending
from bridge.workspace import guarded
from bridge.workspace.addresses import run_address

PATIENCE = 2.0
"""Seconds that the end of the process waits for a link that is being made."""


def tags_of_flow(flow_run_id: str, name: str) -> dict[str, str]:
    """What the tracker's run says of the flow run: its page, if Prefect has pages, also as the run's description."""
    url = url_for("flow-run", obj_id=flow_run_id)
    page = f"[{name} in Prefect]({url})" if url else f"Prefect flow run {name}"
    note = {"mlflow.note.content": f"{page} · `bridge runs show {name}`"}
    return {**note, "prefect.flow_run_url": url} if url else note


def tags_of_task(task_run_id: str, name: str) -> dict[str, str]:
    """The same for a task run's own run."""
    url = url_for("task-run", obj_id=task_run_id)
    if not url:
        return {}
    return {"mlflow.note.content": f"[{name} in Prefect]({url})", "prefect.task_run_url": url}


def link_to_tracker(tracker: Any, flow_run_id: str, flow: str, name: str) -> None:
    """Put a link to the tracker's run on the page of a flow run, once it has begun; off the flow's path.

    Nothing where either side has no server: the page's log says how to look then (`bridge.flows.page`).
    """
    uri = tracker.uri
    if run_address(uri, "") is None or not PREFECT_API_URL.value():
        return
    known: list[str] = []
    begun = threading.Event()

    def heard(tracking_id: str | None) -> None:
        known.extend([tracking_id] if tracking_id else [])
        begun.set()

    def make() -> None:
        begun.wait()
        if known:
            url = str(run_address(uri, known[0]))
            guarded("linking to the tracker", lambda: _create(flow_run_id, flow, name, url), on_error="warn")

    thread = threading.Thread(target=make, name="bridge-link", daemon=True)
    ending.wait_for(thread, PATIENCE, once=begun)
    tracker.when_begun(flow_run_id, heard)
    thread.start()


def _create(flow_run_id: str, flow: str, name: str, url: str) -> None:
    artifact = ArtifactCreate(
        key=f"mlflow-{slugify(flow)}"[:255],
        type="markdown",
        description=f"MLflow run of {name}",
        data=f"[{name} in MLflow]({url})",
        flow_run_id=UUID(flow_run_id),
    )
    with get_client(sync_client=True) as client:
        artifacts.create(client, artifact)
