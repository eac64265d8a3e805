"""The domain's values as rows, for the statements that write."""

from __future__ import annotations

from typing import Any

from bridge.catalog import encoding, manifests
from bridge.catalog.encoding import key, plain, stamp
from bridge.domain.manifest import Manifest
from bridge.domain.run import Run, Step

Row = dict[str, Any]


def run_row(run: Run) -> Row:
    """A run's row."""
    return {
        "id": key(run.id),
        "flow": key(run.flow),
        "name": key(run.name),
        "state": plain(run.state),
        "started": stamp(run.started),
        "ended": None if run.ended is None else stamp(run.ended),
        "parent_id": None if run.parent_id is None else key(run.parent_id),
        "parameters": encoding.encode(run.parameters),
        "code": encoding.encode(run.code),
        "environment": encoding.encode(run.environment),
        "host": plain(run.host),
        "tracking_id": None if run.tracking_id is None else plain(run.tracking_id),
        "tracking_uri": None if run.tracking_uri is None else plain(run.tracking_uri),
    }


def step_row(step: Step) -> Row:
    """A step's row, without its edges."""
    return {
        "id": key(step.id),
        "run_id": None if step.run_id is None else key(step.run_id),
        "task": key(step.task),
        "name": plain(step.name),
        "state": plain(step.state),
        "started": stamp(step.started),
        "ended": stamp(step.ended),
        "task_key": plain(step.task_key),
        "result_key": None if step.result_key is None else key(step.result_key),
        "error": None if step.error is None else plain(step.error),
        "code": None if step.code is None else key(step.code),
        "cache": encoding.encode(step.cache),
    }


def content_row(manifest: Manifest) -> Row:
    """A content's row, without where it came from."""
    return {
        "digest": manifest.digest,
        "format": manifest.format,
        "size": manifest.size,
        "layout": manifest.layout,
        "manifest": manifests.dump(manifest),
    }
