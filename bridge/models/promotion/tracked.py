"""Aliases that somebody moved with MLflow itself, past the log of decisions."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import replace

from bridge.domain.decision import ModelAlias
from bridge.domain.errors import BridgeError
from bridge.models.promotion.audit import Audit, Fault
from bridge.tracking import NullTracker, asked, read_aliases
from bridge.workspace import Workspace

ON_ITS_WAY = 2.0
"""Seconds after which what differs is looked at again."""


def with_tracker(audit: Audit, workspace: Workspace, patience: float) -> Audit:
    """What was found in the catalog, with what the tracker has other than it.

    Args:
        audit: Of the catalog.
        workspace: Its workspace.
        patience: Seconds to wait for the tracker.
    """
    aliases = workspace.catalog.model_aliases()
    uri = workspace.tracker.uri
    if not aliases or uri == NullTracker.uri:
        return audit
    workspace.tracker.flush(patience)
    models = sorted({one.model for one in aliases})
    try:
        faults = set(_moved(aliases, asked(lambda: read_aliases(uri, models), patience)))
        if faults:  # a decision of this moment may be on its way to MLflow
            time.sleep(ON_ITS_WAY)
            aliases = workspace.catalog.model_aliases()
            faults &= set(_moved(aliases, asked(lambda: read_aliases(uri, models), patience)))
    except (BridgeError, ImportError, TimeoutError) as error:
        return replace(audit, tracker=f"The aliases in MLflow were not compared: {error}")
    return replace(audit, faults=audit.faults + tuple(sorted(faults, key=str)), tracker="differs" if faults else "same")


def _moved(aliases: list[ModelAlias], there: Mapping[tuple[str, str], int]) -> Iterator[Fault]:
    for one in aliases:
        at = there.get((one.model, one.alias))
        if at != one.number:
            said = f"it set {one.model}@{one.alias} to {one.number}, and in MLflow it is at {at or 'none'}"
            yield Fault(one.decision, f"{said} (bridge sync sets it there again)")
