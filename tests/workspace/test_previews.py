"""Previews on their way from a value into the catalog."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from bridge.domain.errors import CatalogError, SelectorError, TagError
from bridge.domain.preview import PNG
from bridge.domain.run import Output, Step
from bridge.domain.version import Version
from bridge.workspace import Workspace, current, reset
from tests.statements_seen import statements_seen

NUMBERS = np.arange(1000.0)


@pytest.fixture()
def workspace(bridge_home: Path) -> Workspace:
    return current()


def shown(workspace: Workspace, version: Version) -> Any:
    assert version.digest is not None
    return workspace.catalog.preview(version.digest)


def make_step(workspace: Workspace, value: Any, **said: Any) -> Step:
    now = datetime.now(timezone.utc)
    saved = workspace.put_value(value, "kept", where="a test", **said)
    return Step("step", "task", "task-0", "Completed", now, now, run_id="run", outputs=(Output("", saved),))


def test_what_is_saved_can_be_seen_without_its_bytes(workspace: Workspace, bridge_home: Path) -> None:
    version = workspace.save(NUMBERS, "numbers")
    for path in (bridge_home / "store").rglob("*"):
        if path.is_file():
            path.unlink()
    assert shown(workspace, version).facts["spread"]["max"] == 999.0


def test_a_trivial_value_costs_no_statement_and_has_no_preview(workspace: Workspace) -> None:
    workspace.save(0.5, "other")
    with statements_seen() as seen:
        version = workspace.save(0.93, "accuracy")
    assert not [one for one in seen if "previews" in one or "INTO tags" in one or "INTO aliases" in one], seen
    assert shown(workspace, version) is None


def test_a_setting_and_a_word_switch_previews_off(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(workspace, workspace.save(NUMBERS + 1, "numbers", preview=False)) is None
    (version,) = workspace.record_step(make_step(workspace, NUMBERS + 2, preview=False))
    assert shown(workspace, version) is None
    monkeypatch.setenv("BRIDGE_PREVIEWS", "false")
    reset()
    assert shown(current(), current().save(NUMBERS + 3, "numbers")) is None
    (version,) = current().record_step(make_step(current(), NUMBERS + 4))
    assert shown(current(), version) is None


def test_a_picture_survives_the_spool_with_tags(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRIDGE_ON_ERROR", "warn")
    reset()
    broken = current()

    def failing(_: Any) -> Any:
        raise CatalogError("sqlite://", "it is locked")

    step = make_step(broken, Image.new("RGB", (400, 300), "red"), tags={"team": "growth", "size": 3})
    (output,) = step.outputs
    monkeypatch.setattr(broken.catalog, "put_step", failing)
    assert broken.record_step(step) == ()
    reset()
    again = current()
    version = again.resolve("kept")
    assert version.tags == {"size": "3", "team": "growth"}
    found = shown(again, version)
    assert (found.media_type, found) == (PNG, output.what.preview)  # type: ignore[union-attr]  # it is new content


def test_an_object_that_is_saved_again_under_another_name_needs_no_second_preview(workspace: Workspace) -> None:
    large = np.arange(500_000.0)
    first, second = workspace.save(large, "one"), workspace.save(large, "two")
    assert first.digest == second.digest
    assert shown(workspace, second).facts["spread"]["of"] == 500_000


def test_labels_that_cannot_be_kept_are_refused_before_anything_is_stored(
    workspace: Workspace, bridge_home: Path
) -> None:
    for said, error in (
        ({"aliases": ["latest"]}, SelectorError),
        ({"aliases": ["good", "3"]}, SelectorError),
        ({"tags": {"a=b": "c"}}, TagError),
        ({"tags": {"": "c"}}, TagError),
        ({"tags": {"a": "x" * 251}}, TagError),
        ({"tags": {"a": 3}}, TagError),
        ({"tags": {"a": "b\0"}}, TagError),
    ):
        with pytest.raises(error):
            workspace.save(NUMBERS, "numbers", **said)  # type: ignore[arg-type]  # that is what is tried
    assert workspace.catalog.versions("numbers") == []
    assert not [path for path in (bridge_home / "store").rglob("*") if path.is_file() and path.stat().st_size > 1000]


def test_a_value_saved_unchanged_takes_the_new_labels(workspace: Workspace) -> None:
    first = workspace.save([1, 2], "numbers", tags={"team": "growth"}, aliases=["live"])
    second = workspace.save([1, 2], "numbers", tags={"team": "risk"}, aliases=["best"])
    assert second.ref == first.ref
    assert (second.tags, second.aliases) == ({"team": "risk"}, ("best", "live"))
