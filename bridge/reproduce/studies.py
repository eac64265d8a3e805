"""Seeds that a run's studies drew, so that they draw the same when it is run again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bridge.domain.errors import BridgeError
from bridge.domain.naming import STUDIES
from bridge.domain.run import Step
from bridge.domain.version import VersionRef
from bridge.workspace import Workspace


def seeds_of(workspace: Workspace, steps: Iterable[Step]) -> Mapping[str, int]:
    """The seed of each study that a run recorded, by the study's name.

    Args:
        workspace: Where the run is recorded.
        steps: Its steps.
    """
    refs = [output.what for step in steps for output in step.outputs]
    last = {ref.name: ref for ref in refs if isinstance(ref, VersionRef) and ref.name.startswith(STUDIES)}
    there = workspace.catalog.versions_of(last.values())
    seeds: dict[str, int] = {}
    for ref, version in there.items():
        if version.format != "json":
            continue  # a page or a plot of it
        try:
            record = workspace.load(str(ref))[1]
            seeds[record["study"]] = int(record["seed"])
        except (BridgeError, KeyError, TypeError, ValueError):
            continue  # not a study's record, or one that is gone: it draws anew, and what it found is compared
    return seeds
