"""Runs and steps as OpenLineage's run events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from importlib.metadata import version as package_version
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from bridge.domain.run import Run, Step
from bridge.domain.secret_urls import without_secrets
from bridge.domain.version import Version, VersionRef
from bridge.lineage.openlineage import facets
from bridge.lineage.openlineage.facets import SPEC, Facet

Event = dict[str, Any]

FAILED = frozenset({"Failed", "Crashed", "TimedOut"})
BROKEN_OFF = frozenset({"Cancelled", "Cancelling", "RolledBack", "Aborted", "Paused", "Suspended"})


@dataclass(frozen=True, slots=True)
class Source:
    """Who tells.

    Args:
        producer: A URI of this bridge.
        namespace: Of jobs: the workspace's name.
        store: Of data sets: where the workspace's bytes are.
        engine: Prefect's version; empty where that of the time is not known.
        bridge: Bridge's version.

    >>> Source.of("team", "s3://ann:pw@bucket/bridge").store
    's3://bucket/bridge'
    """

    producer: str
    namespace: str
    store: str
    engine: str = ""
    bridge: str = ""

    @classmethod
    def of(cls, namespace: str, store: str, *, engine: str = "") -> Source:
        """The source that a workspace is; secrets of the store's URL are left out."""
        place = store if "://" in store else f"file://{store}"
        ours = package_version("prefect-bridge")
        return cls(f"pkg:pypi/prefect-bridge@{ours}", namespace, without_secrets(place).rstrip("/"), engine, ours)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the runs, steps and versions that events are made of."""

    versions: Mapping[VersionRef, Version] = field(default_factory=dict)
    runs: Mapping[str, Run] = field(default_factory=dict)
    steps: Mapping[str, Step] = field(default_factory=dict)


def of_run_begun(run: Run, known: Known, source: Source) -> Event:
    """The event that a flow run has begun."""
    return _event("START", run.started, _of_run(run, None, known, source), source)


def of_run_ended(run: Run, known: Known, source: Source) -> Event:
    """The event that a flow run has ended, with what its own body used and what it returned."""
    own = known.steps.get(run.id)
    kind = _kind(run.state, own.error if own is not None else None)
    return _event(kind, run.ended or run.started, _of_run(run, own, known, source), source)


def of_step(step: Step, known: Known, source: Source) -> tuple[Event, Event]:
    """The events that a task run began, and how it ended; both are known once it is over."""
    run = known.runs.get(step.run_id or "")
    tags = {"prefect.run_name": step.name, "prefect.state": step.state}
    told: dict[str, Facet] = {"tags": facets.run_tags(tags, source.producer)}
    if step.run_id is not None:
        told["parent"] = _parent(step.run_id, run, known, source)
    began = {
        "run": {"runId": run_id(step.id), "facets": {**told, **_engine(source)}},
        "job": _job(f"{run.flow}.{step.task}" if run is not None else step.task, run, "TASK", source),
    }
    ended = {**began, **_data(step, known, source)}
    if step.error is not None:
        failed = {"errorMessage": facets.error(step.error, source.producer)}
        ended["run"] = {**began["run"], "facets": {**began["run"]["facets"], **failed}}
    start = _event("START", step.started, began, source)
    return start, _event(_kind(step.state, step.error), step.ended, ended, source)


def run_id(id: str) -> str:
    """A run's id as the specification wants it: Prefect's, which is a UUID; anything else gives one of its own.

    >>> run_id("11111111-0000-4000-8000-000000000001"), run_id("by hand")
    ('11111111-0000-4000-8000-000000000001', '908874ea-d174-5f8b-9e77-474cc015a720')
    """
    try:
        return str(UUID(id))
    except ValueError:
        return str(uuid5(NAMESPACE_URL, id))


def _of_run(run: Run, own: Step | None, known: Known, source: Source) -> Event:
    tags = {"prefect.run_name": run.name, "prefect.state": run.state}
    told: dict[str, Facet] = {"tags": facets.run_tags(tags, source.producer), **_engine(source)}
    if run.parent_id is not None:
        told["parent"] = _parent(run.parent_id, known.runs.get(run.parent_id), known, source)
    if own is not None and own.error is not None:
        told["errorMessage"] = facets.error(own.error, source.producer)
    data = {"inputs": [], "outputs": []} if own is None else _data(own, known, source)
    job = _job(run.flow, run, "FLOW", source)
    return {"run": {"runId": run_id(run.id), "facets": told}, "job": job, **data}


def _data(step: Step, known: Known, source: Source) -> Event:
    used = dict.fromkeys(one.version for one in step.inputs)
    made = dict.fromkeys(one.what for one in step.outputs if isinstance(one.what, VersionRef))
    return {
        "inputs": [_dataset(ref, known, source, as_input=True) for ref in used],
        "outputs": [_dataset(ref, known, source, as_input=False) for ref in made],
    }


def _dataset(ref: VersionRef, known: Known, source: Source, *, as_input: bool) -> Event:
    named = {"namespace": source.store, "name": ref.name}
    version = known.versions.get(ref)
    if version is None:  # forgotten since; which version it was is known still
        told = facets.facet("DatasetVersionDatasetFacet", source.producer, datasetVersion=str(ref))
        return {**named, "facets": {"version": told}}
    whole = {**named, "facets": facets.of_dataset(version, source.producer)}
    if as_input:
        return {**whole, "inputFacets": facets.of_input(version, source.producer)}
    return {**whole, "outputFacets": facets.of_output(version, source.producer)}


def _job(name: str, run: Run | None, kind: str, source: Source) -> Event:
    return {"namespace": source.namespace, "name": name, "facets": facets.of_job(run, kind, source.producer)}


def _parent(id: str, run: Run | None, known: Known, source: Source) -> Facet:
    """The run that this one is a part of, and the outermost one."""
    root_id, root = id, run
    seen = {id}
    while root is not None and root.parent_id is not None and root.parent_id not in seen:
        root_id = root.parent_id
        seen.add(root_id)
        root = known.runs.get(root_id)
    told = {"run": {"runId": run_id(id)}, "job": _named(run, source)}
    whole = {"run": {"runId": run_id(root_id)}, "job": _named(root or run, source)}
    return facets.facet("ParentRunFacet", source.producer, **told, root=whole)


def _named(run: Run | None, source: Source) -> dict[str, str]:
    return {"namespace": source.namespace, "name": run.flow if run is not None else "flow"}


def _engine(source: Source) -> dict[str, Facet]:
    if not source.engine:
        return {}
    told = {"name": "Prefect", "version": source.engine, "openlineageAdapterVersion": source.bridge}
    return {"processing_engine": facets.facet("ProcessingEngineRunFacet", source.producer, **told)}


def _kind(state: str, error: str | None) -> str:
    if state in BROKEN_OFF:
        return "ABORT"
    return "FAIL" if state in FAILED or error is not None else "COMPLETE"


def _event(kind: str, moment: datetime, what: Event, source: Source) -> Event:
    at = moment.astimezone(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    schema = f"{SPEC}/2-0-2/OpenLineage.json#/$defs/RunEvent"
    return {"eventType": kind, "eventTime": at, "producer": source.producer, "schemaURL": schema, **what}
