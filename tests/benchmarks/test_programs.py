"""The benchmark programs run, at a size at which their figures mean nothing."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.benchmarks import daily, million, reuse, second_run, values

pytestmark = pytest.mark.matrix


def _run(program: object, words: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["program", *words])
    assert program.main() == 0  # type: ignore[attr-defined]


@pytest.mark.parametrize("kind", values.KINDS)
def test_a_value_is_saved_and_loaded_with_every_tool_of_this_environment(
    kind: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _run(values, ["--times", "1", "--size", "0.001", "--kind", kind], monkeypatch)
    shown = capsys.readouterr().out
    assert "bridge" in shown
    assert ("keeps the path, not the files" in shown) == (kind == "folder")
    assert "rror" not in shown


def test_daily_versions_are_less_than_whole_files(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(daily, "COLUMN_ON", 2)
    _run(daily, ["--days", "3", "--rows", "100000"], monkeypatch)
    rows = {line.split("│")[1].strip(): line.split("│") for line in capsys.readouterr().out.splitlines() if "│" in line}
    assert float(rows["bridge"][4]) < float(rows["whole files"][4])


def test_a_full_catalog_is_asked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    _run(million, ["--names", "20", "--each", "60"], monkeypatch)
    shown = capsys.readouterr().out
    assert "resolve the latest of a name" in shown
    assert shown.count("filled in") == 2


def test_a_second_run_is_timed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    _run(second_run, ["--gigabytes", "0.002"], monkeypatch)
    shown = capsys.readouterr().out
    assert "(0 found)" not in shown
    assert "CONTENT" in shown
    assert "INPUTS" in shown
    assert "decision (key and look-up)" in shown
    assert "ZenML is left out" in shown


def test_what_finding_work_again_costs_is_timed_beside_others(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    _run(reuse, ["--size", "0.001", "--names", "2", "--times", "1"], monkeypatch)
    shown = capsys.readouterr().out
    assert "Prefect's INPUTS" in shown
    assert "descendants along 1,952 edges" in shown
