"""Which versions a run used and made, for the tracker."""

from __future__ import annotations

from collections.abc import Iterator

from bridge.domain.dataset import Dataset, is_data
from bridge.domain.ports import Catalog
from bridge.domain.run import Step
from bridge.domain.version import VersionRef
from bridge.workspace.recorded import version_at

MOST = 100
"""Data sets that a run is shown with."""

MOST_LOOKED_AT = 1000


def datasets_of(catalog: Catalog, run_id: str, *, store: str) -> tuple[Dataset, ...]:
    """The data sets of a flow run or of a task run: what it found there first, then what it made.

    What the run itself made is an output, also where a later step of it used it.

    Args:
        catalog: Where the run is recorded.
        run_id: The flow run's id, or the task run's.
        store: Where the bytes are, without a password.

    Raises:
        CatalogError: If the catalog cannot be read.
    """
    steps = catalog.steps(run_id)
    if not steps:
        alone = catalog.step(run_id)
        steps = [] if alone is None else [alone]
    made = list(dict.fromkeys(_made(steps)))
    found = dict.fromkeys(one.version for step in steps for one in step.inputs)
    for ref in made:
        found.pop(ref, None)
    wanted = [*((ref, "input") for ref in found), *((ref, "output") for ref in made)]
    datasets: list[Dataset] = []
    for ref, role in wanted[:MOST_LOOKED_AT]:
        version = version_at(catalog, ref)
        if version is not None and is_data(version):
            datasets.append(Dataset(version, "input" if role == "input" else "output", store))
            if len(datasets) == MOST:
                break
    return tuple(datasets)


def _made(steps: list[Step]) -> Iterator[VersionRef]:
    for step in steps:
        for output in step.outputs:
            if isinstance(output.what, VersionRef):
                yield output.what
