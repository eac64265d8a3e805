"""Facts as JSON documents: the keys that scripts rely on."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from datetime import datetime, timezone
from typing import Any

from bridge.cli.console import plain
from bridge.domain.external import ExternalUrl, Reference
from bridge.domain.manifest import Manifest
from bridge.domain.model import Evaluation, ModelVersion
from bridge.domain.preview import JSON, TEXT, Preview
from bridge.domain.run import Output, Run, Step
from bridge.domain.secret_urls import redacted
from bridge.domain.version import Edge, Version, VersionRef
from bridge.lineage import Graph

Document = dict[str, Any]


def iso(moment: datetime | None) -> str | None:
    """A moment in ISO 8601, UTC.

    >>> iso(datetime(2026, 5, 3, 12, 0, tzinfo=timezone.utc))
    '2026-05-03T12:00:00.000000Z'
    """
    if moment is None:
        return None
    return moment.astimezone(timezone.utc).isoformat(timespec="microseconds").replace("+00:00", "Z")


def of_version(version: Version) -> Document:
    """A version's facts."""
    return {
        "selector": str(version.ref),
        "name": version.ref.name,
        "number": version.ref.number,
        "digest": version.digest,
        "format": version.format,
        "type": version.type,
        "size": version.size,
        "created": iso(version.created),
        "step_id": version.step_id,
        "run_id": version.run_id,
        "aliases": list(version.aliases),
        "tags": dict(version.tags),
        "origin": version.origin,
        "metadata": plain(version.metadata),
    }


def of_preview(preview: Preview | None) -> Document | None:
    """What can be shown of a version; a picture is in base64."""
    if preview is None:
        return None
    document = {"kind": preview.kind, "media_type": preview.media_type}
    if preview.media_type == JSON:
        return document | {"facts": preview.facts}
    if preview.media_type == TEXT:
        return document | {"text": preview.text}
    return document | {"data": b64encode(preview.data).decode("ascii")}


def of_files(manifest: Manifest) -> list[Document]:
    """A version's files."""
    return [{"path": file.path, "size": file.size, "digest": file.digest} for file in manifest.files]


def of_outside(outside: Reference | ExternalUrl, version: Version) -> Document:
    """What is kept of data that lies outside the store."""
    if isinstance(outside, ExternalUrl):
        return {"url": outside.url, "identity": dict(outside.identity), "blake3": version.metadata.get("blake3")}
    return {
        "locations": plain(version.metadata.get("locations") or []),
        "kind": outside.kind,
        "files": [{"path": file.path, "size": file.size, "digest": file.digest} for file in outside.files],
    }


def of_run(run: Run) -> Document:
    """A run's facts."""
    return {
        "id": run.id,
        "name": run.name,
        "flow": run.flow,
        "state": run.state,
        "started": iso(run.started),
        "ended": iso(run.ended),
        "seconds": (run.ended - run.started).total_seconds() if run.ended else None,
        "parent_id": run.parent_id,
        "parameters": plain(run.parameters),
        "code": plain(run.code),
        "environment": plain(run.environment),
        "host": run.host,
        "tracking_id": run.tracking_id,
        "tracking_uri": redacted(run.tracking_uri) if run.tracking_uri else None,
    }


def of_step(step: Step) -> Document:
    """A step's facts, with the selectors of what it used and made."""
    return {
        "id": step.id,
        "task": step.task,
        "name": step.name,
        "state": step.state,
        "started": iso(step.started),
        "ended": iso(step.ended),
        "seconds": (step.ended - step.started).total_seconds(),
        "run_id": step.run_id,
        "error": step.error,
        "code": step.code,
        "cache": plain(step.cache),
        "inputs": [{"slot": one.slot, "version": str(one.version), "tie": one.tie} for one in step.inputs],
        "outputs": [{"slot": one.slot, "version": _selector_of(one), "tie": one.tie} for one in step.outputs],
    }


def _selector_of(output: Output) -> str:
    return str(output.what) if isinstance(output.what, VersionRef) else output.what.name


def of_edge(edge: Edge) -> Document:
    """An edge."""
    return {
        "step_id": edge.step_id,
        "version": str(edge.version),
        "direction": edge.direction,
        "slot": edge.slot,
        "tie": edge.tie,
    }


def of_graph(graph: Graph) -> Document:
    """A lineage graph."""
    return {
        "root": str(graph.root),
        "heading": graph.heading,
        "versions": [of_version(graph.versions[ref]) for ref in graph.refs if ref in graph.versions],
        "steps": [of_step(graph.steps[key]) for key in graph.step_ids if key in graph.steps],
        "runs": [of_run(run) for run in graph.runs.values()],
        "edges": [of_edge(edge) for edge in graph.edges],
    }


def of_model(model: ModelVersion, data: list[str], evaluations: Sequence[Evaluation] = ()) -> Document:
    """A registered model version, with the selectors of the data that it was trained on, and how well it does."""
    details = model.details
    return {
        "name": model.name,
        "number": model.number,
        "uri": model.uri or f"models:/{model.name}/{model.number}",
        "version": str(model.version),
        "created": iso(model.created),
        "flavour": model.flavour,
        "step_id": model.step_id,
        "run_id": model.run_id,
        "tracking_id": model.tracking_id,
        "data": data,
        "tags": plain(model.tags),
        "aliases": list(model.aliases),
        "archived": iso(model.archived),
        "description": details.description,
        "licence": details.licence,
        "owners": list(details.owners),
        "intended_use": details.intended_use,
        "requirements": list(details.requirements),
        "signature": plain(details.signature),
        "no_signature": details.no_signature or None,
        "example": None if details.example is None else str(details.example),
        "code": plain(details.code),
        "environment": plain(details.environment),
        "evaluations": [of_evaluation(one) for one in evaluations],
    }


def of_evaluation(one: Evaluation) -> Document:
    """What a step found out about a model version."""
    return {
        "metrics": plain(one.metrics),
        "version": str(one.version),
        "data": [str(ref) for ref in one.data],
        "step_id": one.step_id,
        "run_id": one.run_id,
        "created": iso(one.created),
    }
