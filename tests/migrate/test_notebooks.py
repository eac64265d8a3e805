"""Notebooks are changed cell by cell; what is no Python stays."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bridge.migrate.notebooks import Notebook, place_in
from bridge.migrate.running import plan
from bridge.migrate.sources import NotReadableError


def notebook(*cells: str, indent: int | None = 1, lines: bool = True) -> str:
    document = {
        "cells": [
            {
                "cell_type": "markdown" if cell.startswith("#md") else "code",
                "metadata": {},
                "source": cell.splitlines(keepends=True) if lines else cell,
                "outputs": ["é"],
            }
            for cell in cells
        ],
        "nbformat": 4,
    }
    return json.dumps(document, indent=indent, ensure_ascii=False) + "\n"


CELLS = (
    "#md from prefect import flow",
    "%pip install prefect\n!ls -l\nfiles = !ls\nflow?",
    "import prefect as p",
    "%%bash\nfrom prefect import flow",
    "@p.flow\ndef main():\n    %time x = 1\n    if x:\n        !echo hello\n\nmain()",
    "",
    "%%time\nmain()",
)


@pytest.mark.parametrize("indent", [None, 1, 4])
@pytest.mark.parametrize("lines", [True, False])
def test_only_cells_that_change_are_changed(tmp_path: Path, indent: int | None, lines: bool) -> None:
    before = notebook(*CELLS, indent=indent, lines=lines)
    (tmp_path / "a.ipynb").write_text(before)
    plan(tmp_path).write()
    changed = list(CELLS)
    changed[2] = "import prefect as p\nimport bridge"
    changed[4] = CELLS[4].replace("@p.flow", "@bridge.flow")
    assert (tmp_path / "a.ipynb").read_text() == notebook(*changed, indent=indent, lines=lines)
    assert plan(tmp_path).changed == ()


def test_a_finding_says_which_cell(tmp_path: Path) -> None:
    (tmp_path / "a.ipynb").write_text(notebook("#md x", "x = 1", "y = 2\nfrom prefect import flow"))
    (file,) = plan(tmp_path).files
    (finding,) = file.findings
    assert finding.text.startswith("cell 3: ")
    assert finding.line == 2


def test_magics_come_back_as_they_were() -> None:
    text = notebook(*CELLS)
    read = Notebook.of(text)
    assert read.with_module(read.module()) == text


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"cells": 3}', '{"worksheets": [{"cells": []}]}'])
def test_what_is_no_notebook_is_left(text: str) -> None:
    with pytest.raises(NotReadableError, match="no notebook of format 4"):
        Notebook.of(text)


def test_a_line_of_no_cell_is_of_the_first() -> None:
    assert place_in("#@bridge-cell:0\nx\n", 1, [0]) == (1, 1)
