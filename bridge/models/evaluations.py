"""What steps found out about a model: the numbers they returned, and the data they used."""

from __future__ import annotations

from collections.abc import Iterator

from bridge.domain.errors import BridgeError
from bridge.domain.measures import numbers
from bridge.domain.model import Evaluation, ModelVersion
from bridge.domain.ports import Catalog
from bridge.domain.run import Step
from bridge.domain.version import VersionRef
from bridge.workspace import Workspace

LARGEST = 1 << 20
"""Bytes of an output above which it is not looked at for numbers."""


def evaluations(model: ModelVersion, workspace: Workspace | None = None) -> list[Evaluation]:
    """Every evaluation of a model version, the latest first.

    An evaluation is a step that received the model's artifact version and returned a mapping with numbers in it: what
    `Metrics()` is for, though it need not be said. What else the step received is the data it was evaluated on.

    Args:
        model: The model version.
        workspace: Where to look; left out, the default one.

    Raises:
        CatalogError: If the catalog cannot be read.
    """
    if workspace is None:
        from bridge.workspace import current

        workspace = current()
    found: list[Evaluation] = []
    for step in steps_with(workspace.catalog, model):
        found += _of_step(workspace, step, model.version)
    return sorted(found, key=lambda one: one.created, reverse=True)


def steps_with(catalog: Catalog, model: ModelVersion) -> Iterator[Step]:
    """Every step that received the model's artifact version, once."""
    edges = catalog.edges_of_version(model.version)
    for step_id in dict.fromkeys(edge.step_id for edge in edges if edge.direction == "input"):
        step = catalog.step(step_id)
        if step is not None:
            yield step


def _of_step(workspace: Workspace, step: Step, model: VersionRef) -> list[Evaluation]:
    data = tuple(dict.fromkeys(one.version for one in step.inputs if one.version != model))
    found = []
    for output in step.outputs:
        if not isinstance(output.what, VersionRef):
            continue
        metrics = _metrics(workspace, output.what)
        if metrics:
            found.append(Evaluation(metrics, output.what, step.id, step.run_id, data, step.ended))
    return found


def _metrics(workspace: Workspace, ref: VersionRef) -> dict[str, float]:
    try:
        version = workspace.resolve(str(ref))
        if version.size > LARGEST or version.type not in {"dict", "builtins.dict"}:
            return {}
        return numbers(workspace.load_version(version))
    except BridgeError:  # forgotten, or its bytes are gone: it is evidence no more
        return {}
