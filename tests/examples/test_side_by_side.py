"""The comparison: what was gathered becomes a report that has every row, and a tool that fails does not end it."""

from __future__ import annotations

import doctest
import re
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from examples.side_by_side.compare import lines, plots, record, telling
from examples.side_by_side.compare.gathering import MISSING, gather
from examples.side_by_side.compare.inside import answering
from examples.side_by_side.compare.lines import lines_of_code
from examples.side_by_side.compare.markdown import markdown
from examples.side_by_side.compare.page import html
from examples.side_by_side.compare.record import Gathering, Subject
from examples.side_by_side.compare.rows import BEYOND, MEASURES, PROMISES, ROWS
from examples.side_by_side.compare.running import run

RECORDED = Path(__file__).with_name("gathering.json")
ALL = (*ROWS, *PROMISES, BEYOND)


@pytest.fixture()
def gathering() -> Gathering:
    """A gathering of before, with what was printed cut short."""
    return record.read(RECORDED)


def test_every_row_is_on_both_pages_with_each_tools_answer(gathering: Gathering) -> None:
    as_markdown, as_html = markdown(gathering), html(gathering)
    for row in ALL:
        assert f"### {row.name}\n" in as_markdown
        assert f"<h3>{row.name}</h3>" in as_html
        for subject in gathering.subjects:
            assert subject.answers[row.name].said.replace("|", "/") in as_markdown


def test_every_measure_is_on_both_pages(gathering: Gathering) -> None:
    as_markdown, as_html = markdown(gathering), html(gathering)
    for measure in MEASURES:
        assert f"| {measure.title} |" in as_markdown
        assert measure.title in as_html


def test_the_page_asks_no_server_for_anything(gathering: Gathering) -> None:
    page = html(gathering)
    assert "default-src &#39;none&#39;" in page or "default-src 'none'" in page
    assert not re.search(r"<script|\bsrc=|@import|style=\"", page)


def test_the_least_is_marked_and_where_bridge_is_behind_is_said(gathering: Gathering) -> None:
    for subject, value in zip(gathering.subjects, (1.0, 3.0, 2.0), strict=True):
        subject.measured["step"] = [value]
    step = next(measure for measure in MEASURES if measure.key == "step")
    assert [cell.least for cell in telling.cells(step, gathering)] == [True, False, False]
    assert "Time per step: bridge 2.00 ms, ZenML 1.00 ms." in telling.behind(gathering)
    assert "- Time per step: bridge 2.00 ms, ZenML 1.00 ms." in markdown(gathering)


def test_without_zenml_the_others_are_compared_and_the_page_says_what_is_missing(gathering: Gathering) -> None:
    gathering.subjects[0] = Subject("zenml", "ZenML", missing=MISSING)
    assert f"- **ZenML is left out.** {MISSING}" in markdown(gathering)
    assert "left out: No interpreter that has ZenML was given" in html(gathering)


def test_what_failed_is_in_the_report(gathering: Gathering) -> None:
    gathering.subjects[1].errors["twenty steps"] = "it ended with 1:\nsomething | odd"
    assert "- **Prefect + MLflow: twenty steps failed**" in markdown(gathering)
    assert "Prefect + MLflow: twenty steps failed" in html(gathering)


def test_what_a_page_of_a_tool_printed_cannot_end_its_block(gathering: Gathering) -> None:
    answers = gathering.subjects[0].answers
    answers["Lineage"] = replace(answers["Lineage"], evidence="```\n# no heading of ours", said="<b>bold</b>")
    assert "\n'''\n# no heading of ours\n```" in markdown(gathering)
    assert "<b>bold</b>" not in html(gathering)


def test_no_block_of_the_committed_page_is_run_as_an_example(gathering: Gathering) -> None:
    assert not re.search(r"^```(python|console)", markdown(gathering), re.M)


def test_a_gathering_comes_back_from_its_file(gathering: Gathering, tmp_path: Path) -> None:
    record.write(gathering, tmp_path / "gathering.json")
    assert record.read(tmp_path / "gathering.json") == gathering


def test_docstrings_comments_and_blank_lines_do_not_count() -> None:
    program = '"""What\n\nit is."""\n\n# a comment\ndef one() -> int:\n    """One."""\n    return 1  # one\n'
    assert lines_of_code(program) == 2


def test_an_answer_that_raises_is_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused() -> str:
        print("before")
        raise ValueError("no\nschedules")

    told = answering._answer(refused)
    assert told["said"] == "fails: ValueError: no schedules"
    assert told["failed"] and told["evidence"] == "before\nValueError: no\nschedules"


def test_a_process_that_takes_too_long_is_ended_with_what_it_started(tmp_path: Path) -> None:
    program = "import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']); "
    ran = run([sys.executable, "-c", f"{program} print('begun', flush=True); time.sleep(60)"], {}, tmp_path, patience=2)
    assert (ran.code, ran.output) == (-1, "begun\n")


@pytest.mark.parametrize("module", [lines, plots, telling])
def test_its_own_examples_hold(module: ModuleType) -> None:
    done = doctest.testmod(module)
    assert done.attempted > 0
    assert done.failed == 0


@pytest.mark.matrix
@pytest.mark.timeout(1500)
def test_the_comparison_runs_without_zenml(tmp_path: Path) -> None:
    gathered = gather(tmp_path, zenml=None, times=1, command="a test", say=print)
    zenml, *others = gathered.subjects
    assert zenml.missing == MISSING
    for subject in others:
        assert subject.errors == {}
        assert set(subject.answers) == {row.name for row in ALL}
        assert {name for name, answer in subject.answers.items() if answer.failed} == set()
        assert set(subject.measured) == {measure.key for measure in MEASURES}
    prefect, bridge = others
    assert bridge.days[-1] < prefect.days[-1] / 4
    assert bridge.found is not None and bridge.found[0] >= 10
    assert "logged" in bridge.answers["Governance"].said
    assert "### Lineage" in markdown(gathered)
