from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

import bridge
from bridge.workspace import Workspace, current


@pytest.fixture()
def workspace(prefect_server: None, bridge_home: Path) -> Iterator[Workspace]:
    """The workspace of a test, beside a real Prefect server."""
    yield current()


@pytest.fixture()
def script(prefect_server: None, bridge_home: Path, tmp_path: Path) -> Script:
    """Runs a script in a process of its own, against the session's Prefect server."""
    return Script(tmp_path, bridge_home)


@pytest.fixture()
def read_only(tmp_path: Path) -> Iterator[Path]:
    """A folder that even root cannot write."""
    yield from _mounted(tmp_path / "read-only", "ro,size=1m")


@pytest.fixture()
def nearly_full(tmp_path: Path) -> Iterator[Path]:
    """A disk of 600 kB."""
    yield from _mounted(tmp_path / "small", "size=600k")


def _mounted(folder: Path, options: str) -> Iterator[Path]:
    folder.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "none", str(folder)], capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"a file system cannot be mounted here: {done.stderr}")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=False)


class Script:
    """A user's script, with what it needs to run.

    Args:
        folder: Where the script is written, and its working directory is made.
        home: Bridge's home.
    """

    def __init__(self, folder: Path, home: Path) -> None:
        from prefect.settings import PREFECT_API_URL

        self.folder = folder
        self.cwd = folder / "cwd"
        self.cwd.mkdir()
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("BRIDGE_")},
            "BRIDGE_HOME": str(home),
            "PREFECT_API_URL": PREFECT_API_URL.value(),
            "PYTHONPATH": str(Path(bridge.__file__).parent.parent),
        }

    def start(self, code: str, *words: str, **environment: str) -> subprocess.Popen[str]:
        """Start it."""
        path = self.folder / "script.py"
        if not path.exists() or path.read_text() != textwrap.dedent(code):  # others may be reading it
            path.write_text(textwrap.dedent(code))
        return subprocess.Popen(
            [sys.executable, str(path), *words],
            cwd=self.cwd,
            env={**self.environment, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, code: str, *words: str, **environment: str) -> tuple[int, str, str]:
        """Run it to its end; exit code, what it printed and what it said on the side."""
        process = self.start(code, *words, **environment)
        out, err = process.communicate(timeout=150)
        return process.returncode, out, err
