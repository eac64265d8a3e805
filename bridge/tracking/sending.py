"""Sends entries to MLflow: in order for each run, metrics, parameters and tags in batches."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, MutableMapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any

from bridge.domain.errors import BridgeError, TrackingError
from bridge.domain.ports.tracker import Callbacks
from bridge.tracking import current
from bridge.tracking.aliases import point
from bridge.tracking.bounds import sending
from bridge.tracking.children import close_children
from bridge.tracking.datasets import described, log_datasets
from bridge.tracking.entries import Batch, Begin, End, Entry, Inputs, Pointing, Register, Upload
from bridge.tracking.firstuse import prepare
from bridge.tracking.loaded import load
from bridge.tracking.merging import Growing, Merged
from bridge.tracking.quiet import quiet
from bridge.tracking.reach import silence
from bridge.tracking.registry import register
from bridge.tracking.values import LONGEST_TAG, clean_key, cut

TRIES = 3
"""How often a server that answers, but not this, is asked before what it was sent is kept for later."""

DEFERRED = "bridge.begun_as"
"""Tag of a run that a user began while the tracker did not answer: it is found by it if it is begun twice."""


class UnreachableError(TrackingError):
    """The tracker does not answer, or not now: what it was sent is kept."""

    def __init__(self, uri: str, why: str) -> None:
        self.why = why
        super().__init__(uri, why)


class NotBegunError(UnreachableError):
    """A run that another process begins is not there yet."""

    def __init__(self, uri: str, run: str) -> None:
        self.run = run
        super().__init__(uri, f"the run of {run} is not begun yet")


class _UnknownRunError(Exception):
    """Nobody knows the run."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """An entry that the tracker does not take."""

    entry: Entry
    error: Exception

    @property
    def why(self) -> str:
        """The reason."""
        return _why(self.error)

    @property
    def is_ours(self) -> bool:
        """Whether it is bridge that refused: then it never got to the tracker."""
        return isinstance(self.error, BridgeError)


@dataclass(slots=True)
class Place:
    """Where runs go if the user has set nothing.

    Args:
        home_uri: Store to use then.
        artifact_root: Folder of that store's files.
    """

    home_uri: str
    artifact_root: Path


@dataclass(slots=True)
class Sender:
    """Sends to one tracker. For one thread at a time.

    Args:
        uri: The tracker.
        place: Where runs go if the user has set nothing.
        callbacks: What it tells and asks the workspace.
        ids: MLflow's ids of runs by the ids that entries use; added to.
        on_begun: Told of each run begun, with MLflow's run.
    """

    uri: str
    place: Place
    callbacks: Callbacks
    ids: MutableMapping[str, str] = field(default_factory=dict)
    on_begun: Callable[[Begin, Any], None] = lambda begin, run: None
    _made: Any = None
    _experiments: dict[str, str] = field(default_factory=dict)
    _lost: set[str] = field(default_factory=set)

    def send(self, entries: Sequence[Entry], *, again: bool = False) -> list[Refusal]:
        """Send entries; returns those that MLflow refused, and will refuse again.

        Args:
            entries: In order.
            again: Whether some of them may have been sent before: what MLflow would take twice is looked for first.

        Raises:
            UnreachableError: If it does not answer. Everything may be sent again.
        """
        refused: list[Refusal] = []
        merged = Merged()
        with sending(), quiet():
            for entry in entries:
                if isinstance(entry, Batch):
                    for full in merged.add(entry):
                        self._try(full, refused, again)
                    continue
                for before in merged.take(entry.run):
                    self._try(before, refused, again)
                self._try(entry, refused, again)
            for rest in merged.take():
                self._try(rest, refused, again)
        return refused

    def client(self) -> Any:
        """MLflow's client; the first one makes or migrates a SQLite store's tables.

        Raises:
            UnreachableError: If it is a server that does not answer.
        """
        if self._made is None:
            why = silence(self.uri)
            if why:
                raise UnreachableError(self.uri, why)
            own = self.uri == self.place.home_uri
            prepare(self.uri, self.place.artifact_root.as_uri() if own else None)
            made = load().MlflowClient(self.uri)
            made.search_experiments(max_results=1)
            self._made = made
        return self._made

    def _try(self, entry: Entry | Growing, refused: list[Refusal], again: bool) -> None:
        for attempt in range(TRIES):
            try:
                self._send(entry, again or attempt > 0)
                return
            except UnreachableError:
                raise
            except _UnknownRunError:
                return
            except Exception as error:
                verdict = _verdict(error)
                if verdict == "refused" and isinstance(entry, Begin):
                    self._lost.add(entry.run)
                if verdict == "refused":
                    parts: Sequence[Entry] = entry.parts if isinstance(entry, Growing) else [entry]
                    if len(parts) == 1:
                        refused.append(Refusal(parts[0], error))
                    else:
                        for part in parts:
                            self._try(part, refused, again)
                    return
                why = silence(self.uri)
                if not why and attempt == TRIES - 1 and isinstance(entry, Register | Upload):
                    refused.append(Refusal(entry, error))  # not what the tracker alone depends on
                    return
                if why or verdict == "later" or attempt == TRIES - 1:
                    raise UnreachableError(self.uri, why or _why(error)) from error
                time.sleep(0.2 * (attempt + 1))

    def _send(self, entry: Entry | Growing, again: bool) -> None:
        if isinstance(entry, Begin):
            self._begin(entry, again)
        elif isinstance(entry, Register):
            self._register(entry, again)
        elif isinstance(entry, End):
            self._end(entry)
        elif isinstance(entry, Upload):
            self._upload(entry)
        elif isinstance(entry, Pointing):
            point(self.client(), entry.name, entry.alias, self.callbacks.aliased(entry.name, entry.alias, entry.number))
        elif isinstance(entry, Inputs):
            log_datasets(self.client(), self._id(entry.run), entry.datasets)
        else:
            self._batch(entry)

    def _id(self, run: str) -> str:
        found = self.ids.get(run)
        if found is not None:
            return found
        if run in self._lost:
            raise _UnknownRunError
        try:
            found = self.callbacks.resolver(run)
        except LookupError:
            raise _UnknownRunError from None
        except Exception as error:
            raise NotBegunError(self.uri, run) from error
        if found is None:
            raise NotBegunError(self.uri, run)
        self.ids[run] = found
        return found

    # -- one kind each

    def _begin(self, begin: Begin, again: bool) -> None:
        if begin.run in self.ids:
            return
        client = self.client()
        try:
            parent = client.get_run(self._id(begin.parent)) if begin.parent else None
        except _UnknownRunError:
            parent = None
        experiment = begin.experiment_id or (
            parent.info.experiment_id if parent is not None else self._experiment(begin.experiment or "Default")
        )
        made = self._begun_before(begin, experiment) if again else None
        if made is None:
            tags = dict(begin.tags) if begin.is_flow else {**begin.tags, DEFERRED: begin.run}
            if parent is not None:
                tags["mlflow.parentRunId"] = parent.info.run_id
            made = client.create_run(
                experiment,
                start_time=begin.started_ms,
                tags={name: cut(value, LONGEST_TAG) for name, value in tags.items()},
                run_name=begin.name,
            )
        self.ids[begin.run] = made.info.run_id
        self.on_begun(begin, made)
        if begin.is_flow:
            try:
                self.callbacks.on_started(begin.run, made.info.run_id, self.uri)
            except Exception as error:  # noqa: BLE001 - the run is there, whatever the catalog says
                self.callbacks.on_error(error, "noting the MLflow run of a flow run")

    def _begun_before(self, begin: Begin, experiment: str) -> Any:
        own = "bridge.task_run_id" if "bridge.task_run_id" in begin.tags else "bridge.flow_run_id"
        tag = own if begin.is_flow else DEFERRED
        asked = f"tags.`{tag}` = '{begin.run}' and attributes.start_time = {begin.started_ms}"
        found = self.client().search_runs([experiment], asked, max_results=1)
        return found[0] if found else None

    def _experiment(self, name: str) -> str:
        """The experiment of a name, made if it is not there."""
        if name not in self._experiments:
            self._experiments[name] = self._find_or_make_experiment(name)
        return self._experiments[name]

    def _find_or_make_experiment(self, name: str) -> str:
        from mlflow.exceptions import MlflowException

        client = self.client()
        found = client.get_experiment_by_name(name)
        if found is None:
            root = self.place.artifact_root.as_uri()
            where = f"{root}/{blake2b(name.encode(), digest_size=8).hexdigest()}"
            try:
                return str(
                    client.create_experiment(name, artifact_location=where if self.uri.startswith("sqlite:") else None)
                )
            except MlflowException:  # another process was quicker
                found = client.get_experiment_by_name(name)
                if found is None:
                    raise
        if found.lifecycle_stage == "deleted":
            client.restore_experiment(found.experiment_id)
        return str(found.experiment_id)

    def _batch(self, batch: Batch | Growing) -> None:
        from mlflow.entities import Metric, Param, RunTag

        self.client().log_batch(
            self._id(batch.run),
            metrics=[
                Metric(
                    clean_key(point.key),
                    point.value,
                    point.timestamp,
                    point.step,
                    model_id=point.model_id,
                    dataset_name=point.dataset_name,
                    dataset_digest=point.dataset_digest,
                )
                for point in batch.metrics
            ],
            params=[Param(key, value) for key, value in batch.params.items()],
            tags=[RunTag(clean_key(key), cut(value, LONGEST_TAG)) for key, value in batch.tags.items()],
        )

    def _end(self, end: End) -> None:
        client, tracking_id = self.client(), self._id(end.run)
        client.set_terminated(tracking_id, end.status, end.ended_ms)
        if end.below != "leave":
            close_children(client, client.get_run(tracking_id), everywhere=end.below == "everywhere")
        log_datasets(client, tracking_id, [described(one) for one in self.callbacks.datasets(end.run)])

    def _upload(self, upload: Upload) -> None:
        folder = Path(upload.folder)
        if folder.is_dir():  # or it was sent before
            self.client().log_artifacts(self._id(upload.run), str(folder), upload.path)
            shutil.rmtree(folder, ignore_errors=True)
            with suppress(OSError):
                folder.parent.rmdir()

    def _register(self, entry: Register, again: bool) -> None:
        tracking_id = None
        if entry.run:
            with suppress(_UnknownRunError):
                tracking_id = self._id(entry.run)
        client = self.client()
        if again and self._is_registered(client, entry, tracking_id):
            return
        run = self._run(client, tracking_id) if tracking_id is not None else None
        with current.bound(entry.run or None):
            made = register(client, entry.registration, self.callbacks.read, self.callbacks.copy, run)
        self.callbacks.on_registered(made)

    def _run(self, client: Any, tracking_id: str) -> Any:
        """MLflow's run; None if somebody has deleted it for good."""
        from mlflow.exceptions import MlflowException

        try:
            return client.get_run(tracking_id)
        except MlflowException as error:
            if error.error_code == "RESOURCE_DOES_NOT_EXIST":
                return None
            raise

    def _is_registered(self, client: Any, entry: Register, tracking_id: str | None) -> bool:
        name, ref = entry.registration.name, str(entry.registration.version.ref)
        there = client.search_model_versions(f"name = '{name}'")
        return any(
            made.tags.get("bridge.version") == ref and (made.run_id or None) == (tracking_id or None) for made in there
        )


def _verdict(error: Exception) -> str:
    """Whether what was sent is refused, not taken now, or taken perhaps if it is sent once more."""
    from mlflow.exceptions import MlflowException

    if not isinstance(error, MlflowException):
        return "once more" if isinstance(error, OSError) else "refused"
    status = int(error.get_http_status_code())  # type: ignore[no-untyped-call] # MLflow types only some
    if status in (401, 403, 429):
        return "later"
    return "refused" if 400 <= status < 500 else "once more"


def _why(error: Exception) -> str:
    return " ".join(str(error).split())[:500].rstrip(".") or type(error).__name__
