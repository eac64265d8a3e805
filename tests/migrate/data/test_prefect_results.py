"""Results that a real Prefect has kept move over."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import prefect
import pytest
from prefect.settings import PREFECT_LOCAL_STORAGE_PATH, temporary_settings

import bridge
from bridge.cli.app import main
from bridge.domain.errors import UnsafeFormatError
from bridge.domain.migration_errors import MigrationError
from bridge.migrate.data.moving import Moving
from bridge.migrate.data.prefect_results import read_prefect_results
from bridge.migrate.data.verifying import verify
from bridge.workspace import current

pytestmark = pytest.mark.usefixtures("bridge_home", "prefect_server")


@pytest.fixture
def storage(tmp_path: Path) -> Path:
    """The results of two runs of a flow, one as JSON, one pickled, one packed and under a name."""
    folder = tmp_path / "storage"
    kept: dict[str, Any] = {"persist_result": True}

    @prefect.task(**kept, result_serializer="json")
    def count(n: int) -> dict[str, int]:
        return {"n": n}

    @prefect.task(**kept)
    def collect(counted: dict[str, int]) -> set[int]:
        return {1, counted["n"]}

    @prefect.task(**kept, result_serializer="compressed/pickle", result_storage_key="packed-{parameters[n]}")
    def pack(n: int) -> tuple[int, str]:
        return n, "packed"

    @prefect.flow(name="counting")
    def counting(n: int) -> None:
        collect(count(n))
        pack(n)

    with temporary_settings({PREFECT_LOCAL_STORAGE_PATH: folder}):
        counting(3)
        counting(4)
    return folder


def moved(folder: Path, **options: Any) -> Moving:
    moving = Moving(read_prefect_results(str(folder), **options), current())
    moving.move()
    return moving


def test_results_are_versions_of_the_names_that_bridge_would_give_them(storage: Path) -> None:
    before = {path: path.read_bytes() for path in storage.rglob("*") if path.is_file()}
    moving = moved(storage, flows=["counting"], allow_pickle=True)
    found = verify(moving)
    assert (found.versions, found.runs, found.steps, found.edges, found.problems) == (6, 2, 6, 6, ())
    assert [bridge.load(f"counting/count@{n}") for n in (1, 2)] == [{"n": 3}, {"n": 4}]
    assert bridge.load("counting/collect@2") == {1, 4}
    assert bridge.load("counting/pack@1") == (3, "packed")
    run = moving.workspace.catalog.run(str(moving.workspace.resolve("counting/pack@2").run_id))
    assert (run.flow, run.state, run.parameters) == ("counting", "Completed", {"n": 4})
    assert {path: path.read_bytes() for path in storage.rglob("*") if path.is_file()} == before
    assert moved(storage, flows=["counting"], allow_pickle=True).moved == []


def test_a_folder_that_was_moved_is_known_to_the_server_by_its_keys(storage: Path, tmp_path: Path) -> None:
    shutil.move(storage, tmp_path / "elsewhere")
    moving = moved(tmp_path / "elsewhere")
    assert {past.name for past in moving.history.versions} == {"counting/count", "counting/collect", "counting/pack"}
    assert read_prefect_results(str(tmp_path / "elsewhere"), flows=["other"]).versions == ()


def test_without_a_server_they_are_called_by_their_keys_and_pickles_are_not_opened(
    storage: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moving = moved(storage, ask=False)
    assert [one.how for one in moving.moved if one.past.name == "packed-3"] == ["pickle"]
    assert sorted(one.how for one in moving.moved) == ["pickle"] * 4 + ["value"] * 2
    with pytest.raises(UnsafeFormatError):
        bridge.load("packed-3")
    monkeypatch.setenv("BRIDGE_ALLOW_PICKLE", "true")
    assert bridge.load("packed-3") == (3, "packed")


def test_what_is_no_result_is_said_and_the_rest_comes(storage: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (storage / "junk").write_bytes(b"\x00junk")
    record = json.loads((storage / "packed-3").read_text())
    record["metadata"]["serializer"]["compressionlib"] = "os"
    (storage / "packed-5").write_text(json.dumps(record))
    record["metadata"]["serializer"]["compressionlib"] = "lzma"
    (storage / "packed-6").write_text(json.dumps({**record, "result": record["result"][:20]}))
    assert main(["migrate-data", "prefect-results", str(storage), "--no-names"]) == 0
    said = capsys.readouterr()
    assert "6 versions" in said.out
    assert "Left out: junk: " in said.err
    assert "Left out: packed-5: " in said.err
    assert "Left out: packed-6: " in said.err


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(MigrationError, match=r"there is no such folder\. Name the one that PREFECT_LOCAL_STORAGE_PATH"):
        read_prefect_results(str(tmp_path / "none"))
