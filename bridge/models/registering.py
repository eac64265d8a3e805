"""What the tracker is told of a model that is to be registered, and registering a version that is there already."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bridge.domain.annotations import Model
from bridge.domain.errors import BridgeError, RunNotFoundError
from bridge.domain.model import ModelVersion
from bridge.domain.run import Step
from bridge.domain.version import Version, VersionRef
from bridge.tracking.registry import Registration, Rows
from bridge.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the step that trained a model.

    Args:
        step_id: The step.
        run_id: Its flow run.
        data: Versions that it used.
        rows: First rows of those that it had in its hands.
        unseen: Those of which there are no rows.
        hidden: Those of them whose rows are not to be seen outside the store.
        paths: Where the modules of the user's own classes in the model are found.
    """

    step_id: str | None
    run_id: str | None
    data: tuple[VersionRef, ...] = ()
    rows: tuple[Rows, ...] = ()
    unseen: tuple[Version, ...] = ()
    hidden: frozenset[VersionRef] = frozenset()
    paths: tuple[str, ...] = ()


def register(selector: str, model: Model | str) -> ModelVersion:
    """Register a saved version as the next version of a model, now and in this process.

    A flow does so by itself for what is said to be a model; this is for a version that is there already. What is known
    of the step that made it is found in the catalog.

    Args:
        selector: The version that holds the model: `training/fit@3`.
        model: The registered model's name, or `Model(...)`.

    Raises:
        SelectorError: If the selector cannot be read.
        VersionNotFoundError: If nothing matches.
        NotAModelError: If MLflow cannot keep it.
        TrackingError: If MLflow does not answer.
    """
    from bridge.workspace import current
    from bridge.workspace.registering import register_now

    workspace = current()
    version = workspace.resolve(selector)
    known = known_from_catalog(workspace, version)
    said = Model(model) if isinstance(model, str) else model
    return register_now(workspace, registration(workspace, said, version, known))


def known_from_catalog(workspace: Workspace, version: Version, step: Step | None = None) -> Known:
    """What the catalog knows of the step that made a version: the given one, or else the first.

    Raises:
        BridgeError: If it cannot be read.
    """
    if step is None and version.step_id is not None:
        step = workspace.catalog.step(version.step_id)
    if step is None:
        return Known(version.step_id, version.run_id)
    refs = tuple(dict.fromkeys(one.version for one in step.inputs))
    unseen = tuple(_resolved(workspace, refs))
    hidden = frozenset(one.ref for one in unseen if not is_shown(workspace, one))
    return Known(step.id, step.run_id, data=refs, unseen=unseen, hidden=hidden)


def is_shown(workspace: Workspace, version: Version) -> bool:
    """Whether rows of a version may be seen outside the store, as its preview is; not with `preview=False`."""
    if not workspace.settings.previews or version.digest is None:
        return False
    return workspace.catalog.preview(version.digest) is not None


def registration(workspace: Workspace, model: Model, version: Version, known: Known) -> Registration:
    """What the tracker is told.

    Args:
        workspace: Where the run is recorded.
        model: What is said about the model.
        version: Artifact version that holds it.
        known: What is known of its training.
    """
    return Registration(
        name=model.name,
        version=version,
        step_id=known.step_id,
        run_id=known.run_id,
        description=model.description,
        tags=dict(model.tags),
        licence=model.licence,
        owners=(model.owners,) if isinstance(model.owners, str) else tuple(model.owners),
        intended_use=model.intended_use,
        data=known.data,
        rows=known.rows,
        unseen=known.unseen,
        hidden=known.hidden,
        code=_code_of(workspace, known.run_id),
        paths=known.paths,
    )


def _resolved(workspace: Workspace, refs: tuple[VersionRef, ...]) -> Iterator[Version]:
    for ref in refs:
        try:
            yield workspace.resolve(str(ref))
        except BridgeError:  # forgotten meanwhile
            continue


def _code_of(workspace: Workspace, run_id: str | None) -> Mapping[str, Any]:
    try:
        return workspace.catalog.run(run_id).code if run_id is not None else {}
    except RunNotFoundError:
        return {}
