from __future__ import annotations

import io
import json
from base64 import b64decode
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from rich.console import Console

from bridge.cli.artifacts.metadata import print_metadata
from bridge.cli.artifacts.preview import print_preview
from bridge.domain.preview import Preview
from bridge.workspace import Workspace, current

from .conftest import Said

Run = Callable[..., Said]


@pytest.fixture()
def workspace(bridge_home: Path) -> Workspace:
    return current()


def frame(rows: int = 50_000) -> pd.DataFrame:
    values = {"customer": np.arange(rows), "spend": np.linspace(0.5, 99.5, rows), "plan": ["free", None] * (rows // 2)}
    return pd.DataFrame(values)


def test_a_table_is_shown_with_its_columns_their_spread_and_its_first_rows(bridge: Run, workspace: Workspace) -> None:
    workspace.save(frame(), "churn-data", metadata={"description": "From the shop."})
    said = bridge("artifacts", "show", "churn-data").out
    lines = [" ".join(line.split()) for line in said.splitlines()]
    assert "customer int64 0 ██████████ 49,995" in lines
    assert "spend float64 0.5 ██████████ 99.49" in lines
    assert "plan str 25,000" in lines
    assert "a sample: 10,000 of 50,000 rows." in said
    assert lines[lines.index("First rows") + 1 :][:2] == ["customer spend plan", "0 0.5 free"]
    assert "… 49,990 more rows" in lines
    assert "description From the shop." in lines
    document = bridge("artifacts", "show", "churn-data", "--json").json
    assert document["preview"]["facts"]["rows"][0] == [0, 0.5, "free"]
    assert document["metadata"]["nulls"] == {"plan": 25_000}


def test_a_wide_table_is_cut_to_the_terminal(workspace: Workspace) -> None:
    version = workspace.save(pd.DataFrame({f"a-long-name-{i}": ["x" * 100] for i in range(300)}), "wide")
    preview = workspace.catalog.preview(str(version.digest))
    assert preview is not None
    for width in (20, 80, 120):
        console = Console(width=width, force_terminal=True, record=True, file=io.StringIO())
        print_metadata(version.metadata, preview=preview, console=console)
        print_preview(preview, selector="wide@1", console=console)
        lines = console.export_text().splitlines()
        assert max(map(len, lines)) <= width, lines
        assert any(line.startswith("… 270 more (--json has 200)") for line in lines) or width == 20
        assert any("more columns" in line for line in lines)


def test_pictures_are_written_and_not_over_something(bridge: Run, workspace: Workspace, tmp_path: Path) -> None:
    workspace.save(Image.new("RGB", (512, 256), "red"), "picture")
    file = tmp_path / "out" / "small.png"
    assert "PNG, 256 x 128" in bridge("artifacts", "preview", "picture").out
    said = bridge("artifacts", "preview", "picture", "--out", str(file))
    assert (said.code, str(file) in said.out) == (0, True)
    with Image.open(file) as small:
        assert small.size == (256, 128)
    again = bridge("artifacts", "preview", "picture", "--out", str(file))
    assert (again.code, "--force" in again.err) == (1, True)
    assert bridge("artifacts", "preview", "picture", "--out", str(file), "--force").code == 0
    document = bridge("artifacts", "preview", "picture", "--json").json
    assert b64decode(document["preview"]["data"]) == file.read_bytes()


def test_facts_are_written_as_json(bridge: Run, workspace: Workspace, tmp_path: Path) -> None:
    workspace.save(frame(), "churn-data")
    file = tmp_path / "head.json"
    assert bridge("artifacts", "preview", "churn-data", "--out", str(file)).code == 0
    assert json.loads(file.read_text())["of"] == [50_000, 3]


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (np.arange(20_000.0), ["[0.0000e+00 1.0000e+00 ...", "mean 1e+04", "of 10,000 of 20,000 values"]),
        ("first line\nsecond line\n" * 1000, ["First lines", "second line"]),
        ({"w": np.zeros(3), "rate": 0.5}, ["w", "numpy.ndarray", "0.5", "Members with files of their own"]),
        (list(range(3000)), ["First members", "… 2,980 more"]),
    ],
    ids=["array", "text", "members", "list"],
)
def test_every_kind_is_shown(value: Any, told: list[str], bridge: Run, workspace: Workspace) -> None:
    workspace.save(value, "thing")
    said = bridge("artifacts", "show", "thing").out
    assert [each for each in told if each not in said] == []


def test_what_has_no_preview_says_how_to_see_it(bridge: Run, workspace: Workspace) -> None:
    workspace.save(0.93, "accuracy")
    assert "bridge load accuracy@1" in bridge("artifacts", "preview", "accuracy").out
    assert bridge("artifacts", "preview", "accuracy", "--json").json["preview"] is None


@pytest.mark.parametrize(
    "preview",
    [
        Preview.of("table", {"rows": [[1]], "columns": [["a", "int"]]}),
        Preview.of("table", {"spread": [1, 2]}),
        Preview.of("array", {}),
        Preview.of("members", {"length": 3}),
        Preview.of("graph", {"nodes": 3, "edges": [[1, 2]]}),
        Preview.of_text("\x1b[31mred\x07\n\ttab", kind="log"),
    ],
    ids=lambda preview: preview.kind,
)
def test_a_preview_of_a_users_own_making_is_shown_as_far_as_it_can_be(
    preview: Preview, bridge: Run, workspace: Workspace
) -> None:
    saved = workspace.put_value([1, 2], "own", where="a test", metadata={"columns": 3, "nulls": "none", "members": [1]})
    workspace.catalog.save(replace(saved, preview=preview), step_id=None, run_id=None)
    said = bridge("artifacts", "show", "own")
    assert (said.code, said.err) == (0, "")
    assert "\x1b" not in said.out
    assert bridge("artifacts", "preview", "own").code == 0


def test_previews_of_earlier_versions_of_bridge_that_said_less_are_shown(bridge: Run, workspace: Workspace) -> None:
    workspace.save([1], "old", metadata={"rows": 1, "shape": [1, 1], "columns": [["a", "int64"]]})
    said = bridge("artifacts", "show", "old").out
    assert "a       int64" in said
