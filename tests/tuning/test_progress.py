"""A study's progress: in the terminal, in the log, on the run's page in Prefect; never in the way."""

from __future__ import annotations

import io
import json
import logging
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId
from rich.console import Console

from bridge import flow
from bridge.flows import live
from bridge.tuning import progress as module
from bridge.tuning.progress import Progress
from bridge.workspace.guard import forget_warnings
from tests.tuning.made import searched, study, trial


def ended() -> None:
    """Wait for the threads that show studies."""
    for thread in [thread for thread in threading.enumerate() if thread.name == "bridge-study"]:
        thread.join(20)
        assert not thread.is_alive()


@pytest.fixture()
def page(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """A terminal: what is drawn on it."""
    drawn = io.StringIO()
    console = Console(file=drawn, force_terminal=True, width=100, color_system=None)
    monkeypatch.setattr(live, "_console_of", lambda log: console)
    yield drawn
    ended()


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_terminal_shows_a_line_while_the_study_goes_on_and_takes_it_away(page: io.StringIO) -> None:
    progress, made = Progress(after=0.0), study()
    progress.began(made, 4)
    progress.told(made, trial(0.25, number=0))
    until(lambda: "1/4" in page.getvalue())
    progress.ended(made)
    drawn = page.getvalue()
    assert "Tuning churn" in drawn and "best 0.25 (trial 0)" in drawn
    assert drawn.rstrip().endswith("\x1b[2K"), "the line is erased"


def test_a_short_study_shows_no_line(page: io.StringIO, caplog: pytest.LogCaptureFixture) -> None:
    progress, made = Progress(after=60.0), study()
    with caplog.at_level(logging.INFO, "bridge"):
        progress.began(made, 1)
        progress.told(made, trial(0.25, number=0))
        progress.ended(made)
    assert page.getvalue() == ""
    assert "Study churn: 1 trial in" in caplog.text


def test_names_are_not_read_as_markup(page: io.StringIO) -> None:
    progress, made = Progress(after=0.0), study("[red]a[/red]")
    progress.began(made, 4)
    until(lambda: "[red]a[/red]" in page.getvalue())
    progress.ended(made)


def test_without_a_terminal_the_log_says_now_and_then_how_far_it_is(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LOGGED", (0.0, 60.0))
    progress, made = Progress(after=0.0), study()
    with caplog.at_level(logging.INFO, "bridge"):
        progress.began(made, 4)
        until(lambda: "0 of 4 trials" in caplog.text)
        progress.ended(made)
    ended()
    assert caplog.text.count(" of 4 trials") == 1


def test_two_studies_at_once_are_both_told_of(page: io.StringIO, caplog: pytest.LogCaptureFixture) -> None:
    one, other = Progress(after=0.0), Progress(after=0.0)
    with caplog.at_level(logging.INFO, "bridge"):
        one.began(study("one"), 2)
        until(lambda: "one" in page.getvalue())
        other.began(study("other"), 2)
        other.ended(study("other"))
        one.ended(study("one"))
    ended()
    assert "Study one:" in caplog.text and "Study other:" in caplog.text


def test_trials_end_in_many_threads_and_each_counts_once(page: io.StringIO) -> None:
    progress, made = Progress(after=60.0), study()
    progress.began(made, 400)
    trials = [trial(float(i), number=i) for i in range(400)]
    threads = [
        threading.Thread(target=lambda part=part: [progress.told(made, one) for one in trials[part::8]])
        for part in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    progress.told(made, trials[3])
    showing = progress._showing
    assert showing is not None
    standing = showing.standing()
    progress.ended(made)
    assert (standing.done, standing.best[0].number) == (400, 0)


def test_a_study_that_goes_on_knows_what_was_done_before() -> None:
    progress, made = Progress(after=60.0), searched()
    progress.began(made, 20)
    showing = progress._showing
    assert showing is not None
    standing = showing.standing()
    progress.ended(made)
    assert (standing.before, standing.done, standing.best[0].number) == (14, 0, 7)


def test_told_and_ended_without_a_beginning_and_twice_are_nothing() -> None:
    progress, made = Progress(), study()
    progress.told(made, trial(1.0, number=0))
    progress.ended(made)
    progress.began(made, 1)
    progress.ended(made)
    progress.ended(made)
    ended()


def test_an_error_in_it_is_not_the_studys(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    forget_warnings()
    monkeypatch.setattr(module, "here", lambda: 1 / 0)
    progress, made = Progress(), study()
    progress.began(made, 1)
    progress.told(made, trial(1.0, number=0))
    progress.ended(made)
    assert "showing the progress of a study failed" in caplog.text


def artifacts(run_id: UUID) -> dict[str, Any]:
    with get_client(sync_client=True) as client:
        found = client.read_artifacts(flow_run_filter=FlowRunFilter(id=FlowRunFilterId(any_=[run_id])))
    return {str(one.key): one for one in found}


def test_the_runs_page_has_one_bar_and_one_table_that_were_rewritten(
    prefect_server: None, bridge_home: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "TICK", 0.02)
    made = study()

    @flow
    def searching() -> UUID:
        progress = Progress(after=0.0, every=0.0)
        progress.began(made, 3)
        for number in range(3):
            progress.told(made, trial(float(number), number=number))
            time.sleep(0.15)
        progress.ended(made)
        place = live.here().flow_run_id
        assert place is not None
        return place

    found = artifacts_once_written(searching())
    assert set(found) == {"study-churn-progress", "study-churn-trials"}
    assert found["study-churn-progress"].data == 100.0
    rows = json.loads(found["study-churn-trials"].data)
    assert [(row["trial"], row["value"]) for row in rows] == [("0", "0"), ("1", "1"), ("2", "2")]
    assert found["study-churn-trials"].description.startswith("Study churn: 3 trials in")


def artifacts_once_written(run_id: UUID) -> dict[str, Any]:
    ended()
    return artifacts(run_id)


def test_a_server_that_is_away_costs_one_warning(
    prefect_server: None, bridge_home: object, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    forget_warnings()
    monkeypatch.setattr(module, "TICK", 0.02)

    class Away:
        def __enter__(self) -> Away:
            raise ConnectionError("no route")

        def __exit__(self, *why: object) -> None: ...

    made = study()

    @flow
    def searching() -> str:
        monkeypatch.setattr(live, "get_client", lambda sync_client: Away())
        progress = Progress(after=0.0, every=0.0)
        progress.began(made, 2)
        for number in range(2):
            progress.told(made, trial(float(number), number=number))
            time.sleep(0.15)
        progress.ended(made)
        return "done"

    assert searching() == "done"
    ended()
    assert caplog.text.count("the progress of a study is not on its run's page: no route") == 1
