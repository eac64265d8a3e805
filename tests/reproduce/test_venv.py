"""Environments of recorded packages, made by a real uv."""

from __future__ import annotations

import subprocess
from datetime import datetime, timezone
from pathlib import Path

import pytest

from bridge.domain.errors import ReproduceError
from bridge.domain.run import Run
from bridge.reproduce.venv import python_of

pytestmark = pytest.mark.matrix

RUN = Run("1", "training", "wise-otter", "Completed", datetime(2026, 5, 3, tzinfo=timezone.utc))


def test_an_environment_has_the_very_versions_and_is_made_once(tmp_path: Path) -> None:
    said: list[str] = []
    made = python_of(RUN, {"six": "1.16.0"}, home=tmp_path, say=said.append)
    probe = [str(made.python), "-c", "import six; print(six.__version__)"]
    assert subprocess.run(probe, capture_output=True, text=True, check=True).stdout.strip() == "1.16.0"
    assert python_of(RUN, {"six": "1.16.0"}, home=tmp_path, say=said.append).python == made.python
    assert len(said) == 1
    assert python_of(RUN, {"six": "1.17.0"}, home=tmp_path, say=said.append).python != made.python


def test_what_cannot_be_installed_is_told_and_not_kept(tmp_path: Path) -> None:
    with pytest.raises(ReproduceError, match=r"uv could not install what it had: .*six.*UV_INDEX"):
        python_of(RUN, {"six": "0.0.99"}, home=tmp_path, say=print)
    assert not [path for path in (tmp_path / "venvs").iterdir() if path.is_dir()]


def test_another_python_of_the_same_line_is_noted(tmp_path: Path) -> None:
    from dataclasses import replace

    run = replace(RUN, environment={"python": "3.11.999"})
    made = python_of(run, {"six": "1.16.0"}, home=tmp_path, say=print)
    assert "the run had 3.11.999" in made.notes[0]
