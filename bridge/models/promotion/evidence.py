"""What a decision rests on beside its gates, and who makes it."""

from __future__ import annotations

import socket
from typing import Any

from bridge.domain.model import ModelVersion
from bridge.domain.version import VersionRef
from bridge.models.finding import data_of
from bridge.tracking.user import user
from bridge.workspace import Workspace
from bridge.workspace.recorded import version_at


def evidence_of(workspace: Workspace, model: ModelVersion) -> dict[str, Any]:
    """A model version's artifact and the data it was trained on, with their digests."""
    return {
        "artifact": named(workspace, model.version),
        "data": [named(workspace, ref) for ref in data_of(workspace.catalog, model)],
        "uri": model.uri,
        "run": model.run_id,
        "tracking": model.tracking_id,
    }


def named(workspace: Workspace, ref: VersionRef) -> dict[str, Any]:
    """A version's selector and digest; no digest if it was forgotten."""
    version = version_at(workspace.catalog, ref)
    return {"version": str(ref), "digest": None if version is None else version.digest}


def who() -> str:
    """Who runs this process, and where.

    >>> "@" in who()
    True
    """
    return f"{user()}@{socket.gethostname()}"
