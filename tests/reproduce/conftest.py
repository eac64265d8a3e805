"""A project under git, whose scripts are run as users run them and then run again."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import bridge
from bridge.domain.reproduction import Reproduction
from bridge.workspace import current, reset


class Project:
    """A folder under git.

    Args:
        folder: The folder.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.git("init", "--quiet")

    def git(self, *words: str) -> str:
        """Run git in it."""
        who = ("-c", "user.name=Ann", "-c", "user.email=ann@example.org")
        done = subprocess.run(["git", *who, *words], cwd=self.folder, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    def write(self, code: str, name: str = "train.py") -> Path:
        """Write a file."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(code))
        return path

    def commit(self, code: str | None = None, name: str = "train.py") -> None:
        """Write a file, and commit everything."""
        if code is not None:
            self.write(code, name)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "-m", "More")

    def run(self, *words: str, name: str = "train.py", fails: bool = False, **variables: str) -> str:
        """Run a script; returns the id of the last flow run that it made."""
        done = subprocess.run(
            [sys.executable, name, *words],
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": str(Path(bridge.__file__).parent.parent), **variables},
            capture_output=True,
            text=True,
        )
        assert (done.returncode != 0) == fails, done.stderr[-3000:]
        reset()
        return current().catalog.runs(limit=1)[0].id

    def again(self, run: str, **wishes: Any) -> Reproduction:
        """Run a run again."""
        from bridge.reproduce import again

        heard: list[str] = []
        try:
            return again(run, heard=heard.append, **wishes)
        except Exception:
            print("\n".join(heard[-30:]))
            raise


@pytest.fixture()
def project(
    prefect_server: None, bridge_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Project]:
    """A project whose runs are recorded in a home of its own, beside a real Prefect server."""
    from prefect.settings import PREFECT_API_URL

    monkeypatch.setenv("PREFECT_API_URL", PREFECT_API_URL.value())
    monkeypatch.setenv("BRIDGE_TRACKER", "null")
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.chdir(folder)
    yield Project(folder)


@pytest.fixture()
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project of which nothing is run."""
    folder = tmp_path / "project"
    folder.mkdir()
    return Project(folder)


def verdicts(found: Reproduction) -> dict[str, str]:
    """What became of each artifact."""
    return {one.artifact + (f"[{one.slot}]" if one.slot.isdigit() else ""): one.verdict for one in found.outputs}
