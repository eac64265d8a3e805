"""What a catalog must do, by what its facts are about."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from bridge.domain.arrival import Arrival, Arrived
from bridge.domain.keeping import Reason, Standing
from bridge.domain.manifest import Manifest
from bridge.domain.model import ModelVersion
from bridge.domain.ports.documents import DocumentCatalog, ResultCatalog
from bridge.domain.ports.journals import JournalCatalog
from bridge.domain.ports.many import ManyCatalog
from bridge.domain.ports.promotion import PromotionCatalog
from bridge.domain.ports.signatures import SignatureCatalog
from bridge.domain.preview import Preview
from bridge.domain.run import Run, Saved, Step
from bridge.domain.selector import Selector
from bridge.domain.version import Edge, Version, VersionRef


class RunCatalog(Protocol):
    """Facts about runs and steps.

    Promises: each call is one transaction; recording the same run or step again changes what changed and doubles
    nothing; version numbers of a name count 1, 2, 3 … without gaps, whatever the number of writers; a value whose
    digest is the name's latest makes no new version. Safe for threads and processes. Errors are `CatalogError`.
    """

    def put_run(self, run: Run) -> None:
        """Record a run, or what is new about it."""

    def put_step(self, step: Step) -> tuple[Version, ...]:
        """Record a step with its edges; return the versions of its outputs, in order."""

    def save(self, saved: Saved, *, step_id: str | None, run_id: str | None) -> Version:
        """Record a version saved by hand, tied to the step as an output (`saved`), if there is one."""

    def withdraw(self, step_id: str, state: str) -> list[VersionRef]:
        """Take back the versions that a step made, which then match no selector, and give it another state."""

    def tie_run(self, run_id: str, tracking_id: str, tracking_uri: str) -> bool:
        """Note the tracker's id of a run; touches nothing else of it. False if there is no such run."""

    def runs(self, *, limit: int = 50, flow: str | None = None) -> list[Run]:
        """Runs, the latest first."""

    def unfinished(self) -> list[Run]:
        """Runs that have not ended."""

    def run(self, id_or_name: str) -> Run:
        """A run by id, by the first characters of it, or by name (its latest); raises `RunNotFoundError`."""

    def steps(self, run_id: str) -> list[Step]:
        """Steps of a run, by start; inputs and outputs as references."""

    def step(self, step_id: str) -> Step | None:
        """One step, inputs and outputs as references; None if it is not recorded."""

    def step_of_result(self, result_key: str) -> Step | None:
        """The latest step that was recorded with this result key."""

    def steps_of_task(self, task: str, *, limit: int = 50) -> list[Step]:
        """Steps of a task by its name, the latest first; inputs and outputs as references."""


class VersionCatalog(Protocol):
    """Facts about artifacts and their versions. Promises: as `RunCatalog`; reads see committed facts only."""

    def resolve(self, selector: Selector) -> Version:
        """The version that is meant; raises `VersionNotFoundError` with what there is."""

    def versions(
        self, name: str, *, limit: int | None = None, tags: Mapping[str, str | None] | None = None
    ) -> list[Version]:
        """Versions of a name, the latest first; those with all these tags, None standing for any value."""

    def artifacts(
        self, *, prefix: str = "", limit: int | None = None, tags: Mapping[str, str | None] | None = None
    ) -> list[Version]:
        """The latest version of each name, or the latest with all these tags, ordered by name."""

    def manifest(self, digest: str) -> Manifest:
        """What the store has of a content; raises `BytesMissingError` if it is not known."""

    def recent(self, name: str, *, limit: int) -> list[Manifest]:
        """What the store has of the latest versions of a name, the latest first."""

    def of_digest(self, digest: str, *, run_ids: Sequence[str] = ()) -> Version | None:
        """The latest version with just this digest; with `run_ids`, one that a step of these runs produced."""

    def contents(self, *, forgotten_since: datetime | None = None) -> Iterable[Manifest]:
        """Every content that a version refers to: what is live; with a time, those forgotten since then too."""

    def annotate(self, ref: VersionRef, metadata: Mapping[str, Any]) -> Version:
        """Merge facts into a version's metadata."""

    def preview(self, digest: str) -> Preview | None:
        """What can be shown of a content; None if nothing is kept."""


class LabelCatalog(Protocol):
    """Aliases, each of which is at one version of a name, and tags, of which a version has any number."""

    def set_alias(self, ref: VersionRef, alias: str) -> VersionRef | None:
        """Point an alias of the name at this version; return where it was before."""

    def remove_alias(self, name: str, alias: str) -> VersionRef:
        """Take an alias away; return where it was. Raises `VersionNotFoundError` if there is none."""

    def aliases(self, name: str | None = None) -> list[tuple[str, VersionRef]]:
        """Aliases with where they point, of one name or of all, ordered by name and alias."""

    def tag(self, ref: VersionRef, tags: Mapping[str, str | None]) -> Version:
        """Set tags of a version; None removes one. Returns the version as it is then."""


class LineageCatalog(Protocol):
    """Edges between steps and versions."""

    def edges_of_step(self, step_id: str) -> list[Edge]:
        """Edges of a step, inputs first."""

    def edges_of_version(self, ref: VersionRef) -> list[Edge]:
        """Edges of a version, outputs (who made it) first."""

    def ancestors(self, ref: VersionRef, *, depth: int | None = None) -> list[Edge]:
        """Every edge on the way back from a version, forgotten or not, to its sources."""

    def descendants(self, ref: VersionRef, *, depth: int | None = None) -> list[Edge]:
        """Every edge on the way from a version, forgotten or not, to what was made from it."""


class ModelCatalog(Protocol):
    """Which registered model version is which artifact version.

    Promises: each call is one transaction, and those that change a model version wait for each other; a deleted one is
    neither found nor counted as a reason to keep its artifact version. What is changed must be there:
    `ModelNotFoundError` says what is.
    """

    def put_model(self, model: ModelVersion) -> None:
        """Record a registered model version."""

    def models(self, name: str | None = None) -> list[ModelVersion]:
        """Registered model versions, the latest first; archived ones too."""

    def amend_model(
        self, name: str, number: int, *, details: Mapping[str, Any], tags: Mapping[str, str | None]
    ) -> ModelVersion:
        """Change fields of a model version's details, and its tags, None removing one; return what it is then."""

    def archive_model(self, name: str, number: int, archived: datetime | None) -> ModelVersion:
        """Note since when a model version is archived, or that it is not; `ModelInUseError` if an alias is at it."""

    def delete_model(self, name: str, number: int) -> None:
        """Forget a model version; `ModelInUseError` if an alias is at it."""


class ArrivalCatalog(Protocol):
    """Facts that come from another workspace.

    Promises: each call is one transaction; what is there is added to and never changed; doing it again adds nothing. A
    content keeps its origin until this workspace writes it itself, whatever is said of its versions.
    """

    def receive(self, arrivals: Sequence[Arrival], *, dry_run: bool = False) -> list[Arrived]:
        """Record versions of one name, and say which they are here; `dry_run` only says."""

    def receive_lineage(self, *, runs: Iterable[Run], steps: Iterable[Step], edges: Iterable[Edge]) -> None:
        """Record runs, steps without their edges, and edges between them and versions that are here."""


class KeepingCatalog(Protocol):
    """Versions that go. Promises: as `RunCatalog`; an alias or a model that is set meanwhile wins."""

    def standings(self, *, names: Collection[str] | None = None) -> Iterable[Standing]:
        """Every version that is not forgotten (of these names) with what holds it; by name, the latest first."""

    def forget(self, refs: Collection[VersionRef], *, despite: Collection[Reason] = ()) -> list[VersionRef]:
        """Forget versions, except those that something holds by now; return which went.

        They match no selector then; their numbers are not given again, and edges still tell what used them. `despite`
        names reasons that do not count; aliases of what goes go with it.
        """

    def drop_contents(self, *, forgotten_before: datetime) -> int:
        """Remove what is known of contents whose versions were all forgotten before then; count them."""

    def move_content(self, old: Manifest, new: Manifest) -> bool:
        """Note that a content's bytes lie elsewhere; False if they are not where `old` says any more."""


class Catalog(
    RunCatalog,
    VersionCatalog,
    LabelCatalog,
    LineageCatalog,
    ManyCatalog,
    ModelCatalog,
    PromotionCatalog,
    SignatureCatalog,
    ArrivalCatalog,
    KeepingCatalog,
    DocumentCatalog,
    ResultCatalog,
    JournalCatalog,
    Protocol,
):
    """All facts."""

    url: str

    def check(self) -> None:
        """Raise `CatalogError` if the catalog cannot be read and written."""

    def close(self) -> None:
        """Give back connections."""
