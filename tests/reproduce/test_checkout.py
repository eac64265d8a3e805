"""The code of a run, checked out."""

from __future__ import annotations

import shutil
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from bridge.domain.errors import ReproduceError
from bridge.domain.run import Run
from bridge.provenance.patch import patch_of
from bridge.reproduce.checkout import code_of
from bridge.workspace import Workspace, current
from tests.reproduce.conftest import Project

START = datetime(2026, 5, 3, tzinfo=timezone.utc)


@pytest.fixture()
def workspace(bridge_home: Path) -> Workspace:
    return current()


def recorded(project: Project, workspace: Workspace, **more: Any) -> Run:
    """A run of the project as it is at this moment."""
    patch = patch_of(str(project.folder))
    code = {
        "file": str(project.folder / "train.py"),
        "entrypoint": "train.py:training",
        "root": str(project.folder),
        "commit": project.git("rev-parse", "HEAD"),
        "patch": workspace.catalog.put_document(patch.text) if patch.text else None,
    }
    return Run("1", "training", "wise-otter", "Completed", START, code=code | more)


def test_the_commit_comes_back_with_changes_new_files_and_odd_bytes(
    repository: Project, workspace: Workspace, tmp_path: Path
) -> None:
    repository.commit("one = 1\n")
    repository.write("one = 1\ntwo = 2\n")
    (repository.folder / "pkg").mkdir()
    (repository.folder / "pkg" / "new é.py").write_bytes("name = 'é'\n".encode("latin-1"))
    run = recorded(repository, workspace)
    repository.git("stash", "--include-untracked", "--quiet")
    with code_of(run, workspace.catalog, folder=tmp_path / "code") as code:
        assert code.file.read_text() == "one = 1\ntwo = 2\n"
        assert (code.root / "pkg" / "new é.py").read_bytes() == "name = 'é'\n".encode("latin-1")
        assert code.restored and not code.notes
        assert (repository.folder / "train.py").read_text() == "one = 1\n"
    assert not (tmp_path / "code").exists()
    assert repository.git("worktree", "list").count("\n") == 0


def with_submodule(repository: Project, folder: Path, *versions: str) -> None:
    """Give a project a submodule `lib` that has had several versions of `tool.py`, and is at the last of them."""
    shutil.copytree(repository.folder, folder)
    for text in versions:
        (folder / "tool.py").write_text(text)
        repository.git("-C", str(folder), "add", ".")
        repository.git("-C", str(folder), "commit", "-qm", text)
    repository.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(folder), "lib")
    repository.commit("one = 1\n")


def test_a_submodule_that_was_moved_and_not_committed_is_where_it_was_moved_to(
    repository: Project, workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_submodule(repository, tmp_path / "other", "older = 1\n", "newer = 2\n")
    repository.git("-C", "lib", "checkout", "--quiet", "HEAD~1")
    run = recorded(repository, workspace)
    repository.git("submodule", "--quiet", "update")
    assert (repository.folder / "lib" / "tool.py").read_text() == "newer = 2\n"
    moved = tmp_path / "moved"
    shutil.move(repository.folder, moved)
    monkeypatch.chdir(moved)
    with code_of(run, workspace.catalog, folder=tmp_path / "code") as code:
        assert (code.root / "lib" / "tool.py").read_text() == "older = 1\n"
        assert not code.notes


@pytest.mark.parametrize("is_there", [True, False])
def test_a_submodule_is_there_at_its_commit_or_said_to_be_missing(
    repository: Project, workspace: Workspace, tmp_path: Path, is_there: bool
) -> None:
    with_submodule(repository, tmp_path / "other", "then = 1\n")
    run = recorded(repository, workspace)
    (repository.folder / "lib" / "tool.py").write_text("now = 2\n")
    if not is_there:
        shutil.rmtree(repository.folder / "lib")
    with code_of(run, workspace.catalog, folder=tmp_path / "code") as code:
        assert (code.root / "lib" / "tool.py").exists() == is_there
        if is_there:
            assert (code.root / "lib" / "tool.py").read_text() == "then = 1\n"
            assert not code.notes
        else:
            assert "--link lib" in code.notes[0]
    assert not (tmp_path / "code").exists()
    assert repository.git("worktree", "list").count("\n") == 0
    if is_there:
        assert repository.git("-C", "lib", "worktree", "list").count("\n") == 0


def test_hooks_of_the_repository_do_not_run(repository: Project, workspace: Workspace, tmp_path: Path) -> None:
    repository.commit("one = 1\n")
    hook = repository.folder / ".git" / "hooks" / "post-checkout"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\ntouch {tmp_path / 'it-ran'}\n")
    hook.chmod(0o755)
    with code_of(recorded(repository, workspace), workspace.catalog, folder=tmp_path / "code"):
        pass
    assert not (tmp_path / "it-ran").exists()


def test_git_variables_of_a_hook_that_runs_the_command_do_not_lead_elsewhere(
    repository: Project, workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.commit("one = 1\n")
    run = recorded(repository, workspace)
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "nowhere"))
    with code_of(run, workspace.catalog, folder=tmp_path / "code") as code:
        assert code.file.read_text() == "one = 1\n"


def test_a_commit_that_is_gone_is_told_with_where_it_was_looked_for(
    repository: Project, workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.commit("one = 1\n")
    run = recorded(repository, workspace, commit="ab" * 20)
    monkeypatch.chdir(tmp_path)
    with (
        pytest.raises(ReproduceError, match=r"its commit abababababab is in none of .*project.*--repository"),
        code_of(run, workspace.catalog, folder=tmp_path / "code"),
    ):
        pass


def test_a_repository_that_is_gone_is_fetched_from_where_it_is_said_to_be(
    repository: Project, workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.commit("one = 1\n")
    run = recorded(repository, workspace)
    repository.commit("one = 2\n")
    other = tmp_path / "elsewhere"
    shutil.move(repository.folder, other)
    monkeypatch.chdir(tmp_path)
    for place in (str(other), f"file://{other}"):
        with code_of(run, workspace.catalog, folder=tmp_path / "code", repository=place) as code:
            assert code.file.read_text() == "one = 1\n"
        shutil.rmtree(tmp_path / "code", ignore_errors=True)


def test_changes_that_cannot_be_applied_or_were_left_out_are_told(
    repository: Project, workspace: Workspace, tmp_path: Path
) -> None:
    repository.commit("one = 1\n")
    broken = workspace.catalog.put_document("diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n")
    for more, told in (
        ({"patch": broken}, "could not be applied"),
        ({"patch": "sha256:" + "0" * 64}, "not in the catalog any more"),
        ({"patch_left_out": "data.csv (5.0 MB)"}, "Not all of the uncommitted changes were kept: data.csv"),
        ({"dirty": True}, "which are not recorded"),
    ):
        run = recorded(repository, workspace, **more)
        with code_of(run, workspace.catalog, folder=tmp_path / "code") as code:
            assert told in " ".join(code.notes)


def test_a_notebook_and_code_that_is_nowhere_are_refused(workspace: Workspace, tmp_path: Path) -> None:
    for code, why in (
        ({}, "a notebook, a prompt, .* put the flow into a file"),
        ({"file": str(tmp_path / "gone.py")}, "not in a git repository, and .* put it there again"),
        ({"file": str(tmp_path / "gone.py"), "root": str(tmp_path)}, "nothing was committed yet, and"),
    ):
        run = Run("1", "training", "wise-otter", "Completed", START, code=code)
        with pytest.raises(ReproduceError, match=why), code_of(run, workspace.catalog, folder=tmp_path / "code"):
            pass


def test_a_file_that_git_ignores_is_taken_as_it_is(repository: Project, workspace: Workspace, tmp_path: Path) -> None:
    repository.commit("train.py\n", ".gitignore")
    repository.write("one = 1\n")
    with code_of(recorded(repository, workspace), workspace.catalog, folder=tmp_path / "code") as code:
        assert code.file == repository.folder / "train.py"
        assert "neither in commit" in code.notes[0]


def test_a_file_that_git_ignores_and_that_is_gone_is_asked_for(
    repository: Project, workspace: Workspace, tmp_path: Path
) -> None:
    repository.commit("train.py\n", ".gitignore")
    with (
        pytest.raises(ReproduceError, match=r"nor in its uncommitted changes, and .*train\.py is not there any more"),
        code_of(recorded(repository, workspace), workspace.catalog, folder=tmp_path / "code"),
    ):
        pass


def test_without_git_it_says_so(
    repository: Project, workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.commit("one = 1\n")
    run = recorded(repository, workspace)
    monkeypatch.setenv("PATH", str(tmp_path))
    with (
        pytest.raises(ReproduceError, match="git is not installed"),
        code_of(run, workspace.catalog, folder=tmp_path / "code"),
    ):
        pass


def test_a_worktree_that_is_to_be_kept_stays(repository: Project, workspace: Workspace, tmp_path: Path) -> None:
    repository.commit("one = 1\n")
    with code_of(recorded(repository, workspace), workspace.catalog, folder=tmp_path / "code", keep=True):
        pass
    assert (tmp_path / "code" / "train.py").is_file()
    assert repository.git("worktree", "list").count("\n") == 1
