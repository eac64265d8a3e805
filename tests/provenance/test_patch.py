from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from bridge.provenance.git import Git, checkout_of, place_of
from bridge.provenance.patch import LARGEST, patch_of

WHO = ("-c", "user.name=Ann", "-c", "user.email=ann@example.org")


def git(folder: Path, *words: str, data: bytes | None = None) -> str:
    return subprocess.run(
        ["git", "-C", folder, *WHO, *words], check=True, capture_output=True, input=data
    ).stdout.decode()


@pytest.fixture()
def project(tmp_path: Path) -> Iterator[Path]:
    """A repository with a commit."""
    folder = tmp_path / "a project é"
    folder.mkdir()
    git(folder, "init", "-q")
    (folder / "train.py").write_text("lr = 0.1\n")
    (folder / "old.py").write_text("gone\n")
    (folder / ".gitignore").write_text("data/\n")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "first")
    checkout_of.cache_clear()
    yield folder


def applied(project: Path, text: str | None, folder: Path) -> dict[str, bytes]:
    """The files of the commit with the patch on them."""
    git(project, "worktree", "add", "-q", "--detach", str(folder), "HEAD")
    if text:
        git(folder, "apply", "--whitespace=nowarn", "-", data=text.encode("utf-8", "surrogateescape"))
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file() and p.name != ".git"
    }


def test_a_clean_checkout_has_no_patch(project: Path) -> None:
    patch = patch_of(str(project))
    assert (patch.dirty, patch.text, patch.left_out) == (False, None, None)


def test_the_patch_makes_of_the_commit_what_is_there(project: Path, tmp_path: Path) -> None:
    (project / "train.py").write_text("lr = 0.2")  # without a newline at the end
    (project / "old.py").unlink()
    (project / "new folder").mkdir()
    (project / "new folder" / "naïve.py").write_bytes(b"x = '\xe9\xff'\r\n")
    (project / "blob.bin").write_bytes(bytes(range(256)) * 10)
    (project / "run.sh").write_text("#!/bin/sh\n")
    (project / "run.sh").chmod(0o755)
    (project / "empty.py").touch()
    (project / "staged.py").write_text("staged\n")
    git(project, "add", "staged.py")
    (project / "data").mkdir()
    (project / "data" / "ignored.csv").write_text("1\n")
    patch = patch_of(str(project))
    assert patch.dirty and patch.left_out is None
    files = applied(project, patch.text, tmp_path / "again")
    there = {p.relative_to(project).as_posix(): p.read_bytes() for p in project.rglob("*") if p.is_file()}
    assert files == {name: data for name, data in there.items() if not name.startswith((".git/", "data/"))}
    assert os.access(tmp_path / "again" / "run.sh", os.X_OK)


def test_looking_changes_nothing_in_the_repository(project: Path) -> None:
    (project / "train.py").write_text("lr = 0.2\n")
    (project / "new.py").touch()
    before = {p: (p.stat().st_mtime_ns, p.read_bytes()) for p in (project / ".git").rglob("*") if p.is_file()}
    assert patch_of(str(project)).text
    assert {p: (p.stat().st_mtime_ns, p.read_bytes()) for p in (project / ".git").rglob("*") if p.is_file()} == before
    assert git(project, "status", "--porcelain").splitlines() == [" M train.py", "?? new.py"]


def test_files_only_untracked_are_no_dirt_and_still_in_the_patch(project: Path) -> None:
    (project / "new.py").write_text("x = 1\n")
    patch = patch_of(str(project))
    assert patch.dirty is False
    assert patch.text is not None and "+x = 1" in patch.text


@pytest.mark.parametrize("name", [".env", "deploy/key.pem", "id_rsa", "credentials.json", "conf/secrets.yaml"])
def test_what_looks_like_a_secret_is_left_out_tracked_or_not(project: Path, name: str) -> None:
    (project / name).parent.mkdir(exist_ok=True)
    (project / name).write_text("hunter2\n")
    patch = patch_of(str(project))
    assert patch.text is None and patch.left_out == f"{name} (looks like a secret)"
    git(project, "add", "-f", name)
    patch = patch_of(str(project))
    assert patch.dirty and "hunter2" not in (patch.text or "") and name in (patch.left_out or "")


def test_a_token_inside_a_file_leaves_that_file_out(project: Path, tmp_path: Path) -> None:
    (project / "train.py").write_text("lr = 0.2\n")
    (project / "a.py").write_text(f"TOKEN = 'ghp_{'a' * 36}'\n")
    patch = patch_of(str(project))
    assert patch.left_out == "a.py (has a secret in it)"
    assert applied(project, patch.text, tmp_path / "again")["train.py"] == b"lr = 0.2\n"


def test_large_files_are_left_out_and_named_and_the_rest_is_kept(project: Path, tmp_path: Path) -> None:
    (project / "train.py").write_text("lr = 0.2\n")
    (project / "old.py").write_bytes(os.urandom(LARGEST + 1))
    (project / "large.bin").write_bytes(os.urandom(LARGEST + 1))
    patch = patch_of(str(project))
    assert patch.left_out == "old.py (1.0 MB), large.bin (1.0 MB)"
    assert applied(project, patch.text, tmp_path / "again")["train.py"] == b"lr = 0.2\n"


def test_too_much_together_leaves_data_out_before_code(project: Path) -> None:
    for n in range(6):
        (project / f"data-{n}.csv").write_bytes(b"1,2,3\n" * 50_000)
    (project / "new.py").write_text("x = 1\n" * 50_000)
    patch = patch_of(str(project))
    assert patch.text is not None and "b/new.py" in patch.text and len(patch.text) <= LARGEST
    assert patch.left_out is not None and ".csv (0.3 MB)" in patch.left_out


def test_a_patch_of_tracked_files_that_is_too_large_is_not_kept(project: Path) -> None:
    for n in range(3):
        (project / f"{n}.py").write_text(f"{n}\n" * 200_000)
    git(project, "add", "-A")
    patch = patch_of(str(project))
    assert patch.text is None and "over 1 MiB" in (patch.left_out or "")


def test_a_users_settings_of_git_do_not_change_the_patch(project: Path, tmp_path: Path) -> None:
    for name, value in [("diff.noprefix", "true"), ("color.ui", "always"), ("diff.external", "/bin/false")]:
        git(project, "config", name, value)
    git(project, "config", "status.renames", "copies")
    (project / "renamed.py").write_text((project / "old.py").read_text())
    (project / "old.py").unlink()
    patch = patch_of(str(project))
    assert set(applied(project, patch.text, tmp_path / "again")) == {"train.py", "renamed.py", ".gitignore"}


def test_variables_that_git_sets_in_hooks_do_not_lead_to_another_repository(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "another"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "index"))
    checkout = checkout_of(str(project))
    assert checkout is not None and checkout.root == str(project)
    (project / "new.py").write_text("x = 1\n")
    assert "+x = 1" in (patch_of(str(project)).text or "")


def test_a_repository_without_a_commit_and_a_folder_without_a_repository(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "empty")
    checkout = checkout_of(str(tmp_path / "empty"))
    assert checkout is not None and checkout.commit is None
    assert patch_of(str(tmp_path)).dirty is None


def test_a_git_that_hangs_or_is_not_there_says_nothing_in_time(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = tmp_path / "bin" / "git"
    slow.parent.mkdir()
    slow.write_text("#!/bin/sh\nexec sleep 60\n")
    slow.chmod(0o755)
    monkeypatch.setenv("PATH", f"{slow.parent}:{os.environ['PATH']}")
    patch = patch_of(str(project), time.monotonic() + 0.2)
    assert (patch.dirty, patch.text) == (None, None)
    assert patch.left_out == "git did not list the changes within two seconds"
    monkeypatch.setenv("PATH", str(tmp_path))
    assert Git(str(project)).ask("status") is None


def test_a_folder_inside_another_repository_is_left_out(project: Path) -> None:
    git(project, "init", "-q", "inner")
    (project / "inner" / "x.py").write_text("x\n")
    (project / "new.py").write_text("x = 1\n")
    patch = patch_of(str(project))
    assert patch.text is not None and "inner" not in patch.text


def test_a_submodule_with_changes_of_its_own_is_named_and_one_at_another_commit_is_in_the_patch(
    project: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    git(project, "clone", "-q", str(project), str(other))
    git(project, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(other), "my lib")
    git(project, "commit", "-qm", "a submodule")
    (project / "my lib" / "new.py").write_text("not tracked\n")
    assert patch_of(str(project)).dirty is False
    (project / "my lib" / "train.py").write_text("lr = 0.2\n")
    patch = patch_of(str(project))
    assert (patch.dirty, patch.text) == (True, None)
    assert patch.left_out == "my lib (a submodule with changes of its own)"
    git(project / "my lib", "commit", "-qam", "moved")
    patch = patch_of(str(project))
    assert patch.left_out is None
    assert patch.text is not None and "+Subproject commit" in patch.text


def test_a_conflict_that_is_not_resolved_is_in_the_patch_as_it_is(project: Path) -> None:
    git(project, "checkout", "-qb", "other")
    (project / "train.py").write_text("lr = 0.2\n")
    git(project, "commit", "-qam", "theirs")
    git(project, "checkout", "-q", "-")
    (project / "train.py").write_text("lr = 0.3\n")
    git(project, "commit", "-qam", "ours")
    with suppress(subprocess.CalledProcessError):
        git(project, "merge", "-q", "other")
    patch = patch_of(str(project))
    assert patch.dirty and patch.left_out is None
    assert patch.text is not None and "+<<<<<<< HEAD" in patch.text


def test_an_entrypoint_is_relative_to_the_root_through_links_too(project: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(project)
    checkout = checkout_of(str(tmp_path / "link"))
    assert place_of(str(tmp_path / "link" / "train.py"), "train", checkout) == "train.py:train"


def test_what_bridge_and_mlflow_write_into_the_project_is_no_change_of_it(tmp_path: Path) -> None:
    repository = tmp_path / "repository"
    repository.mkdir()
    for words in (
        ["init", "-q"],
        ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "--allow-empty", "-m1"],
    ):
        subprocess.run(["git", "-C", str(repository), *words], check=True)
    for name in ("mlruns/0/meta.yaml", "mlflow.db", "home/.bridge/catalog.db", "new.py"):
        (repository / name).parent.mkdir(parents=True, exist_ok=True)
        (repository / name).write_text("x = 1\n")
    found = patch_of(str(repository), without=[str(repository / "home")])
    assert found.text is not None
    assert [line for line in found.text.splitlines() if line.startswith("diff --git")] == [
        "diff --git a/new.py b/new.py"
    ]
    assert found.left_out is None
