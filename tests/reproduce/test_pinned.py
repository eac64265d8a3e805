"""A workspace in which what is loaded is what an earlier run loaded."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from pathlib import Path

import pytest

import bridge
from bridge.domain.errors import SettingsError, VersionNotFoundError
from bridge.domain.run import Input, Step
from bridge.testing.servers import S3
from bridge.workspace import Workspace, current, reset
from bridge.workspace.pinned import VARIABLE, PinnedWorkspace, Pins

Pinned = Callable[..., Workspace]


@pytest.fixture()
def pinned(bridge_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pinned]:
    """Opens a scratch workspace that is pinned to the one of the test."""

    def pin(
        *used: str,
        imported: dict[str, tuple[str, ...]] | None = None,
        settings: dict[str, object] | None = None,
    ) -> Workspace:
        now = datetime.now(timezone.utc).isoformat()
        pins = Pins(
            settings=settings or current().settings.model_dump(mode="json"),
            run_id="1",
            started=now,
            began=now,
            used=used,
            imported=imported or {},
            notes=str(tmp_path / "notes.txt"),
        )
        pins.write(tmp_path / "pins.json")
        monkeypatch.setenv(VARIABLE, str(tmp_path / "pins.json"))
        monkeypatch.setenv("BRIDGE_HOME", str(tmp_path / "scratch"))
        return current()

    yield pin
    reset()


def notes(tmp_path: Path) -> str:
    path = tmp_path / "notes.txt"
    return path.read_text() if path.exists() else ""


def test_latest_and_an_alias_are_what_was_used(pinned: Pinned, tmp_path: Path) -> None:
    bridge.save([1], "rows", aliases="champion"), bridge.save([2], "rows", aliases="champion")
    workspace = pinned("rows@1")
    assert isinstance(workspace, PinnedWorkspace)
    assert (bridge.load("rows"), bridge.load("rows@champion"), bridge.load("rows@2")) == ([1], [1], [2])
    assert notes(tmp_path) == ""


def test_what_this_run_saves_comes_before_what_was_used(pinned: Pinned) -> None:
    bridge.save([1], "rows"), bridge.save([2], "rows")
    pinned("rows@1")
    bridge.save([3], "rows", aliases="champion")
    assert (bridge.load("rows"), bridge.load("rows@champion")) == ([3], [3])


def test_of_two_versions_under_one_name_an_alias_is_where_it_is_now_and_that_is_noted(
    pinned: Pinned, tmp_path: Path
) -> None:
    bridge.save([1], "model", aliases="champion"), bridge.save([2], "model", aliases="challenger")
    pinned("model@1", "model@2")
    assert (bridge.load("model@champion"), bridge.load("model@challenger")) == ([1], [2])
    assert "model@champion was taken to be model@1" in notes(tmp_path)


def test_of_two_versions_whose_aliases_have_moved_each_is_given_once(pinned: Pinned) -> None:
    bridge.save([1], "model"), bridge.save([2], "model")
    bridge.save([3], "model", aliases=["champion", "challenger"])
    pinned("model@1", "model@2")
    assert (bridge.load("model@champion"), bridge.load("model@challenger")) == ([1], [2])
    assert bridge.load("model@champion") == [1]


def test_what_nothing_is_recorded_of_is_what_it_was_when_the_run_began(pinned: Pinned, tmp_path: Path) -> None:
    bridge.save([1], "rows")
    workspace = pinned()
    assert isinstance(workspace, PinnedWorkspace)
    workspace.original.save([2], "rows")
    assert bridge.load("rows") == [1]
    assert "Nothing is recorded of rows being used; rows@1 was taken" in notes(tmp_path)
    with pytest.raises(VersionNotFoundError):
        bridge.load("other")


def test_steps_are_tied_to_what_was_loaded_and_the_original_gets_nothing(pinned: Pinned) -> None:
    version = bridge.save([1], "rows")
    bridge.save([2], "rows")
    workspace = pinned("rows@1")
    assert isinstance(workspace, PinnedWorkspace)
    found = workspace.resolve("rows")
    now = datetime.now(timezone.utc)
    workspace.record_step(Step("s", "t", "t-0", "Completed", now, now, inputs=(Input("load", found.ref, "declared"),)))
    step = workspace.catalog.step("s")
    assert step is not None and step.inputs[0].version == version.ref
    assert workspace.original.catalog.step("s") is None
    assert len(workspace.original.catalog.versions("rows")) == 2


def test_an_import_gives_what_it_gave_and_does_not_read_the_file(pinned: Pinned, tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    file.write_text("then")
    bridge.import_file(file, "raw")
    bridge.import_file(file, "there", copy=False)
    pinned(imported={"raw": ("raw@1",), "there": ("there@1",)})
    file.unlink()
    assert bridge.import_file(file, "raw").ref.name == "raw"
    assert bridge.load("raw").read_text() == "then"
    bridge.import_file(file, "there", copy=False)
    with pytest.raises(LookupError, match="Bring the data back"):
        bridge.load("there")


def test_pins_are_read_by_nobody_else_and_must_be_there(
    pinned: Pinned, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pinned()
    assert stat.S_IMODE((tmp_path / "pins.json").stat().st_mode) == 0o600
    monkeypatch.setenv(VARIABLE, str(tmp_path / "gone.json"))
    with pytest.raises(SettingsError, match="the run's pins cannot be read"):
        current()


@pytest.mark.matrix
def test_what_was_used_is_read_from_s3_and_postgresql(
    pinned: Pinned, s3: S3, postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BRIDGE_STORE", f"s3://{s3.bucket}/pinned")
    monkeypatch.setenv("BRIDGE_CATALOG", postgres_url)
    bridge.save([1], "rows"), bridge.save([2], "rows")
    pins = current().settings.model_dump(mode="json")
    for name in ("BRIDGE_STORE", "BRIDGE_CATALOG"):
        monkeypatch.delenv(name)
    workspace = pinned("rows@1", settings=pins)
    assert workspace.settings.catalog_url.startswith("sqlite")
    assert bridge.load("rows") == [1]
    bridge.save([*bridge.load("rows"), 9], "rows")
    assert bridge.load("rows") == [1, 9]
