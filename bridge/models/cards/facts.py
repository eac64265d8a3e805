"""What is known of a model version, gathered to be read by people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bridge.domain.manifest import FileEntry
from bridge.domain.model import Evaluation, ModelVersion
from bridge.domain.preview import Preview
from bridge.domain.run import Run, Step
from bridge.domain.version import Version, VersionRef
from bridge.lineage.graph import Graph
from bridge.models.cards.history import Happening

if TYPE_CHECKING:
    from bridge.models.signing import Checked


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture that a step made with the model.

    Args:
        version: The artifact version.
        task: The step's task.
        png: The picture; in small, if it is large.
    """

    version: VersionRef
    task: str
    png: bytes


@dataclass(frozen=True, slots=True)
class Card:
    """A model version with everything that a reader may want to know of it; nothing but recorded facts.

    Args:
        model: The model version.
        lineage: What its artifact version was made from.
        version: Its artifact version; None if that is not known any more.
        files: Files of that version.
        training: Versions that the step which trained it used.
        evaluations: What steps found out about it, the latest first.
        figures: Pictures that these steps made, the latest first.
        data: Facts of the versions that were trained or evaluated on, as far as they are not forgotten.
        previews: What can be shown of them, and of the model itself.
        run: Flow run in which it was trained.
        step: Step that trained it.
        history: What was decided about its aliases, the latest first.
        signatures: Whose word there is for it; held against the catalog, the bytes were not read.
    """

    model: ModelVersion
    lineage: Graph
    version: Version | None = None
    files: tuple[FileEntry, ...] = ()
    training: tuple[VersionRef, ...] = ()
    evaluations: tuple[Evaluation, ...] = ()
    figures: tuple[Figure, ...] = ()
    data: Mapping[VersionRef, Version] = field(default_factory=dict)
    previews: Mapping[VersionRef, Preview] = field(default_factory=dict)
    run: Run | None = None
    step: Step | None = None
    history: tuple[Happening, ...] = ()
    signatures: tuple[Checked, ...] = ()
