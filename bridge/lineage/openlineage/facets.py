"""OpenLineage's facets, as its specification 2-0-2 has them: each names the schema that it is written by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import PurePath
from typing import Any
from urllib.parse import quote, urlsplit

from bridge.domain.dataset import MODELS
from bridge.domain.run import Run
from bridge.domain.secret_urls import redacted, without_secrets
from bridge.domain.version import Version

Facet = dict[str, Any]

SPEC = "https://openlineage.io/spec"

VERSIONS: Mapping[str, str] = {
    "DataQualityMetricsInputDatasetFacet": "1-0-3",
    "DatasetTypeDatasetFacet": "1-0-1",
    "DatasetVersionDatasetFacet": "1-0-1",
    "ErrorMessageRunFacet": "1-0-1",
    "InputStatisticsInputDatasetFacet": "1-0-0",
    "JobTypeJobFacet": "2-0-4",
    "OutputStatisticsOutputDatasetFacet": "1-0-2",
    "ParentRunFacet": "1-2-0",
    "ProcessingEngineRunFacet": "1-1-1",
    "SchemaDatasetFacet": "1-2-0",
    "SourceCodeLocationJobFacet": "1-1-0",
    "SymlinksDatasetFacet": "1-0-1",
    "TagsDatasetFacet": "1-0-0",
    "TagsRunFacet": "1-0-0",
}
"""Which version of each facet's schema is written."""


def facet(kind: str, producer: str, /, **facts: Any) -> Facet:
    """A facet with what every facet says of itself.

    >>> facet("DatasetVersionDatasetFacet", "pkg:pypi/x", datasetVersion="3")["_schemaURL"].rpartition("/")[2]
    'DatasetVersionDatasetFacet'
    """
    return {"_producer": producer, "_schemaURL": f"{SPEC}/facets/{VERSIONS[kind]}/{kind}.json#/$defs/{kind}", **facts}


def of_dataset(version: Version, producer: str) -> dict[str, Facet]:
    """Facets of a version, whichever way it was used: which version it is, its columns, kind, tags, other places."""
    known = {"bridge.version": str(version.ref), "bridge.format": version.format, "bridge.type": version.type}
    tags = [_tag(key, value, "INTEGRATION") for key, value in known.items()]
    tags += [_tag(key, value, "USER") for key, value in version.tags.items()]
    facets = {
        "version": facet("DatasetVersionDatasetFacet", producer, datasetVersion=version.digest or str(version.ref)),
        "datasetType": facet("DatasetTypeDatasetFacet", producer, datasetType=_kind(version)),
        "tags": facet("TagsDatasetFacet", producer, tags=tags),
    }
    if columns := list(_columns(version)):
        fields = [{"name": n, "type": t, "ordinal_position": i} for i, (n, t) in enumerate(columns, start=1)]
        facets["schema"] = facet("SchemaDatasetFacet", producer, fields=fields)
    if places := list(_places(version)):
        facets["symlinks"] = facet("SymlinksDatasetFacet", producer, identifiers=places)
    return facets


def of_input(version: Version, producer: str) -> dict[str, Facet]:
    """Facets of a version that was used: its size, and what is known of its columns."""
    facets = {"inputStatistics": facet("InputStatisticsInputDatasetFacet", producer, **_statistics(version))}
    rows, nulls = _whole(version.metadata.get("rows")), version.metadata.get("nulls")
    if rows is not None and any(_columns(version)):  # a column without an entry has none, or they were not counted
        counts = nulls if isinstance(nulls, Mapping) else {}
        counted = {str(name): _whole(count) for name, count in counts.items()}
        metrics = {name: {"nullCount": count} for name, count in counted.items() if count is not None}
        facets["dataQualityMetrics"] = facet(
            "DataQualityMetricsInputDatasetFacet", producer, rowCount=rows, bytes=version.size, columnMetrics=metrics
        )
    return facets


def of_output(version: Version, producer: str) -> dict[str, Facet]:
    """Facets of a version that was made: its size."""
    return {"outputStatistics": facet("OutputStatisticsOutputDatasetFacet", producer, **_statistics(version))}


def of_job(run: Run | None, kind: str, producer: str) -> dict[str, Facet]:
    """Facets of a flow or a task: what it is, and where its code came from."""
    told = {"processingType": "BATCH", "integration": "PREFECT", "jobType": kind}
    facets = {"jobType": facet("JobTypeJobFacet", producer, **told)}
    code = run.code if run is not None else {}
    file = code.get("file")
    if not isinstance(file, str) or not PurePath(file).is_absolute():
        return facets
    where = {"type": "git" if code.get("commit") else "file", "url": f"file://{quote(PurePath(file).as_posix())}"}
    more = {"version": code.get("commit"), "path": code.get("entrypoint")}
    where |= {name: str(value) for name, value in more.items() if value}
    return facets | {"sourceCodeLocation": facet("SourceCodeLocationJobFacet", producer, **where)}


def error(message: str, producer: str) -> Facet:
    """What went wrong, without passwords of URLs."""
    return facet("ErrorMessageRunFacet", producer, message=redacted(message), programmingLanguage="python")


def run_tags(tags: Mapping[str, str], producer: str) -> Facet:
    """Facts about a run that have no facet of their own."""
    return facet("TagsRunFacet", producer, tags=[_tag(key, value, "INTEGRATION") for key, value in tags.items()])


def _tag(key: str, value: str, source: str) -> dict[str, str]:
    return {"key": key, "value": redacted(value), "source": source}


def _kind(version: Version) -> str:
    if version.format in MODELS:
        return "MODEL"
    return "TABLE" if any(_columns(version)) else "FILE"


def _columns(version: Version) -> Iterable[tuple[str, str]]:
    """Names and types, from what the materializer said; a user's own fact of that name may be anything."""
    columns = version.metadata.get("columns")
    for one in columns if isinstance(columns, (list, tuple)) else ():
        if isinstance(one, (list, tuple)) and len(one) == 2:
            yield str(one[0]), str(one[1])


def _places(version: Version) -> Iterable[dict[str, str]]:
    """Where data lies that is only referred to."""
    locations = version.metadata.get("locations")
    for one in locations if isinstance(locations, (list, tuple)) else ():
        if isinstance(one, str) and one:
            parts = urlsplit(without_secrets(one))
            name = parts.path.lstrip("/") if parts.scheme not in ("", "file") else parts.path
            yield {"namespace": f"{parts.scheme or 'file'}://{parts.netloc}", "name": name or "/", "type": "LOCATION"}


def _statistics(version: Version) -> dict[str, int]:
    rows = _whole(version.metadata.get("rows"))
    return {"size": version.size} | ({} if rows is None else {"rowCount": rows})


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
