"""`bridge artifacts archive` and `bridge artifacts restore`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bridge.cli.artifacts import archiving
from bridge.cli.progress import LateProgress
from bridge.workspace import Workspace, current

from .conftest import Said

Run = Callable[..., Said]


@pytest.fixture()
def archive(bridge: Run, recorded: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An archive of the second model, in front of an empty workspace."""
    recorded.catalog.set_alias(recorded.resolve("training/train@2").ref, "champion")
    file = tmp_path / "model.tar"
    assert bridge("artifacts", "archive", str(file), "training/train@champion").code == 0
    monkeypatch.setenv("BRIDGE_HOME", str(tmp_path / "here"))
    return file


def test_what_is_in_an_archive_is_told(bridge: Run, recorded: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "model.tar"
    said = bridge("artifacts", "archive", str(file), "training/train@2")
    assert said.out.splitlines() == [
        f"{file}: 10.2 kB, 1 version with bytes",
        "1 further version without, 1 file, 2 steps, 1 run",
    ]
    said = bridge("artifacts", "archive", str(file), "--all", "--force", "--json")
    assert said.json["file"] == str(file)
    assert said.json["size"] == file.stat().st_size
    assert (len(said.json["versions"]), said.json["without_bytes"]) == (5, [])
    assert {name: said.json[name] for name in ("files", "steps", "runs", "deleted")} == {
        "files": 5,
        "steps": 8,
        "runs": 2,
        "deleted": [],
    }


def test_ancestors_that_were_deleted_are_left_out_and_said_to_be(
    bridge: Run, recorded: Workspace, tmp_path: Path
) -> None:
    step = recorded.resolve("training/load@2").step_id
    recorded.catalog.withdraw(str(step), "RolledBack")
    said = bridge("artifacts", "archive", str(tmp_path / "model.tar"), "training/train@2")
    assert "Left out, as they were deleted: training/load@2" in said.out
    assert (said.code, said.err) == (0, "")


def test_a_table_says_what_became_of_each_version(bridge: Run, archive: Path) -> None:
    tried = bridge("artifacts", "restore", str(archive), "--dry-run")
    assert current().catalog.artifacts() == []
    done = bridge("artifacts", "restore", str(archive))
    rows = [line.split() for line in done.out.splitlines()[1:3]]
    assert rows == [
        ["training/load@2", "training/load@2", "new,", "without", "bytes"],
        ["training/train@2", "training/train@2", "new"],
    ]
    assert tried.out == done.out.rstrip() + ". Nothing was kept: --dry-run\n"
    again = bridge("artifacts", "restore", str(archive))
    assert again.out.count("was there") == 2
    assert "0 new, 2 there already" in again.out
    assert bridge("doctor", "--verify").out.count("all there") == 1


def test_an_alias_that_stays_is_told(bridge: Run, archive: Path) -> None:
    workspace = current()
    own = workspace.save("own", "training/train")
    workspace.catalog.set_alias(own.ref, "champion")
    said = bridge("artifacts", "restore", str(archive))
    assert "@champion stayed with another version: bridge artifacts versions training/train" in said.out
    assert workspace.resolve("training/train@champion") == workspace.resolve("training/train@1")


def test_programs_get_one_document(bridge: Run, archive: Path) -> None:
    said = bridge("artifacts", "restore", str(archive), "--json").json
    assert said["origin"].startswith("archive from ")
    assert (said["files"], said["steps"], said["runs"], said["dry_run"]) == (1, 2, 1, False)
    assert said["versions"][1] == {
        "was": "training/train@2",
        "now": "training/train@2",
        "fate": "new",
        "has_bytes": True,
        "aliases_kept": [],
    }
    shown = bridge("artifacts", "show", "training/train", "--json").json
    assert shown["origin"] == said["origin"]
    assert "came from" in bridge("artifacts", "show", "training/train").out
    assert "training/load@2" in bridge("lineage", "training/train").out


def test_what_cannot_be_done_is_one_line_with_the_way_out(bridge: Run, recorded: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "x.tar"
    file.write_text("mine")
    for words, says in [
        (["archive", str(file), "training/train"], "already there; --force replaces it"),
        (["archive", str(tmp_path / "y.tar")], "say which versions go into the archive, or --all"),
        (["archive", str(tmp_path / "y.tar"), "nothing/*"], "No version matches 'nothing/*'"),
        (["archive", str(tmp_path / "no" / "y.tar"), "--all"], "No such file or directory"),
        (["restore", str(file)], "cut off at once"),
        (["restore", str(tmp_path / "nothing.tar")], "cannot be read (No such file or directory)"),
        (["restore", str(tmp_path)], "cannot be read (Is a directory)"),
    ]:
        said = bridge("artifacts", *words)
        assert (said.code, said.out, said.err.count("\n")) == (1, "", 1), said
        assert says in said.err
    assert file.read_text() == "mine"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bridge-home", "x.tar"]


def test_progress_counts_the_bytes_of_the_files(bridge: Run, archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[int, int]] = []

    class Watched(LateProgress):
        def __init__(self, title: str, total: int) -> None:
            super().__init__(title, total)
            self.total, self.done = total, 0

        def advance(self, amount: int) -> None:
            self.done += amount
            seen.append((self.done, self.total))

    monkeypatch.setattr(archiving, "LateProgress", Watched)
    bridge("artifacts", "restore", str(archive))
    assert seen[-1] == (29, 29)


def test_versions_that_can_run_code_are_told(
    bridge: Run, recorded: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded.save({1, object}, "odd")
    file = str(tmp_path / "odd.tar")
    bridge("artifacts", "archive", file, "odd")
    monkeypatch.setenv("BRIDGE_HOME", str(tmp_path / "here"))
    said = bridge("artifacts", "restore", file)
    assert "BRIDGE_ALLOW_PICKLE=true if you trust its origin: odd@1" in said.out
    assert bridge("artifacts", "restore", file, "--json").json["unsafe"] == ["odd@1"]
    assert "BRIDGE_ALLOW_PICKLE=true" in bridge("load", "odd").err
