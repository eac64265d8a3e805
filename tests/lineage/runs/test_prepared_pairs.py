"""Two runs of a real script that differ in one thing: the difference names that thing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bridge.domain.run_difference import RunDifference
from bridge.lineage.runs import diff_runs
from bridge.workspace import current

PIPELINE = """
import json, os, sys
import numpy
from bridge import flow, seed_everything, task
from cleaning import clean_rows
import scaling

@task
def load(path):
    with open(path) as file:
        return [float(word) for word in file.read().split()]

@task
def clean(rows):
    return clean_rows(rows)

@task
def scale(rows):
    return scaling.scale(rows)

@task
def train(rows, lr):
    return {"weight": sum(rows) * lr}

@task
def draw(rows):
    return numpy.random.choice(rows, 3, replace=False).tolist()  # Prefect's threads draw from `random`

@flow
def training(path: str = "data.txt", lr: float = 0.1):
    if seed := os.environ.get("SEED"):
        seed_everything(int(seed))
    rows = scale(clean(load(path)))
    draw(rows)
    return train(rows, lr)

if __name__ == "__main__":
    training(**json.loads(sys.argv[1]))
"""
CLEANING = "def clean_rows(rows):\n    return [row for row in rows if row > 1]\n"


class Project:
    """The script's folder."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder, self.environment = folder, environment
        (folder / "pipeline.py").write_text(PIPELINE)
        (folder / "cleaning.py").write_text(CLEANING)
        (folder / "data.txt").write_text(" ".join(map(str, range(30))))
        self.package("1.0", factor=2)

    def package(self, version: str, *, factor: int) -> None:
        """Install a package."""
        place = self.folder / "site-packages"
        for old in place.glob("*.dist-info/METADATA"):
            old.unlink()
            old.parent.rmdir()
        info = place / f"scaling-{version}.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: scaling\nVersion: {version}\n")
        (place / "scaling").mkdir(exist_ok=True)
        (place / "scaling" / "__init__.py").write_text(f"def scale(rows): return [{factor} * row for row in rows]\n")

    def run(self, *, seed: str = "1", **parameters: Any) -> None:
        """Run it in a process of its own."""
        environment = {**self.environment, "SEED": seed, "PYTHONDONTWRITEBYTECODE": "1"}
        words = [sys.executable, "pipeline.py", json.dumps(parameters)]
        subprocess.run(words, cwd=self.folder, env=environment, check=True, capture_output=True, timeout=150)


@pytest.fixture(scope="module")
def project(prefect_server: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """A project, and this process in its workspace."""
    import bridge
    from bridge.workspace import reset

    folder = tmp_path_factory.mktemp("pairs")
    from prefect.settings import PREFECT_API_URL

    (folder / "project" / "site-packages").mkdir(parents=True)
    path = os.pathsep.join([str(folder / "project" / "site-packages"), str(Path(bridge.__file__).parent.parent)])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BRIDGE_HOME", str(folder / "home"))
        reset()
        kept = {**os.environ, "PYTHONPATH": path, "PREFECT_API_URL": PREFECT_API_URL.value()}
        one = Project(folder / "project", kept)
        one.run()
        yield one
        reset()


def cause(found: RunDifference) -> tuple[str, str]:
    assert found.divergence is not None, str(found)
    return found.divergence.task, found.divergence.causes[0].kind


def last() -> RunDifference:
    return diff_runs(current().catalog.runs(limit=1)[0].id)


pytestmark = [pytest.mark.matrix, pytest.mark.timeout(600)]


def test_each_pair_is_explained_by_what_differs(project: Project) -> None:
    project.run()
    found = last()
    assert found.equal and not (found.code or found.parameters or found.packages or found.environment), str(found)

    project.run(lr=0.2)
    assert cause(last()) == ("train", "parameter")

    (project.folder / "cleaning.py").write_text(CLEANING.replace("> 1", "> 2"))
    project.run(lr=0.2)
    found = last()
    assert cause(found) == ("clean", "code")
    assert found.code[0].name == "cleaning:clean_rows"

    (project.folder / "data.txt").write_text(" ".join(map(str, range(31))))
    project.run(lr=0.2)
    assert cause(last()) == ("load", "data")

    project.package("1.1", factor=3)
    project.run(lr=0.2)
    found = last()
    assert cause(found) == ("scale", "package")
    assert "scaling 1.0 → 1.1, which scale reaches" in str(found)

    project.run(lr=0.2, seed="2")
    assert cause(last()) == ("draw", "seed")

    project.run(lr=0.2, seed="")
    project.run(lr=0.2, seed="")
    assert cause(last()) == ("draw", "randomness")
