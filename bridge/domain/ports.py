"""The promises between floors: what a store, a catalog, a tracker and a materializer must do."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Protocol, runtime_checkable

from bridge.domain.arrival import Arrival, Arrived
from bridge.domain.content_difference import Content
from bridge.domain.keeping import Reason, Standing, StoredObject
from bridge.domain.manifest import Manifest
from bridge.domain.model import ModelVersion
from bridge.domain.preview import Preview
from bridge.domain.run import Run, Saved, Step
from bridge.domain.selector import Selector
from bridge.domain.version import Edge, Version, VersionRef


class Sink(Protocol):
    """Where a materializer writes the files of one value.

    Promises: bytes are hashed while they are written; paths are relative with `/`, checked, each written once; nothing
    is visible to readers before the whole value is committed. Not thread-safe.
    """

    def open(self, path: str) -> AbstractContextManager[BinaryIO]:
        """Open a file of the value for writing (sequential; not seekable)."""

    def local(self, path: str) -> AbstractContextManager[Path]:
        """Give a path on the local disk, for libraries that insist on writing a file (or a folder) themselves."""


class Source(Protocol):
    """Where a materializer reads the files of one value.

    Promises: bytes are checked against their digests before a caller sees a value made of them; a path that is not in
    the manifest raises `BytesMissingError`. Local files are read-only and live as long as the source is open.
    """

    @property
    def paths(self) -> Sequence[str]:
        """Paths of the files, ordered."""

    def open(self, path: str) -> AbstractContextManager[BinaryIO]:
        """Open a file for reading; seekable."""

    def local(self, path: str = "") -> Path:
        """Give a local path of one file, or of the whole value as a folder (`""`)."""


@runtime_checkable
class Materializer(Protocol):
    """Turns values of some type into files and back.

    Promises: `load(save(value))` equals `value`; `format` never changes its meaning (a new layout is a new format);
    the same value gives the same bytes, unless the class says otherwise; `handles` is cheap (no pass over the data)
    and imports nothing. No state; thread-safe.

    It may have a `preview(value) -> Preview | None` as well, which looks at a bounded part of the value and changes
    nothing; whatever it raises is left at that.
    """

    format: str

    def handles(self, value: object) -> bool:
        """Whether this materializer stores such a value without loss."""

    def save(self, value: Any, sink: Sink) -> Mapping[str, Any]:
        """Write the value's files; return JSON-able facts that cost nothing (shape, columns, …)."""

    def load(self, source: Source) -> Any:
        """Read the value back."""


@runtime_checkable
class Comparer(Protocol):
    """What a materializer is as well if it knows better than bridge how two of its values differ.

    Promises: `diff` changes neither value; an error in it is a note in the difference, and values are then compared in
    the general way.
    """

    def diff(self, old: Any, new: Any) -> str | Mapping[str, Any] | Content | None:
        """Say what two values differ in: in words, as JSON-able facts, or as one of the differences of the domain.

        None for values that are to be compared in the general way.
        """


class SweptStore(Protocol):
    """Objects that no version needs any more.

    Promises: what was written, or reused by a writer, within the grace stays, whoever sweeps meanwhile. Times are the
    store's own, so that clocks which differ do no harm.
    """

    def objects(self) -> Iterable[StoredObject]:
        """Every object that is there."""

    def reuse(self, manifest: Manifest) -> bool:
        """Whether all objects of a value are there; they are new to a sweep then, as if they were written now."""

    def copy_ranges(self, key: str, ranges: Sequence[tuple[int, int]]) -> str:
        """Write ranges of an object (offset, length), one after the other, as a new object; return its key."""

    def sweep(self, live: Iterable[str], *, older_than: float, on_removed: Callable[[StoredObject], None] = ...) -> int:
        """Remove objects and abandoned staging that are not in `live` and older than so many seconds; count them.

        `live` is read when the time before which things are old is settled; `on_removed` is told of each object.
        """


class Store(SweptStore, Protocol):
    """Bytes by digest.

    Promises: an object is visible whole or not at all; writing what is there writes nothing; bytes are checked on
    reading; safe for many threads and processes at once. Errors are `StoreError`, `DigestMismatchError` and
    `BytesMissingError`.
    """

    url: str

    def write(
        self, format: str, save: Callable[[Sink], Mapping[str, Any]], *, bases: Callable[[], Sequence[Manifest]] = tuple
    ) -> tuple[Manifest, Mapping[str, Any]]:
        """Call `save` with a sink and commit what it wrote; return the manifest and what `save` returned.

        What the value may have come from, `bases`, the likeliest first, is asked for only if that can spare bytes.
        """

    def read(self, manifest: Manifest) -> AbstractContextManager[Source]:
        """Open a stored value."""

    def verify(self, manifest: Manifest) -> Sequence[str]:
        """Read and hash everything; return one sentence for each thing that is missing or differs."""

    def check(self) -> None:
        """Write, read and remove a probe; raise `StoreError` if that does not work."""


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

    def tie_run(self, run_id: str, tracking_id: str, tracking_uri: str) -> None:
        """Note the tracker's id of a run; touches nothing else of it."""

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
        """Every edge on the way back from a version to its sources."""

    def descendants(self, ref: VersionRef, *, depth: int | None = None) -> list[Edge]:
        """Every edge on the way from a version to what was made from it."""


class ModelCatalog(Protocol):
    """Which registered model version is which artifact version."""

    def put_model(self, model: ModelVersion) -> None:
        """Record a registered model version."""

    def models(self, name: str | None = None) -> list[ModelVersion]:
        """Registered model versions, the latest first."""


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
    ModelCatalog,
    ArrivalCatalog,
    KeepingCatalog,
    Protocol,
):
    """All facts."""

    url: str

    def check(self) -> None:
        """Raise `CatalogError` if the catalog cannot be read and written."""

    def close(self) -> None:
        """Give back connections."""


class Tracker(Protocol):
    """The experiment tracker and model registry.

    Promises: `start_run` and `end_run` return at once, work is done by a thread or a process of the tracker's own, in
    order; only the owner ends a run; `flush` is bounded. Errors while working are reported through `on_error`, never
    raised into the caller.
    """

    @property
    def uri(self) -> str:
        """Where runs are tracked."""

    @property
    def is_watched(self) -> bool:
        """Whether code of this process may look at what is tracked, so that a flow's end has to wait for it."""

    def start_run(self, run: Run, *, experiment: str, tags: Mapping[str, str]) -> None:
        """Begin the tracker's run for a flow run (nested under its parent's, if it has one)."""

    def log(
        self,
        run_id: str,
        *,
        params: Mapping[str, Any] | None = None,
        metrics: Mapping[str, float] | None = None,
        tags: Mapping[str, str] | None = None,
    ) -> None:
        """Add to the run of a flow run; `run_id` is Prefect's."""

    def end_run(self, run_id: str, state: str, ended_ms: int) -> None:
        """End the run with the status that fits Prefect's state."""

    def close_dead(self, runs: Sequence[tuple[str, str]]) -> None:
        """End the tracker's runs of processes that are gone; pairs of flow run id and tracker's run id."""

    def register(self, registration: Any) -> None:
        """Register a model version (see `bridge.tracking.registry.Registration`)."""

    def flush(self, timeout: float) -> bool:
        """Wait until everything is sent; False if time ran out."""

    def close(self, timeout: float) -> None:
        """Flush, and give back what is held."""

    def tracking_id(self, run_id: str) -> str | None:
        """The tracker's id of a flow run, waiting while it is on its way; None if there is none."""
