"""`bridge.reproduce.worktree`."""

from __future__ import annotations

import multiprocessing
import subprocess
from pathlib import Path

import pytest

from bridge.reproduce import worktree
from bridge.reproduce.git import said


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "a.py").write_text("A = 1\n")
    for words in (
        ("init", "--quiet"),
        ("add", "."),
        ("-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "--quiet", "-m", "one"),
    ):
        subprocess.run(["git", "-C", str(folder), *words], check=True)
    return folder


def _often(repository: str, scratch: str, times: int, found: multiprocessing.Queue[str]) -> None:
    for number in range(times):
        folder = Path(scratch, str(number), "code")  # the name that git knows it by is the same for all
        trouble = worktree.add(repository, folder, "HEAD")
        if trouble or not (folder / "a.py").is_file():
            found.put(trouble or "nothing was checked out")
        worktree.remove(repository, folder)
    found.put("done")


def test_many_at_once_do_not_remove_what_another_needs(repository: Path, tmp_path: Path) -> None:
    spawning = multiprocessing.get_context("spawn")
    found: multiprocessing.Queue[str] = spawning.Queue()
    processes = [
        spawning.Process(target=_often, args=(str(repository), str(tmp_path / str(number)), 60, found))
        for number in range(8)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join(120)
    assert [found.get(timeout=10) for _ in processes] == ["done"] * len(processes)
    assert said(str(repository), "worktree", "list").count(b"\n") == 1
    assert not list(tmp_path.glob("*/*/code"))
    assert not (repository / ".git" / "worktrees").exists()


def test_what_is_no_repository_is_said(tmp_path: Path) -> None:
    assert "not a git repository" in str(worktree.add(str(tmp_path), tmp_path / "code", "HEAD"))
    worktree.remove(str(tmp_path), tmp_path / "code")
