"""The history in an MLflow server or store: files of runs, logged models, registered versions of models."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta, timezone
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from bridge.domain.errors import SelectorError
from bridge.domain.labels import checked_alias
from bridge.domain.migration_errors import MigrationError
from bridge.domain.naming import clean
from bridge.domain.run import Run, Step
from bridge.domain.secret_urls import redacted
from bridge.migrate.data.history import History, Past, PastEdge, PastModel
from bridge.tracking.past import PastFiles, PastModelVersion, PastRun, ServedTree, is_proxied, read_recorded

TOOL = "mlflow"

STILL = timedelta(days=1)
"""After so long, a run that has not ended never will."""

_STATES = {"FINISHED": "Completed", "FAILED": "Failed", "KILLED": "Cancelled"}
_OWN = "bridge.flow_run_id"


def read_mlflow(uri: str | None = None, *, experiments: Collection[str] = ()) -> History:
    """Read what MLflow has recorded; it is asked, and not changed.

    Args:
        uri: Tracking URI; None for where MLflow is set to.
        experiments: Names of those that are wanted; none for all.

    Raises:
        MigrationError: If a SQLite file that is named is not there.
        TrackingError: If MLflow does not answer, or has no such experiment.
    """
    _refuse_new(uri)
    found = read_recorded(uri, experiments)
    shown = redacted(found.uri)
    origin = f"MLflow at {urlsplit(found.uri).hostname or Path(urlsplit(found.uri).path).name or shown}"
    runs, notes = {}, []
    for run in found.runs:
        if _OWN in run.tags:
            continue
        if _goes_on(run):
            notes.append(f"the run {run.name} goes on; run this again when it has ended")
            continue
        runs[run.id] = run
    files = [one for one in found.files if one.run_id in runs]
    versions = sorted(_versions(files, runs, found.models, found.uri), key=lambda past: (past.name, past.number))
    return History(
        tool=TOOL,
        origin=origin,
        place=shown,
        versions=tuple(versions),
        runs=tuple(_run(run, found.uri) for run in runs.values()),
        steps=tuple(_step(run) for run in runs.values()),
        edges=tuple(PastEdge(str(past.run_id), past.id, "output", past.called, "saved") for past in versions),
        models=tuple(sorted(_models(found.models, versions), key=lambda model: (model.name, model.number))),
        notes=tuple(notes),
        registry=found.uri,
    )


def _refuse_new(uri: str | None) -> None:
    """MLflow would make a SQLite file that is not there."""
    if uri is not None and uri.startswith("sqlite:///") and not Path(uri.removeprefix("sqlite:///")).is_file():
        raise MigrationError(uri, "there is no such file")


def _goes_on(run: PastRun) -> bool:
    return run.status not in _STATES and datetime.now(timezone.utc) - run.started < STILL


def _run(run: PastRun, uri: str) -> Run:
    return Run(
        id=run.id,
        flow=run.experiment,
        name=run.name,
        state=_STATES.get(run.status, "Crashed"),
        started=run.started,
        ended=run.ended or run.started,
        parent_id=run.tags.get("mlflow.parentRunId"),
        parameters=run.params,
        code={
            name: run.tags[tag]
            for name, tag in (("file", "mlflow.source.name"), ("commit", "mlflow.source.git.commit"))
            if tag in run.tags
        },
        tracking_id=run.id,
        tracking_uri=redacted(uri),
    )


def _step(run: PastRun) -> Step:
    """The run as the step that saved its files."""
    return Step(
        id=run.id,
        task=run.experiment,
        name=run.name,
        state=_STATES.get(run.status, "Crashed"),
        started=run.started,
        ended=run.ended or run.started,
        run_id=run.id,
    )


def _versions(
    files: Collection[PastFiles], runs: Mapping[str, PastRun], models: Collection[PastModelVersion], uri: str
) -> Iterator[Past]:
    by_name: dict[str, list[PastFiles]] = defaultdict(list)
    for one in files:
        by_name[clean(f"{runs[str(one.run_id)].experiment}/{one.name}")].append(one)
    registered: dict[str, list[str]] = defaultdict(list)
    for model in models:
        registered[model.place.rstrip("/")].append(f"{model.name}/{model.number}")
    for name, found in by_name.items():
        for number, one in enumerate(sorted(found, key=lambda one: (one.created, one.id)), 1):
            yield _version(name, number, one, runs[str(one.run_id)], registered.get(one.place.rstrip("/"), []), uri)


def _version(name: str, number: int, one: PastFiles, run: PastRun, registered: list[str], uri: str) -> Past:
    about = {
        "run": run.name,
        "experiment": run.experiment,
        "params": dict(run.params),
        "metrics": {key: value for key, value in run.metrics.items() if value == value},  # JSON has no NaN
        "tags": {key: value for key, value in run.tags.items() if not key.startswith("mlflow.")},
        "models": registered,
    }
    return Past(
        id=one.id,
        name=name,
        number=number,
        created=one.created,
        place=one.place,
        called=one.name,
        type="pathlib.Path",
        tree=partial(ServedTree, one.place, uri) if is_proxied(one.place) else None,
        step_id=run.id,
        run_id=run.id,
        metadata={TOOL: {key: value for key, value in about.items() if value}},
    )


def _models(models: Collection[PastModelVersion], versions: Collection[Past]) -> Iterator[PastModel]:
    there = {past.place.rstrip("/"): past.id for past in versions}
    for model in models:
        yield PastModel(
            id=f"{model.name}/{model.number}",
            name=model.name,
            number=model.number,
            created=model.created,
            version=there.get(model.place.rstrip("/")),
            aliases=tuple(alias for alias in model.aliases if _fits(model.name, alias)),
            archived=model.stage == "Archived",
            description=model.description,
            tags=model.tags,
        )


def _fits(name: str, alias: str) -> bool:
    try:
        checked_alias(name, alias)
    except SelectorError:
        return False
    return True
