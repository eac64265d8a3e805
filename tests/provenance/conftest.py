"""Small projects, written to disk and imported as a user's are."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent
from types import ModuleType

import pytest

Project = Callable[..., ModuleType]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    """Writes modules into a fresh folder, and imports `pipeline` from there. Each call is as another machine."""
    mine: set[str] = set()
    others = dict(sys.modules)
    before = list(sys.path)

    def write(**modules: str) -> ModuleType:
        folder = tmp_path / f"project{len(list(tmp_path.iterdir()))}"
        folder.mkdir()
        for name in {*mine, *(name.partition("__")[0] for name in modules), "pipeline"}:
            sys.modules.pop(name, None)
        for name, text in modules.items():
            path = folder / f"{name.replace('__', '/')}.py"
            path.parent.mkdir(parents=True, exist_ok=True)
            for package in path.relative_to(folder).parents[:-1]:
                (folder / package / "__init__.py").touch()
                mine.add(str(package).replace("/", "."))
            path.write_text(dedent(text))
            mine.add(name.replace("__", "."))
        sys.path[:] = [str(folder), *before]
        importlib.invalidate_caches()
        return importlib.import_module("pipeline")

    yield write
    sys.path[:] = before
    for name in mine:
        sys.modules.pop(name, None)
        if name in others:
            sys.modules[name] = others[name]
