"""A study's page: what it shows, and that nothing in a study does more than be read."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from optuna.trial import TrialState

from bridge.tuning.page import html
from bridge.tuning.page.scales import Scale, of_values
from bridge.tuning.page.sections import sections
from tests.tuning.made import front, searched, study, trial

HOSTILE = "</svg><script>alert(1)</script><b>\x00'\"&"


def titles(made: object) -> list[str]:
    return [section.title for section in sections(made, importances=False)]  # type: ignore[arg-type]  # a study


def test_a_page_has_a_section_for_what_there_is() -> None:
    assert titles(searched()) == [
        "The study",
        "Best trial",
        "History",
        "Parameters",
        "Combinations",
        "On the way",
        "Trials",
    ]
    assert "Pareto front" in titles(front()) and "Best trial" not in titles(front())
    assert titles(study()) == ["The study"]
    assert titles(study(trials=[trial(number=0, state=TrialState.FAIL)])) == ["The study", "Trials"]
    assert titles(study(trials=[trial(1.0, number=0, params={})])) == ["The study", "Best trial", "History", "Trials"]


def test_the_same_trials_give_the_same_text() -> None:
    made = searched()
    assert html(made, importances=False) == html(made, importances=False)


def test_the_page_is_well_formed_and_asks_for_nothing() -> None:
    for made in (searched(), front(), study()):
        text = html(made, importances=False)
        for drawing in re.findall(r"<svg.*?</svg>", text, re.S):
            ElementTree.fromstring(drawing)
        assert not re.search(r"(src|href)=|<script|@import|url\(", text)
        assert "default-src 'none'" in text


def test_names_and_values_are_text_wherever_they_stand() -> None:
    made = study(HOSTILE, trials=[trial(float(i), number=i, params={HOSTILE: float(i), "b": 1.0}) for i in range(5)])

    class Seen(HTMLParser):
        tags: set[str] = set()

        def handle_starttag(self, tag: str, attrs: object) -> None:
            self.tags.add(tag)

    text = html(made, importances=False)
    seen = Seen()
    seen.feed(text)
    assert "script" not in seen.tags and "b" not in seen.tags
    assert "\x00" not in text


def test_every_mark_lies_within_its_chart() -> None:
    values = [float("inf"), -1e300, 1e300, 0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
    made = study(trials=[trial(value, number=i) for i, value in enumerate(values)])
    charts = [chart for section in sections(made, importances=False) for chart in section.charts]
    assert charts
    for chart in charts:
        for dot in chart.dots:
            assert chart.left <= dot.x <= chart.right and chart.top <= dot.y <= chart.bottom
        for line in chart.lines:
            for point in line.points.split():
                x, y = map(float, point.split(","))
                assert chart.left <= x <= chart.right and chart.top <= y <= chart.bottom


def test_a_value_far_from_all_others_does_not_flatten_them_and_that_is_said() -> None:
    made = study(trials=[trial(1e9 if i == 3 else i / 10, number=i) for i in range(30)])
    history = next(section for section in sections(made, importances=False) if section.title == "History")
    assert history.note.endswith("Values far from all others are drawn at the edge.")
    assert len({dot.y for dot in history.charts[0].dots}) == 30
    usual = next(section for section in sections(searched(), importances=False) if section.title == "History")
    assert "edge" not in usual.note


def test_the_line_of_the_best_never_goes_back() -> None:
    made = study(directions=["maximize"], trials=[trial(v, number=i) for i, v in enumerate([1, 3, 2, 5, 4])])
    history = next(section for section in sections(made, importances=False) if section.title == "History")
    (line,) = history.charts[0].lines
    ups = [float(point.split(",")[1]) for point in line.points.split()]
    assert ups == sorted(ups, reverse=True)


def test_a_parameter_that_a_trial_does_not_have_breaks_its_line() -> None:
    def params(i: int) -> dict[str, object]:
        return {"lr": 0.1, "depth": 3, "kind": "gini"} if i % 2 else {"lr": 0.1, "kind": "gini"}

    made = study(trials=[trial(float(i), number=i, params=params(i)) for i in range(8)])
    drawn = next(section for section in sections(made, importances=False) if section.title == "Combinations")
    assert len(drawn.axes) == 4
    assert all(line.points for line in drawn.charts[0].lines)


def test_a_large_study_makes_a_page_that_a_browser_bears() -> None:
    trials = [trial(i % 97 / 10, number=i, reported={0: 1.0, 1: 2.0}) for i in range(3000)]
    text = html(study(trials=trials), importances=False)
    assert len(text) < 3_000_000
    assert "… 2,800 more." in text


@pytest.mark.parametrize("values", [[], [1.0], [2.0, 2.0], [float("inf")], [0.0, 1e-300], [-1e308, 1e308]])
def test_a_scale_of_any_values_has_ticks_within_it(values: list[float]) -> None:
    ticks = of_values(values).ticks()
    assert ticks and all(0 <= tick.at <= 1 for tick in ticks)


@pytest.mark.parametrize(("low", "high"), [(1e-8, 1.0), (1.0, 1.5), (3.0, 7000.0), (1e-300, 1e300)])
def test_a_logarithmic_scale_has_some_ticks_and_not_many(low: float, high: float) -> None:
    assert 1 <= len(Scale(low, high, log=True).ticks()) <= 9
