"""A study's plots as versions."""

from __future__ import annotations

import importlib.util
import logging
from pathlib import Path

import pytest

import bridge
from bridge.tuning import plots
from bridge.tuning.plots import save_plots
from bridge.workspace.guard import forget_warnings
from tests.tuning.made import front, searched, study

needs_plotly = pytest.mark.skipif(importlib.util.find_spec("plotly") is None, reason="plotly is not installed here")


def test_the_page_is_a_version_whose_file_a_browser_opens(bridge_home: Path) -> None:
    page = next(version for version in save_plots(searched(), quick=True))
    assert str(page.ref) == "studies/churn/page@1"
    assert page.metadata["trials"] == 14
    file = bridge.load("studies/churn/page")
    assert file.name == "study.html"
    assert "<h1>churn</h1>" in file.read_text()


def test_the_same_trials_make_no_new_version(bridge_home: Path) -> None:
    made = searched()
    assert [version.ref for version in save_plots(made, quick=True)] == [
        version.ref for version in save_plots(made, quick=True)
    ]


def test_a_study_without_a_result_has_no_plots(bridge_home: Path) -> None:
    assert save_plots(study(), quick=True) == ()


def test_a_study_may_be_called_anything(bridge_home: Path) -> None:
    (page, *_) = save_plots(searched("a@b/../c\n"), quick=True)
    assert page.ref.name.startswith("studies/a-b/")
    assert bridge.load(str(page.ref)).exists()


def test_what_cannot_be_drawn_is_a_warning_and_the_rest_is_saved(
    bridge_home: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    forget_warnings()
    monkeypatch.setenv("BRIDGE_ON_ERROR", "warn")
    monkeypatch.setattr(plots, "figures", lambda study: [("history", lambda: 1 / 0)])
    with caplog.at_level(logging.WARNING):
        (page,) = save_plots(searched(), quick=False)
    assert page.ref.name == "studies/churn/page"
    assert "drawing history of study 'churn' failed" in caplog.text


@needs_plotly
def test_plotlys_figures_are_versions_of_their_own(bridge_home: Path) -> None:
    names = {version.ref.name.rpartition("/")[2] for version in save_plots(searched(), quick=False)}
    assert names == {"page", "history", "slice", "parallel", "importances", "intermediate"}
    assert type(bridge.load("studies/churn/plots/history")).__name__ == "Figure"


@needs_plotly
def test_each_objective_has_its_figures(bridge_home: Path) -> None:
    names = {version.ref.name.rpartition("/")[2] for version in save_plots(front(), quick=False)}
    assert {"page", "front", "history-0", "history-1", "slice-0", "slice-1"} <= names
