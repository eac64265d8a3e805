"""What an MLflow server or store has recorded, asked and not changed: runs, their files, registered models."""

from __future__ import annotations

import importlib
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from bridge.domain.errors import LocationError, TrackingError
from bridge.domain.external import Kind, Leaf
from bridge.tracking.loaded import load
from bridge.tracking.quiet import quiet

_PROXIED = "mlflow-artifacts:"
_SLICE = 4 << 20


@dataclass(frozen=True, slots=True)
class PastFiles:
    """Files of a run or a model, one file or one folder.

    Args:
        id: Its id in this MLflow.
        name: What it is called in its run.
        run_id: The run; None for a model of none.
        place: URI of it.
        created: UTC.
        is_model: Whether it is a logged model.
    """

    id: str
    name: str
    run_id: str | None
    place: str
    created: datetime
    is_model: bool = False


@dataclass(frozen=True, slots=True)
class PastRun:
    """A run as MLflow has it, with `status` in its words; times are UTC."""

    id: str
    name: str
    experiment: str
    status: str
    started: datetime
    ended: datetime | None
    params: Mapping[str, str] = field(default_factory=dict)
    metrics: Mapping[str, float] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PastModelVersion:
    """A version of a registered model, with the URI of its files and MLflow's id of them, if it is a logged model."""

    name: str
    number: int
    created: datetime
    place: str
    run_id: str | None
    aliases: tuple[str, ...]
    stage: str
    description: str | None
    tags: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Recorded:
    """All of it."""

    uri: str
    runs: tuple[PastRun, ...]
    files: tuple[PastFiles, ...]
    models: tuple[PastModelVersion, ...]


def read_recorded(uri: str | None, experiments: Collection[str]) -> Recorded:
    """Ask MLflow for what it has.

    Args:
        uri: Tracking URI; None for where MLflow is set to.
        experiments: Names of those that are wanted; none for all.

    Raises:
        TrackingError: If MLflow does not answer, or has no such experiment.
    """
    tracking = load()
    uri = uri or str(tracking.get_tracking_uri())
    try:
        with quiet():
            return _read(tracking.MlflowClient(uri), uri, experiments)
    except TrackingError:
        raise
    except Exception as error:
        raise TrackingError(uri, str(error)) from error


def _read(client: Any, uri: str, wanted: Collection[str]) -> Recorded:
    there = {one.experiment_id: one.name for one in _pages(client.search_experiments)}
    if missing := sorted(set(wanted) - set(there.values())):
        known = ", ".join(sorted(there.values()))
        raise TrackingError(uri, f"it has no experiment {missing[0]!r}; it has: {known}")
    ids = [id for id, name in there.items() if not wanted or name in wanted]
    runs: list[PastRun] = []
    files: list[PastFiles] = []
    for run in _pages(lambda **page: client.search_runs(ids, **page)) if ids else ():
        runs.append(_run(run, there[run.info.experiment_id]))
        files += _files(client, run)
    for model in _pages(lambda **page: client.search_logged_models(ids, **page)) if ids else ():
        created = _moment(model.creation_timestamp)
        place = str(model.artifact_location)
        files.append(PastFiles(model.model_id, model.name, model.source_run_id, place, created, is_model=True))
    known_runs = {run.id for run in runs}
    models = [one for one in _models(client) if not wanted or one.run_id in known_runs]
    return Recorded(uri, tuple(runs), tuple(files), tuple(models))


def _pages(ask: Callable[..., Any]) -> Iterator[Any]:
    token = None
    while True:
        page = ask(page_token=token) if token else ask()
        yield from page
        token = getattr(page, "token", None)
        if not token:
            return


def _run(run: Any, experiment: str) -> PastRun:
    return PastRun(
        id=run.info.run_id,
        name=run.info.run_name or run.info.run_id,
        experiment=experiment,
        status=str(run.info.status),
        started=_moment(run.info.start_time),
        ended=None if run.info.end_time is None else _moment(run.info.end_time),
        params=dict(run.data.params),
        metrics=dict(run.data.metrics),
        tags=dict(run.data.tags),
    )


def _files(client: Any, run: Any) -> Iterator[PastFiles]:
    root = str(run.info.artifact_uri).rstrip("/")
    created = _moment(run.info.end_time or run.info.start_time)
    for one in client.list_artifacts(run.info.run_id):
        yield PastFiles(f"{run.info.run_id}/{one.path}", one.path, run.info.run_id, f"{root}/{one.path}", created)


def _models(client: Any) -> Iterator[PastModelVersion]:
    for model in _pages(client.search_registered_models):
        pointing: dict[str, list[str]] = {}
        for alias, number in dict(client.get_registered_model(model.name).aliases).items():
            pointing.setdefault(str(number), []).append(alias)
        name = model.name.replace("'", "\\'")
        for one in _pages(lambda name=name, **page: client.search_model_versions(f"name='{name}'", **page)):
            yield PastModelVersion(
                name=one.name,
                number=int(one.version),
                created=_moment(one.creation_timestamp),
                place=str(client.get_model_version_download_uri(one.name, one.version)),
                run_id=one.run_id or None,
                aliases=tuple(sorted(pointing.get(str(one.version), ()))),
                stage=str(one.current_stage or ""),
                description=one.description or None,
                tags=dict(one.tags),
            )


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, timezone.utc)


def is_proxied(place: str) -> bool:
    """Whether files are had from an MLflow server only."""
    return place.startswith(_PROXIED)


class ServedTree:
    """Files behind an MLflow server; implements `bridge.domain.external.Tree`.

    Args:
        place: URI of a file or a folder, `mlflow-artifacts:/…`.
        uri: The server's tracking URI.

    Raises:
        LocationError: If it cannot be reached.
    """

    def __init__(self, place: str, uri: str) -> None:
        self.location, self._uri = place, uri
        self.name = place.rstrip("/").rpartition("/")[2]
        with _asked(place) as artifacts:
            self._paths = dict(self._walk(artifacts, place.rstrip("/"), ""))
        self.kind: Kind = "folder" if self._paths else "file"

    def leaves(self) -> Sequence[Leaf]:
        """Its files, by path."""
        if not self._paths:
            return [Leaf("file", "")]
        return [Leaf("file", path, size) for path, size in sorted(self._paths.items())]

    def read(self, leaf: Leaf) -> Iterator[memoryview]:
        """Fetch a file and yield its bytes."""
        place = f"{self.location.rstrip('/')}/{leaf.path}" if leaf.path else self.location
        with tempfile.TemporaryDirectory(prefix="bridge-moving-") as folder:
            with _asked(place) as artifacts:
                path = artifacts.download_artifacts(artifact_uri=place, dst_path=folder, tracking_uri=self._uri)
            with Path(path).open("rb") as file:
                while data := file.read(_SLICE):
                    yield memoryview(data)

    def _walk(self, artifacts: Any, place: str, above: str) -> Iterator[tuple[str, int]]:
        for one in artifacts.list_artifacts(artifact_uri=place, tracking_uri=self._uri):
            name = one.path.rpartition("/")[2]
            path = f"{above}{name}"
            if one.is_dir:
                yield from self._walk(artifacts, f"{place}/{name}", f"{path}/")
            else:
                yield path, int(one.file_size or 0)


@contextmanager
def _asked(place: str) -> Iterator[Any]:
    """MLflow's module for artifacts; its errors do not pass the door."""
    try:
        load()
        with quiet():
            yield importlib.import_module("mlflow.artifacts")
    except LocationError:
        raise
    except Exception as error:
        raise LocationError(place, str(error).rstrip(".")) from error
