"""Saving, recording and loading through the workspace."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bridge.domain.errors import (
    BridgeError,
    BytesMissingError,
    CatalogError,
    DigestMismatchError,
    SelectorError,
    UnsafeFormatError,
    UnstorableError,
    VersionNotFoundError,
)
from bridge.domain.run import Input, Output, Run, Step
from bridge.domain.version import VersionRef
from bridge.workspace import Workspace, current, guarded, reset
from bridge.workspace import workspace as room


@pytest.fixture()
def workspace(bridge_home: Path) -> Workspace:
    return current()


def make_step(workspace: Workspace, id: str, value: Any) -> Step:
    now = datetime.now(timezone.utc)
    saved = workspace.put_value(value, "kept", where="a test")
    return Step(id, "task", "task-0", "Completed", now, now, run_id="run", outputs=(Output("", saved),))


def test_what_is_saved_is_loaded_under_every_selector(workspace: Workspace) -> None:
    first = workspace.save({"a": 1}, "settings")
    second = workspace.save({"a": 2}, "settings")
    assert workspace.load("settings")[1] == {"a": 2}
    assert workspace.load("settings@1")[1] == {"a": 1}
    assert workspace.load(f"settings@{first.digest}")[1] == {"a": 1}
    workspace.catalog.set_alias(second.ref, "champion")
    assert workspace.load("settings@champion")[1] == {"a": 2}


def test_a_version_shares_bytes_with_those_before_it_of_its_name(workspace: Workspace, bridge_home: Path) -> None:
    def stored() -> int:
        return sum(file.stat().st_size for file in (bridge_home / "store").rglob("*") if file.is_file())

    values = [np.random.default_rng(0).random(500_000)]
    workspace.save(values[0], "features")
    for number in range(3):
        before = stored()
        values.append(np.append(values[-1], number))
        workspace.save(values[-1], "features")
        assert stored() - before < 200_000
    for number, value in enumerate(values, start=1):
        assert np.array_equal(workspace.load(f"features@{number}")[1], value)


def test_bytes_are_stored_where_the_catalog_cannot_say_what_they_came_from(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object, **options: object) -> None:
        raise CatalogError("sqlite:///x", "locked")

    workspace.save(np.arange(500_000.0), "features")
    monkeypatch.setattr(workspace.catalog, "recent", fail)
    saved = workspace.put_value(np.arange(500_001.0), "features", where="a test")
    assert saved.manifest is not None
    assert workspace.store.verify(saved.manifest) == []


def test_what_is_not_there_is_named_with_what_is(workspace: Workspace) -> None:
    workspace.save([1], "training-data")
    with pytest.raises(VersionNotFoundError, match=r"training-data@7.*training-data@1"):
        workspace.load("training-data@7")
    with pytest.raises(VersionNotFoundError, match="training-data"):
        workspace.load("trainin-data")
    with pytest.raises(SelectorError, match="numbered from 1"):
        workspace.load("training-data@0")


def test_bytes_that_were_tampered_with_are_refused(workspace: Workspace, bridge_home: Path) -> None:
    workspace.save("x" * 10_000, "long")
    (blob,) = (path for path in (bridge_home / "store" / "blobs").rglob("*") if path.is_file())
    blob.chmod(0o644)
    blob.write_bytes(b"y" * 10_000)
    with pytest.raises(DigestMismatchError):
        workspace.load("long")


def test_bytes_that_are_gone_are_named(workspace: Workspace, bridge_home: Path) -> None:
    workspace.save("x" * 10_000, "long")
    for path in (bridge_home / "store" / "blobs").rglob("*"):
        if path.is_file():
            path.unlink()
    with pytest.raises(BytesMissingError):
        workspace.load("long")


def test_a_pickle_of_ours_is_loaded_and_one_from_elsewhere_is_refused(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = workspace.save({1, "mixed", object}, "odd")
    assert workspace.load("odd")[1] == {1, "mixed", object}
    foreign = replace(version, origin="archive from a laptop")
    with pytest.raises(UnsafeFormatError, match=r"from a laptop.*BRIDGE_ALLOW_PICKLE"):
        workspace.load_version(foreign)
    monkeypatch.setenv("BRIDGE_ALLOW_PICKLE", "true")
    assert current().load_version(foreign) == {1, "mixed", object}


def test_saving_what_cannot_be_stored_by_hand_is_an_error(workspace: Workspace) -> None:
    with pytest.raises(UnstorableError, match="generator"):
        workspace.save((n for n in ()), "generator")


def test_what_the_catalog_does_not_take_is_kept_and_recorded_later(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("BRIDGE_ON_ERROR", "warn")
    reset()
    broken = current()
    refuse = CatalogError("sqlite://", "it is locked")

    def failing(_: Any) -> Any:
        raise refuse

    monkeypatch.setattr(broken.catalog, "put_step", failing)
    with caplog.at_level(logging.WARNING, "bridge"):
        assert broken.record_step(make_step(broken, "one", [1.5])) == ()
        assert broken.record_step(make_step(broken, "two", [2.5])) == ()
    assert len(caplog.records) == 1
    assert "spool" in caplog.text and "or the next run" in caplog.text
    assert broken.spool.waiting() == 2
    reset()
    again = current()
    assert again.spool.waiting() == 0
    assert [version.ref.number for version in again.catalog.versions("kept")] == [2, 1]
    assert again.load("kept@1")[1] == [1.5]


def test_a_catalog_that_failed_is_left_alone_for_a_while(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRIDGE_ON_ERROR", "warn")
    broken = current()
    asked = []

    def failing(step: Step) -> Any:
        asked.append(step)
        raise CatalogError("sqlite://", "it is locked")

    monkeypatch.setattr(broken.catalog, "put_step", failing)
    for n in range(3):
        broken.record_step(make_step(broken, str(n), [n]))
    assert len(asked) == 1
    monkeypatch.setattr(room, "PAUSE_AFTER_FAILURE", 0.0)
    broken.record_step(make_step(broken, "late", [9]))
    assert len(asked) == 2


def test_a_kept_fact_that_cannot_be_read_is_put_aside(workspace: Workspace) -> None:
    workspace.spool.folder.mkdir(parents=True)
    (workspace.spool.folder / "0.json").write_text("{half a fa")
    now = datetime.now(timezone.utc)
    workspace.spool.add(Run("id", "flow", "name", "Running", now))
    assert workspace.replay() == 1
    assert workspace.catalog.run("id").flow == "flow"
    assert [path.name for path in workspace.spool.folder.iterdir()] == ["0.unreadable"]


def test_what_is_kept_goes_in_as_it_came(workspace: Workspace) -> None:
    now = datetime.now(timezone.utc)
    for n in range(20):
        run = Run(f"id-{n}", "flow", "name", "Running", now)
        workspace.spool.add(run)
        workspace.spool.add(replace(run, state="Completed", ended=now))
    assert workspace.replay() == 40
    assert {run.state for run in workspace.catalog.runs()} == {"Completed"}


def test_a_kept_fact_that_the_catalog_refuses_holds_up_no_other(workspace: Workspace) -> None:
    now = datetime.now(timezone.utc)
    unknown = Input("value", VersionRef("never-was", 1), "returned")
    workspace.spool.add(Step("refused", "task", "task-0", "Completed", now, now, inputs=(unknown,)))
    workspace.spool.add(Run("id", "flow", "name", "Running", now))
    assert workspace.replay() == 1
    assert workspace.catalog.run("id").flow == "flow"
    assert workspace.spool.waiting() == 1


def test_a_guarded_error_is_a_warning_or_strictly_an_error(caplog: pytest.LogCaptureFixture) -> None:
    def work() -> None:
        raise RuntimeError("no good")

    reset()
    assert guarded("working", work, on_error="warn") is None
    assert guarded("working", work, on_error="warn") is None
    assert caplog.text.count("working failed: no good") == 1
    with pytest.raises(BridgeError, match="Working failed") as caught:
        guarded("working", work, on_error="raise")
    assert isinstance(caught.value.__cause__, RuntimeError)
    with pytest.raises(KeyboardInterrupt):
        guarded("working", lambda: (_ for _ in ()).throw(KeyboardInterrupt()), on_error="warn")
