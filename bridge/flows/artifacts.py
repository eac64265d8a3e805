"""Prefect's artifacts, written by threads of bridge's, at whatever moment."""

from __future__ import annotations

from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.actions import ArtifactCreate, ArtifactUpdate

from bridge.flows import ending


def create(client: SyncPrefectClient, artifact: ArtifactCreate) -> UUID:
    """Make an artifact; its id."""
    if not ending.has_begun():
        return client.create_artifact(artifact).id
    answer = client.request("POST", "/artifacts/", json=artifact.model_dump(mode="json", exclude_unset=True))
    return UUID(answer.json()["id"])


def update(client: SyncPrefectClient, id: UUID, artifact: ArtifactUpdate) -> None:
    """Write an artifact anew."""
    if not ending.has_begun():
        client.update_artifact(id, artifact)
        return
    changed = artifact.model_dump(mode="json", exclude_unset=True)
    client.request("PATCH", "/artifacts/{id}", json=changed, path_params={"id": id})
