"""Versions compared, as a workspace knows them."""

from __future__ import annotations

import dataclasses
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import bridge
from bridge import materializers
from bridge.domain.arrival import Arrival
from bridge.domain.content_difference import FilesDifference, ModelDifference, NestedDifference, OwnDifference
from bridge.domain.errors import DifferenceError, DigestMismatchError, VersionNotFoundError
from bridge.domain.run import Saved
from bridge.domain.version import VersionRef
from bridge.lineage import diff
from bridge.materializers import families
from bridge.workspace import Workspace, current


@pytest.fixture()
def workspace(bridge_home: Path) -> Workspace:
    return current()


def saved(*values: Any, name: str = "thing") -> None:
    for value in values:
        bridge.save(value, name)


def test_a_table_against_one_of_another_library(workspace: Workspace) -> None:
    import polars as pl

    frame = pd.DataFrame({"id": range(1000), "v": np.arange(1000.0)})
    saved(frame, pl.from_pandas(frame.assign(v=frame.v + (frame.id == 7))))
    found = diff("thing@1", "thing@2")
    assert found.content is not None and found.content.kind == "table" and found.content.changed == 1
    assert found.old.format == "pandas+parquet" and found.new.format == "polars+parquet"
    assert "matched by id (unique in both)" in str(found) and "id=7  v: 7 → 8" in str(found)
    json.dumps(found.document(), allow_nan=False)


def test_one_selector_is_compared_with_the_version_before_it(workspace: Workspace) -> None:
    saved({"f1": 0.5}, {"f1": 0.6}, {"f1": 0.7})
    assert diff("thing").old.selector == "thing@2" and diff("thing@2").old.selector == "thing@1"
    with pytest.raises(DifferenceError, match="thing@1 has no version before it"):
        diff("thing@1")
    with pytest.raises(VersionNotFoundError):
        diff("thing", "other")


def test_the_same_content_is_not_loaded(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    saved(np.zeros(1000), name="a")
    saved(np.zeros(1000), name="b")
    monkeypatch.setattr(Workspace, "load_changed", lambda *_: pytest.fail("it was loaded"))
    found = diff("a", "b")
    assert found.same and found.equal and found.content is None
    assert found.bytes is not None and found.bytes.new == 0
    assert str(found) == "a@1 → b@1: the same content"


def test_of_a_container_only_what_differs_is_loaded(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    from bridge.materializers.numpy_array import Npy

    large, small = np.arange(5000.0), np.zeros(3)
    saved({"large": large, "small": small, "n": 1}, {"large": large, "small": small + 1, "n": 2}, name="dict")
    saved([large, small], [large, small + 1, small], name="list")
    saved({"deep": {"large": large}, "n": 1}, {"deep": {"large": large}, "n": 2}, name="deep")
    saved({"a b": large}, {"c d": large}, name="renamed")
    load = Npy.load

    def watched(self: Npy, source: Any) -> Any:
        found = load(self, source)
        assert len(found) < 9, "the large one was loaded"
        return found

    monkeypatch.setattr(Npy, "load", watched)
    found = {name: diff(name).content for name in ("dict", "list", "deep", "renamed")}
    assert all(isinstance(each, NestedDifference) for each in found.values())
    counts = {name: (each.added, each.removed, each.changed, each.unchanged) for name, each in found.items()}  # type: ignore[union-attr]
    assert counts == {"dict": (0, 0, 2, 1), "list": (1, 0, 1, 1), "deep": (0, 0, 1, 1), "renamed": (1, 1, 0, 0)}
    assert [each.path for each in found["dict"].members] == ["small"]  # type: ignore[union-attr]


def test_a_dataclass_is_compared_field_by_field(workspace: Workspace) -> None:
    held = [Held(data=np.arange(5.0), rate=rate) for rate in (0.1, 0.2)]
    saved(*held)
    found = diff("thing").content
    assert isinstance(found, NestedDifference)
    assert [each.path for each in found.changes] == ["rate"] and found.unchanged == 1


def test_bytes_shared_are_those_that_were_not_written_again(workspace: Workspace) -> None:
    random = np.random.default_rng(0).bytes(4 << 20)
    saved(random, random[: 2 << 20] + b"inserted" + random[2 << 20 :])
    found = diff("thing")
    assert found.bytes is not None and found.bytes.shared + found.bytes.new == found.new.size
    assert 0.8 < found.bytes.share < 1
    assert isinstance(found.content, FilesDifference) and found.content.changed == 1


def test_folders_are_compared_by_path_and_digest(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "a.txt").write_text("a")
    saved(tmp_path / "d")
    (tmp_path / "d" / "b.txt").write_text("bb")
    saved(tmp_path / "d")
    found = diff("thing")
    assert isinstance(found.content, FilesDifference)
    assert [(each.what, each.path, each.new) for each in found.content.changes] == [("added", "b.txt", 2)]


def test_a_model_is_compared_by_parameters_and_files(workspace: Workspace) -> None:
    from sklearn.linear_model import Ridge

    data = np.arange(6.0).reshape(3, 2)
    saved(*(Ridge(alpha=alpha).fit(data, data[:, 0]) for alpha in (0.5, 1.0)))
    found = diff("thing")
    assert isinstance(found.content, ModelDifference) and found.content.files is not None
    assert [(each.path, each.delta) for each in found.content.parameters.changes] == [("alpha", 0.5)]


def test_metadata_that_differ_are_listed_and_what_the_content_says_is_not(workspace: Workspace) -> None:
    bridge.save([1], "thing", metadata={"source": "survey"})
    bridge.save([1, 2], "thing", metadata={"source": "import"})
    (change,) = diff("thing").metadata
    assert (change.path, change.old, change.new) == ("source", "survey", "import")


@dataclasses.dataclass
class Held:
    data: Any
    rate: float


class Opaque:
    def __init__(self, number: int) -> None:
        self.number = number


def test_what_nothing_knows_is_compared_by_its_files(workspace: Workspace) -> None:
    saved(Opaque(1), Opaque(2))
    found = diff("thing")
    assert isinstance(found.content, FilesDifference)
    assert "Opaque, so their files are compared" in found.notes[0]


def test_a_pickle_from_elsewhere_is_not_loaded_and_the_difference_says_so(workspace: Workspace) -> None:
    saved(Opaque(1))
    manifest, _ = materializers.save(Opaque(2), workspace.store.write)
    from_elsewhere = replace(workspace.resolve("thing"), ref=VersionRef("thing", 2), digest=manifest.digest)
    workspace.catalog.receive([Arrival(from_elsewhere, "archive of ann", manifest)])
    found = diff("thing")
    assert isinstance(found.content, FilesDifference) and found.content.changed == 1
    assert "can run code" in found.notes[0] and "only files" in found.notes[0]


def test_a_format_of_a_project_that_is_not_imported_is_compared_by_its_files(workspace: Workspace) -> None:
    for number in (1, 2):
        manifest, _ = workspace.store.write("unheard-of", lambda sink, n=number: _write(sink, n))
        one = Saved("thing", "their.Type", manifest)
        workspace.catalog.save(one, step_id=None, run_id=None)
    found = diff("thing")
    assert isinstance(found.content, FilesDifference) and "unheard-of" in found.notes[0]


def _write(sink: Any, number: int) -> dict[str, Any]:
    with sink.open("x.bin") as file:
        file.write(bytes([number]) * 5000)
    return {}


def test_versions_without_bytes_are_compared_by_their_facts(workspace: Workspace) -> None:
    for number in (1, 2):
        one = Saved("thing", "generator", None, {"not_stored": "it is a generator", "n": number})
        workspace.catalog.save(one, step_id=None, run_id=None)
    found = diff("thing@1", "thing@2")
    assert not found.same and not found.equal and found.bytes is None
    assert "it is a generator" in found.notes[0]
    assert [each.path for each in found.metadata] == ["n"]


def test_bytes_that_were_tampered_with_are_an_error(workspace: Workspace, bridge_home: Path) -> None:
    saved(np.random.default_rng(0).normal(size=10_000), np.zeros(3000))
    largest = max((bridge_home / "store").rglob("*"), key=lambda path: path.stat().st_size if path.is_file() else 0)
    data = bytearray(largest.read_bytes())
    data[len(data) // 2] ^= 1
    largest.chmod(0o644)
    largest.write_bytes(data)
    with pytest.raises(DigestMismatchError):
        diff("thing")


def test_a_key_that_is_of_no_use_is_said_to_be(workspace: Workspace) -> None:
    saved("a", "b", name="text")
    assert "The key id was not used" in diff("text", key="id").notes[0] or diff("text", key="id").content is not None
    saved(np.zeros(2), np.ones(2), name="array")
    assert "The key id was not used" in diff("array", key=["id"]).notes[0]


def test_a_key_that_is_missing_is_an_error_with_what_there_is(workspace: Workspace) -> None:
    saved(pd.DataFrame({"v": [1]}), pd.DataFrame({"v": [2]}))
    with pytest.raises(DifferenceError, match=r"the old table has no column 'id'. There is: v\."):
        diff("thing", key="id")


class Weight:
    def __init__(self, grams: float) -> None:
        self.grams = grams


class WeightFile:
    format = "test-weight"
    said: Any = None

    def save(self, value: Weight, sink: Any) -> dict[str, Any]:
        with sink.open("grams.txt") as file:
            file.write(str(value.grams).encode())
        return {}

    def load(self, source: Any) -> Weight:
        with source.open("grams.txt") as file:
            return Weight(float(file.read()))

    def diff(self, old: Weight, new: Weight) -> Any:
        if isinstance(self.said, Exception):
            raise self.said
        return self.said(old, new) if callable(self.said) else self.said


@pytest.fixture()
def weights(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> type[WeightFile]:
    monkeypatch.setattr(families.registry, "_all", families.registry._all)
    bridge.materializer(Weight)(WeightFile)
    saved(Weight(1.0), Weight(2.5))
    saved({"a": Weight(1.0), "b": np.zeros(2)}, {"a": Weight(2.5), "b": np.zeros(2)}, name="held")
    return WeightFile


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("heavier", OwnDifference("heavier")),
        ({"grams": 1.5}, OwnDifference(facts={"grams": 1.5})),
        (lambda old, new: {"by": new.grams - old.grams}, OwnDifference(facts={"by": 1.5})),
        (NestedDifference(0, 0, 1, 0), NestedDifference(0, 0, 1, 0)),
    ],
)
def test_a_materializer_of_ones_own_is_asked_first(
    weights: type[WeightFile], said: Any, wanted: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(weights, "said", staticmethod(said) if callable(said) else said)
    assert diff("thing").content == wanted
    (member,) = diff("held").content.members  # type: ignore[union-attr]
    assert (member.path, member.content) == ("a", wanted)


@pytest.mark.parametrize(
    ("said", "note"),
    [
        (RuntimeError("scales broken"), "WeightFile.diff failed, .*RuntimeError: scales broken"),
        (42, "WeightFile.diff gave a int"),
        (None, "Nothing here compares"),
    ],
)
def test_what_goes_wrong_in_it_falls_back_to_the_general_way(
    weights: type[WeightFile], said: Any, note: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(weights, "said", said)
    found = diff("thing")
    assert isinstance(found.content, FilesDifference)
    assert pytest.importorskip("re").search(note, " ".join(found.notes))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(
        st.lists(st.floats(), max_size=5),
        st.dictionaries(st.text(max_size=3), st.floats(), max_size=4),
        st.lists(st.floats(width=32), max_size=9).map(np.array),
        st.lists(st.floats(width=32), max_size=9).map(lambda values: pd.DataFrame({"v": values})),
        st.text(max_size=20),
    )
)
def test_a_version_differs_in_nothing_from_itself(workspace: Workspace, value: Any) -> None:
    ref = str(bridge.save(value, "same").ref)
    found = diff(ref, ref)
    assert found.same and found.equal and not found.metadata and found.content is None
    json.dumps(found.document(), allow_nan=False)


def test_without_pyarrow_tables_are_compared_by_their_files(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved(pd.DataFrame({"id": [1], "v": [1]}), pd.DataFrame({"id": [1], "v": [2]}))
    for name in [name for name in sys.modules if name == "pyarrow" or name.startswith("pyarrow.")]:
        monkeypatch.setitem(sys.modules, name, None)
    found = diff("thing")
    assert isinstance(found.content, FilesDifference) and "pyarrow" in " ".join(found.notes)


def test_notebooks_and_scripts_find_it_where_the_other_names_are() -> None:
    assert bridge.diff is diff
