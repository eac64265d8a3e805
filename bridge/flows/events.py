"""Prefect events of what bridge did: an automation can start a deployment from them.

| event | when | resource |
|---|---|---|
| `bridge.model.registered` | a model version is in the registry | `bridge.model.<name>` |
| `bridge.model.promoted` | an alias has moved to it | `bridge.model.<name>` |
| `bridge.model.rolled_back` | an alias has gone back to it | `bridge.model.<name>` |
| `bridge.model.demoted` | an alias was taken from it | `bridge.model.<name>` |
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

from prefect.client.orchestration import get_client
from prefect.events import Event, emit_event
from prefect.events.worker import EventsWorker

from bridge.domain.model import ModelVersion
from bridge.flows import ending
from bridge.workspace import guarded

SENDING = 10.0
"""Seconds that a script waits for its events to be sent."""


def of_model(event: str, model: ModelVersion, *, flow_run_id: str | None = None, **payload: Any) -> None:
    """Emit an event about a model version; an error in that costs a warning.

    Args:
        event: Its name.
        model: The model version, which is the event's resource: labels `bridge.model.name`, `.version`, `.uri`; and
            `.alias`, if the payload has one.
        flow_run_id: Flow run in which it came about, as a related resource.
        payload: What else an automation may want to know.
    """
    resource = {
        "prefect.resource.id": f"bridge.model.{model.name}",
        "prefect.resource.name": model.selector,
        "bridge.model.name": model.name,
        "bridge.model.version": str(model.number),
        "bridge.model.uri": model.uri,
    }
    if "alias" in payload:
        resource["bridge.model.alias"] = str(payload["alias"])  # automations match labels, not payloads
    facts = {"model": model.name, "version": model.number, "uri": model.uri, "artifact": str(model.version)}
    guarded(
        f"emitting {event}",
        lambda: _emit(event, resource, flow_run_id, {**facts, **payload}),
        on_error="warn",
        topic="events",
    )


def sent(timeout: float = SENDING) -> None:
    """Wait a while until what was emitted is sent: a process that ends at once would say that it was not."""
    waiting = threading.Thread(target=EventsWorker.instance().wait_until_empty, daemon=True)
    waiting.start()
    waiting.join(timeout)


def _emit(event: str, resource: Mapping[str, str], flow_run_id: str | None, payload: Mapping[str, Any]) -> None:
    related = (
        []
        if flow_run_id is None
        else [{"prefect.resource.id": f"prefect.flow-run.{flow_run_id}", "prefect.resource.role": "flow-run"}]
    )
    facts = {"resource": dict(resource), "related": related, "payload": dict(payload)}
    if not ending.has_begun():
        emit_event(event, **facts)  # type: ignore[arg-type]  # of one type as values of a dict
    else:
        _post(Event.model_validate({"event": event, "occurred": datetime.now(timezone.utc), **facts}))


def _post(event: Event) -> None:
    """Send an event after the end of the script, where Prefect can no longer start the thread that sends them."""
    with get_client(sync_client=True) as client:
        client._client.post("/events", json=[event.model_dump(mode="json")]).raise_for_status()
