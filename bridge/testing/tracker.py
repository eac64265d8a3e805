"""The contract of a tracker: subclass it, give it a `callbacks`-taking `opened`, and say what arrived."""

# ruff: noqa: D102 - the names of tests are sentences

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from uuid import uuid4

import pytest

from bridge.domain.ports import Callbacks, Tracker
from bridge.domain.run import Run

PATIENCE = 60.0
"""Seconds in which everything is sent."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """What a tracker has of a flow run.

    Args:
        state: `running`, `completed`, `failed` or `killed`.
        params: As text.
        metrics: The latest values.
        tags: At least those that were given.
        parent: The tracker's id of the run that it is nested under.
        ended_ms: When it ended.
    """

    state: str
    params: Mapping[str, str] = field(default_factory=dict)
    metrics: Mapping[str, float] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    parent: str | None = None
    ended_ms: int | None = None


class Told:
    """What a tracker tells and asks a workspace, for tests.

    >>> Told().errors
    []
    """

    def __init__(self) -> None:
        self.errors: list[str] = []
        self.started: dict[str, str] = {}

    def callbacks(self) -> Callbacks:
        """To open a tracker with."""
        return Callbacks(
            on_error=lambda error, doing: self.errors.append(f"{doing}: {error}"),
            on_started=lambda run_id, tracking_id, uri: self.started.update({run_id: tracking_id}),
            on_registered=lambda model: None,
            resolver=self._resolve,
            read=lambda version: None,
        )

    def _resolve(self, run_id: str) -> str | None:
        return self.started[run_id]  # a KeyError is a LookupError: nobody knows the run


def make_run(name: str = "training", *, parent: Run | None = None, **parameters: object) -> Run:
    """A flow run that has just begun.

    >>> make_run("training", lr=0.1).parameters
    {'lr': 0.1}
    """
    return Run(
        id=str(uuid4()),
        flow=name,
        name=name,
        state="Running",
        started=datetime.now(timezone.utc),
        parent_id=parent.id if parent else None,
        parameters=parameters,
        host="here:1",
    )


class TrackerContract:
    """What every `Tracker` promises.

    A subclass has a fixture `opened`, which makes trackers of one home from callbacks (and closes them), and a method
    `arrived`, which says what the tracker has. One that keeps nothing sets `keeps` to False.

    >>> TrackerContract.keeps
    True
    """

    keeps = True

    @pytest.fixture
    def opened(self) -> Callable[[Callbacks], Tracker]:
        raise NotImplementedError

    def arrived(self, tracker: Tracker, run: Run) -> Arrived | None:
        """What the tracker has of a flow run; None if it has no such run."""
        raise NotImplementedError

    @pytest.fixture
    def told(self) -> Told:
        return Told()

    @pytest.fixture
    def tracker(self, opened: Callable[[Callbacks], Tracker], told: Told) -> Tracker:
        return opened(told.callbacks())

    def has(self, tracker: Tracker, run: Run) -> Arrived:
        """What arrived of a run that must be there; skips the test for a tracker that keeps nothing."""
        assert tracker.flush(PATIENCE)
        if not self.keeps:
            assert self.arrived(tracker, run) is None
            pytest.skip("it keeps nothing")
        found = self.arrived(tracker, run)
        assert found is not None
        return found

    def test_a_run_arrives_with_its_parameters_and_what_was_logged(self, tracker: Tracker, told: Told) -> None:
        run = make_run(lr=0.1)
        tracker.start_run(run, experiment="contract", tags={"team": "blue"})
        tracker.log(run.id, params={"depth": 3}, metrics={"loss": 0.5})
        tracker.log(run.id, metrics={"loss": 0.25, "accuracy": 0.75}, tags={"colour": "green"})
        tracker.end_run(run.id, "Completed", 1_700_000_000_000)
        found = self.has(tracker, run)
        assert (found.state, found.ended_ms) == ("completed", 1_700_000_000_000)
        assert dict(found.params) == {"lr": "0.1", "depth": "3"}
        assert dict(found.metrics) == {"loss": 0.25, "accuracy": 0.75}
        assert {"team": "blue", "colour": "green"}.items() <= found.tags.items()
        assert told.errors == []

    @pytest.mark.parametrize(
        ("state", "ends"),
        [("Failed", "failed"), ("Crashed", "failed"), ("Cancelled", "killed"), ("Cached", "completed")],
    )
    def test_a_run_ends_as_prefect_says(self, tracker: Tracker, state: str, ends: str) -> None:
        run = make_run()
        tracker.start_run(run, experiment="contract", tags={})
        tracker.end_run(run.id, state, 1_700_000_000_000)
        assert self.has(tracker, run).state == ends

    def test_a_run_that_goes_on_is_running(self, tracker: Tracker) -> None:
        run = make_run()
        tracker.start_run(run, experiment="contract", tags={})
        assert self.has(tracker, run).state == "running"

    def test_a_run_that_another_one_began_is_nested_under_it(self, tracker: Tracker) -> None:
        outer = make_run("outer")
        inner = make_run("inner", parent=outer)
        for run in (outer, inner):
            tracker.start_run(run, experiment="contract", tags={})
        for run in (inner, outer):
            tracker.end_run(run.id, "Completed", 1)
        assert self.has(tracker, inner).parent == tracker.tracking_id(outer.id)

    def test_the_workspace_is_told_the_id_of_a_run(self, tracker: Tracker, told: Told) -> None:
        run = make_run()
        tracker.start_run(run, experiment="contract", tags={})
        self.has(tracker, run)
        assert told.started == {run.id: tracker.tracking_id(run.id)}

    def test_a_run_that_nobody_began_is_left_alone(self, tracker: Tracker) -> None:
        run = make_run()
        tracker.log(run.id, metrics={"loss": 1.0})
        tracker.end_run(run.id, "Completed", 1)
        assert tracker.flush(PATIENCE)
        assert tracker.tracking_id(run.id) is None
        assert self.arrived(tracker, run) is None

    def test_runs_of_processes_that_are_gone_are_ended_as_killed(
        self, opened: Callable[[Callbacks], Tracker], told: Told
    ) -> None:
        run = make_run()
        gone = opened(told.callbacks())
        gone.start_run(run, experiment="contract", tags={})
        assert gone.flush(PATIENCE)
        later = opened(told.callbacks())
        later.close_dead([(run.id, tracking_id) for tracking_id in told.started.values()])
        assert self.has(later, run).state == "killed"

    def test_many_metrics_logged_one_by_one_are_all_there(self, tracker: Tracker, told: Told) -> None:
        run = make_run()
        tracker.start_run(run, experiment="contract", tags={})
        for number in range(1500):
            tracker.log(run.id, metrics={f"m{number % 300}": float(number)})
        found = self.has(tracker, run)
        assert dict(found.metrics) == {f"m{number}": 1200.0 + number for number in range(300)}
        assert told.errors == []

    def test_names_and_values_that_are_odd_are_taken_in_some_form(self, tracker: Tracker, told: Told) -> None:
        run = make_run(text="x" * 20_000, nested={"deep": {"er": 1}})
        tracker.start_run(run, experiment="contract/odd", tags={"long": "y" * 20_000})
        tracker.log(run.id, metrics={"f1 (macro)@5": 0.5, "nan": float("nan"), "inf": float("inf")})
        found = self.has(tracker, run)
        assert found.params["nested.deep.er"] == "1"
        assert len(found.metrics) == 3
        assert told.errors == []

    def test_what_was_sent_does_not_wait_and_a_sync_sends_nothing(self, tracker: Tracker) -> None:
        run = make_run()
        tracker.start_run(run, experiment="contract", tags={})
        tracker.end_run(run.id, "Completed", 1)
        assert tracker.flush(PATIENCE)
        assert list(tracker.unsent()) == []
        done = tracker.sync(lambda count: None)
        assert (dict(done.sent), done.closed, done.left) == ({}, 0, ())

    def test_closing_twice_is_closing_once(self, opened: Callable[[Callbacks], Tracker], told: Told) -> None:
        tracker = opened(told.callbacks())
        run = make_run()
        tracker.start_run(run, experiment="contract", tags={})
        tracker.end_run(run.id, "Completed", 1)
        tracker.close(PATIENCE)
        tracker.close(PATIENCE)
        assert told.errors == []
