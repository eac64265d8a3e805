"""Whether the environment's variables make sense, and which settings are in force."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from pathlib import Path

from bridge.cli.checks.finding import Finding
from bridge.domain.secret_urls import redacted
from bridge.workspace import Settings
from bridge.workspace.named import named
from bridge.workspace.settings import nearest_pyproject, shown

PREFIX = "BRIDGE_"

OTHERS = ("BRIDGE_DEBUG",)
"""Names that are read, and that are not settings of a workspace."""


def check_variables(environment: Mapping[str, str]) -> Iterator[Finding]:
    """Look for variables that do harm, or that nothing reads.

    >>> [finding.todo for finding in check_variables({"BRIDGE_HOEM": "/tmp"})]
    ['Did you mean BRIDGE_HOME?']
    """
    if environment.get("PYTHONDONTWRITEBYTECODE"):
        yield Finding(
            "PYTHONDONTWRITEBYTECODE",
            "warning",
            "set: every start of Prefect's temporary server takes over 20 s",
            "unset PYTHONDONTWRITEBYTECODE",
        )
    known = [*(PREFIX + name.upper() for name in Settings.model_fields), *OTHERS]
    for name in sorted(environment):
        if name.startswith(PREFIX) and name not in known:
            close = difflib.get_close_matches(name, known, n=1)
            todo = f"Did you mean {close[0]}?" if close else f"bridge reads {', '.join(sorted(known))}."
            yield Finding(name, "warning", "set, but nothing reads it", todo)


def check_settings(settings: Settings, environment: Mapping[str, str]) -> Iterator[Finding]:
    """Say which settings are in force, and where each comes from.

    >>> [finding.said for finding in check_settings(Settings(home="/tmp/b"), {"BRIDGE_HOME": "/tmp/b"})][0]
    '/tmp/b  (environment)'
    """
    in_force = {
        "home": str(settings.home),
        "workspace": settings.workspace or "none",
        "store": settings.store_url,
        "store_options": settings.store_options or "none",
        "catalog": settings.catalog_url,
        "tracking": settings.tracking_url,
        "retention": "; ".join(f"{pattern}: {rule}" for pattern, rule in settings.retention.items())
        or "keep everything",
        "promotion": ", ".join(f"{model} {alias}" for model, each in settings.promotion.items() for alias in each)
        or "no gates",
        "trusted_keys": ", ".join(map(str, settings.trusted_places)) or "none",
    }
    for name in Settings.model_fields:
        value = shown(name, in_force.get(name, str(getattr(settings, name)).lower()))
        yield Finding(PREFIX + name.upper(), "ok", f"{value}  ({_origin(settings, name, environment)})")
    tracking = environment.get("MLFLOW_TRACKING_URI")
    where = "environment" if tracking else "as BRIDGE_TRACKING"
    yield Finding("MLFLOW_TRACKING_URI", "ok", f"{redacted(tracking or settings.tracking_url)}  ({where})")


def _origin(settings: Settings, name: str, environment: Mapping[str, str]) -> str:
    variables = {key.upper(): value for key, value in environment.items()}
    if variables.get(PREFIX + name.upper()):
        return "environment"
    if settings.workspace is not None and name in named(settings.workspace):
        return f"workspace {settings.workspace}"
    if name in settings.model_fields_set:
        return f"[tool.bridge] in {nearest_pyproject() or Path.cwd()}"
    return "default"
