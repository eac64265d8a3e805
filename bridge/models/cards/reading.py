"""A card's facts, read from a workspace."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from bridge.domain.errors import BridgeError, BytesMissingError
from bridge.domain.manifest import FileEntry
from bridge.domain.model import ModelVersion
from bridge.domain.ports import Catalog
from bridge.domain.preview import PNG, Preview
from bridge.domain.selector import Selector
from bridge.domain.version import Version, VersionRef
from bridge.lineage.asking import read_graph
from bridge.models.cards.facts import Card, Figure
from bridge.models.cards.history import history_of
from bridge.models.evaluations import evaluations, steps_with
from bridge.models.finding import data_of, find
from bridge.workspace import Workspace
from bridge.workspace.recorded import run_at, version_at

if TYPE_CHECKING:
    from bridge.models.signing import Checked

LARGEST = 1 << 20
"""Bytes of a picture above which its preview stands for it."""

SIGNATURE = b"\x89PNG\r\n\x1a\n"
"""How every PNG file begins."""


def card(selector: str, workspace: Workspace | None = None) -> Card:
    """Gather what is known of a model version.

    Of values, only the numbers that evaluations left are loaded, and pictures of up to 1 MB; the model is not.

    Args:
        selector: `churn` (the latest that is not archived), `churn@3`, `churn@champion` …
        workspace: Where to look; left out, the default one.

    Raises:
        ModelNotFoundError: If there is no such model version.
        CatalogError: If the catalog cannot be read.
        KeyFileError: If it is signed, and a trusted key cannot be read.

    >>> import bridge
    >>> from bridge.domain.model import ModelVersion
    >>> from bridge.workspace import current
    >>> version = bridge.save({"weights": [1, 2]}, "line")
    >>> current().catalog.put_model(ModelVersion("line", 1, version.ref, version.created, "sklearn"))
    >>> card("line@1").model.selector
    'line@1'
    """
    if workspace is None:
        from bridge.workspace import current

        workspace = current()
    catalog = workspace.catalog
    model = find(catalog, selector)
    version = version_at(catalog, model.version)
    training = data_of(catalog, model)
    found = tuple(evaluations(model, workspace))
    told = [*training, *(ref for one in found for ref in one.data)]
    told += [] if model.details.example is None else [model.details.example]
    data = {ref: facts for ref in dict.fromkeys(told) if (facts := version_at(catalog, ref)) is not None}
    own = Selector(model.version.name, "number", str(model.version.number))
    return Card(
        model=model,
        lineage=read_graph(catalog, own, heading="up"),
        version=version,
        files=_files(catalog, version),
        training=training,
        evaluations=found,
        figures=_figures(workspace, model),
        data=data,
        previews=_previews(catalog, [*([] if version is None else [version]), *data.values()]),
        run=run_at(catalog, model.run_id),
        step=catalog.step(model.step_id) if model.step_id is not None else None,
        history=history_of(model, workspace),
        signatures=_signatures(workspace, model),
    )


def _files(catalog: Catalog, version: Version | None) -> tuple[FileEntry, ...]:
    if version is None or version.digest is None:
        return ()
    try:
        return catalog.manifest(version.digest).files
    except BytesMissingError:
        return ()


def _figures(workspace: Workspace, model: ModelVersion) -> tuple[Figure, ...]:
    """Pictures among what steps made that received the model."""
    catalog = workspace.catalog
    found: dict[VersionRef, tuple[Version, Figure]] = {}
    for step in steps_with(catalog, model):
        for output in step.outputs:
            version = version_at(catalog, output.what) if isinstance(output.what, VersionRef) else None
            if version is None or version.digest is None:
                continue
            preview = catalog.preview(version.digest)
            if preview is not None and preview.media_type == PNG:
                png = _picture(workspace, version.digest) or preview.data
                found[version.ref] = (version, Figure(version.ref, step.task, png))
    ordered = sorted(found.values(), key=lambda one: (-one[0].created.timestamp(), one[0].ref))
    return tuple(figure for _, figure in ordered)


def _picture(workspace: Workspace, digest: str) -> bytes | None:
    """The PNG file that a picture is stored as; None if there is none, or it is large or cannot be read."""
    try:
        manifest = workspace.catalog.manifest(digest)
        file = next((file for file in manifest.files if file.path.endswith(".png") and file.size <= LARGEST), None)
        if file is None:
            return None
        with workspace.store.read(manifest) as source, source.open(file.path) as opened:
            data = opened.read()
    except (BridgeError, OSError):
        return None
    return data if data.startswith(SIGNATURE) else None


def _previews(catalog: Catalog, versions: Iterable[Version]) -> dict[VersionRef, Preview]:
    found = {}
    for version in versions:
        preview = None if version.digest is None else catalog.preview(version.digest)
        if preview is not None:
            found[version.ref] = preview
    return found


def _signatures(workspace: Workspace, model: ModelVersion) -> tuple[Checked, ...]:
    if not workspace.catalog.signatures(model.name, model.number):
        return ()
    from bridge.models.signing import signatures  # a library is loaded for it

    return signatures(model, workspace=workspace)
