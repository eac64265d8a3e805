"""An object that comes again unchanged is not made into files again; a changed one is."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from bridge import materializers
from bridge.workspace import Workspace, current


@pytest.fixture()
def written(bridge_home: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Formats that were written to the store, in order."""
    formats: list[str] = []
    store = current().store
    original = store.write

    def write(format: str, save: Any, **options: Any) -> Any:
        formats.append(format)
        return original(format, save, **options)

    monkeypatch.setattr(store, "write", write)
    return formats


def put(value: Any) -> str:
    workspace: Workspace = current()
    saved = workspace.put_value(value, "x", where="a test")
    assert saved.manifest is not None
    with workspace.store.read(saved.manifest) as source:
        loaded = materializers.for_format(saved.manifest.format).load(source)
    same = value.copy()  # comparing frames rearranges them inside
    assert loaded.equals(same) if isinstance(same, pd.DataFrame) else np.array_equal(loaded, same)
    return saved.manifest.digest


LARGE = [
    np.arange(300_000.0),
    pd.DataFrame({"a": np.random.default_rng(0).random(300_000), "b": ["x", "y", "z"] * 100_000}),
]


@pytest.mark.parametrize("value", LARGE, ids=["array", "frame"])
def test_the_same_object_unchanged_is_written_once(value: Any, written: list[str]) -> None:
    assert put(value) == put(value)
    assert len(written) == 1


@pytest.mark.parametrize("value", LARGE, ids=["array", "frame"])
def test_an_object_changed_in_place_is_written_again_with_what_it_holds(value: Any, written: list[str]) -> None:
    value = value.copy()
    before = put(value)
    if isinstance(value, pd.DataFrame):
        value.loc[299_999, "b"] = "changed"
    else:
        value[-1] = -1
    assert put(value) != before
    assert len(written) == 2


@pytest.mark.matrix
def test_another_object_at_the_same_address_is_another_object(written: list[str]) -> None:
    digests = set()
    for i in range(5):
        value = np.full(300_000, float(i))
        digests.add(put(value))
        del value
        gc.collect()
    assert len(digests) == 5


def test_small_values_are_not_kept_in_mind(written: list[str]) -> None:
    value = np.arange(10.0)
    assert put(value) == put(value)
    assert len(written) == 2


def test_objects_are_not_kept_alive(bridge_home: Path) -> None:
    import weakref

    value = np.arange(300_000.0)
    put(value)
    reference = weakref.ref(value)
    del value
    gc.collect()
    assert reference() is None
