"""OpenLineage's own schemas, to hold events against."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource

SCHEMAS = Path(__file__).parent / "schemas"


@cache
def registry() -> Registry[Any]:
    documents = [json.loads(path.read_text()) for path in SCHEMAS.glob("*.json")]
    return Registry().with_resources([(one["$id"], Resource.from_contents(one)) for one in documents])


def check(url: str, value: Any) -> None:
    """Fail if a value is not what the schema at a URL says; formats count."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$ref": url}
    checker = Draft202012Validator(schema, registry=registry(), format_checker=FormatChecker())
    found = sorted(checker.iter_errors(value), key=str)
    assert not found, "\n".join(f"{list(one.absolute_path)}: {one.message}" for one in found)


def check_event(event: dict[str, Any]) -> int:
    """Hold an event against its schema, and each facet against its own; returns how many facets there were."""
    check(event["schemaURL"], event)
    facets = [*event["run"]["facets"].values(), *event["job"]["facets"].values()]
    for dataset in [*event.get("inputs", []), *event.get("outputs", [])]:
        for kind in ("facets", "inputFacets", "outputFacets"):
            facets += dataset.get(kind, {}).values()
    for facet in facets:
        check(facet["_schemaURL"], facet)
    return len(facets)
