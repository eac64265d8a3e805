"""What a recorded run used."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path

import bridge
from bridge.domain.run import Input, Output, Run, Step
from bridge.domain.version import Tie, VersionRef
from bridge.reproduce.used import is_shortened, used_by
from bridge.workspace import current

START = datetime(2026, 5, 3, tzinfo=timezone.utc)


def run(**parameters: object) -> Run:
    return Run("run", "training", "wise-otter", "Completed", START, parameters=parameters)


def step(
    name: str, at: int, *, used: list[tuple[str, VersionRef, Tie]] | None = None, made: list[VersionRef] | None = None
) -> Step:
    return Step(
        id="run" if name == "training" else name,
        task=name,
        name=f"{name}-0",
        state="Completed",
        started=START + timedelta(seconds=at),
        ended=START + timedelta(seconds=at + 0.5),
        run_id="run",
        inputs=tuple(Input(*one) for one in used or ()),
        outputs=tuple(Output(ref.name, ref, "saved") for ref in made or ()),
    )


def test_what_it_loaded_is_pinned_but_not_what_it_had_saved_before(bridge_home: Path) -> None:
    old, own = VersionRef("data", 3), VersionRef("cleaned", 1)
    steps = [
        step("load", 0, used=[("load", old, "declared")], made=[own]),
        step("train", 1, used=[("load", own, "declared"), ("data", old, "identity")]),
    ]
    assert used_by(current(), run(), steps).loaded == ("data@3",)


def test_a_version_that_it_loaded_and_saved_again_later_is_pinned(bridge_home: Path) -> None:
    state = VersionRef("state", 1)
    steps = [
        step("read", 0, used=[("load", state, "declared")]),
        step("write", 1, made=[state]),
    ]
    assert used_by(current(), run(), steps).loaded == ("state@1",)


def test_a_parameter_that_is_a_version_is_loaded_and_plain_ones_are_taken_as_they_are(bridge_home: Path) -> None:
    frame, number = VersionRef("data", 1), VersionRef("limit", 1)
    whole = step("training", 0, used=[("data", frame, "declared"), ("limit", number, "declared")])
    found = used_by(current(), run(data="<DataFrame 3x4>", limit=5, other="<Thing>", names=["a"]), [whole])
    assert found.versions == {"data": "data@1"}
    assert found.parameters == {"limit": 5, "names": ["a"]}
    assert found.lost == ("other",)


def test_imports_of_files_are_known_with_the_versions_that_they_made(bridge_home: Path, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("1")
    imported = bridge.import_file(tmp_path / "a.csv", "raw")
    saved = bridge.save([1], "numbers")
    found = used_by(current(), run(), [step("load", 0, made=[imported.ref, saved.ref])])
    assert found.imported == {"raw": ("raw@1",)}


def test_texts_that_only_look_like_something_shortened_are_kept() -> None:
    assert not any(map(is_shortened, ["<b> bold", "a < b", "<a href='x'>", "", 5, None, {"a": [1, "x"]}]))
    assert all(map(is_shortened, ["<ndarray 3x4>", "<Thing>", "x" * 2000 + "… (5000 characters)", [["<list>"]]]))
