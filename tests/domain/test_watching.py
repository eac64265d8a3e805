"""Something is done right after a module has been loaded, and nothing else is another than without."""

from __future__ import annotations

import importlib
import inspect
import runpy
import sys
import threading
from collections.abc import Iterator
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import Any
from zipfile import ZipFile

import pytest

from bridge.domain.watching import Watch

NAME = "watched_module"


@pytest.fixture()
def seen() -> list[str]:
    return []


@pytest.fixture()
def watch(seen: list[str]) -> Iterator[Watch]:
    watch = Watch([NAME], lambda module: seen.append(f"{module.__name__} {module.VALUE}"))
    watch.begin()
    yield watch
    watch.end()
    sys.modules.pop(NAME, None)


@pytest.fixture()
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / f"{NAME}.py").write_text("VALUE = 1\n\ndef one():\n    return 1\n")
    return tmp_path


def test_it_is_done_when_the_module_has_run_and_the_module_is_as_without(
    watch: Watch, folder: Path, seen: list[str]
) -> None:
    module = importlib.import_module(NAME)
    assert seen == [f"{NAME} 1"]
    assert isinstance(module.__loader__, SourceFileLoader)
    assert module.__spec__ is not None and module.__spec__.loader is module.__loader__
    assert inspect.getsource(module.one).startswith("def one")


def test_other_modules_and_unknown_ones_are_left_alone(watch: Watch, seen: list[str]) -> None:
    importlib.import_module("colorsys")
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module(NAME)
    assert seen == []


def test_two_watches_of_one_module_are_both_told(watch: Watch, folder: Path, seen: list[str]) -> None:
    other = Watch([NAME], lambda module: seen.append("other"))
    other.begin()
    try:
        importlib.import_module(NAME)
    finally:
        other.end()
    assert sorted(seen) == ["other", f"{NAME} 1"]


def test_it_is_done_again_when_the_module_is_loaded_again_until_the_end(
    watch: Watch, folder: Path, seen: list[str]
) -> None:
    module = importlib.import_module(NAME)
    importlib.reload(module)
    del sys.modules[NAME]
    importlib.import_module(NAME)
    assert len(seen) == 3
    watch.end()
    del sys.modules[NAME]
    importlib.import_module(NAME)
    assert len(seen) == 3


def test_begun_twice_is_begun_once(watch: Watch, folder: Path, seen: list[str]) -> None:
    watch.begin()
    importlib.import_module(NAME)
    assert len(seen) == 1


def test_modules_of_an_archive_and_by_runpy(
    watch: Watch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seen: list[str]
) -> None:
    with ZipFile(tmp_path / "modules.zip", "w") as archive:
        archive.writestr(f"{NAME}.py", "VALUE = 2\n")
        archive.writestr("another_in_it.py", "VALUE = 3\n")
    monkeypatch.syspath_prepend(tmp_path / "modules.zip")
    assert runpy.run_module(NAME)["VALUE"] == 2
    importlib.import_module("another_in_it")
    assert importlib.import_module(NAME).VALUE == 2
    assert seen == [f"{NAME} 2"]
    del sys.modules["another_in_it"]


def test_a_module_that_fails_fails_as_it_does(watch: Watch, folder: Path, seen: list[str]) -> None:
    (folder / f"{NAME}.py").write_text("raise ImportError('not today')\n")
    with pytest.raises(ImportError, match="not today"):
        importlib.import_module(NAME)
    assert seen == [] and NAME not in sys.modules


def test_eight_threads_that_import_it_at_once_see_what_was_done(folder: Path) -> None:
    (folder / f"{NAME}.py").write_text("import time\ntime.sleep(0.2)\nVALUE = 1\n")

    def then(module: ModuleType) -> None:
        module.VALUE = 2  # type: ignore[attr-defined]

    watch, found = Watch([NAME], then), []

    def look() -> None:
        module: Any = importlib.import_module(NAME)
        found.append(module.VALUE)

    watch.begin()
    try:
        threads = [threading.Thread(target=look) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        watch.end()
        del sys.modules[NAME]
    assert found == [2] * 8
