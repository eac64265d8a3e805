"""What MLflow has of a column, against what was logged."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mlflow.entities import Run
from mlflow.tracking import MlflowClient

from tests.tracking_matrix.work import FITTED, value_of

PARENT = "mlflow.parentRunId"
ENDED = ("FINISHED", "FAILED", "KILLED")


@dataclass(frozen=True)
class Expected:
    """What is to be found of one flow.

    Args:
        flow: Its name.
        marks: What its tasks logged, each with how often.
        fits: How many models were fitted; None where nobody knows.
        statuses: How its run may end.
        own: How the run that belongs to a mark may end, where it is not FINISHED.
        others: Names of further runs that may be below it.
    """

    flow: str
    marks: Mapping[str, int]
    fits: int | None
    statuses: tuple[str, ...] = ("FINISHED",)
    own: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    others: frozenset[str] = frozenset()


class Look:
    """All runs of a store at one moment.

    Args:
        uri: Of the store.
        folder: For files that are fetched.
        since: Runs that began earlier, in milliseconds, are not looked at.
    """

    def __init__(self, uri: str, folder: Path, *, since: int = 0) -> None:
        self._client, self._folder = MlflowClient(uri), folder
        experiments = [one.experiment_id for one in self._client.search_experiments()]
        began = f"attributes.start_time >= {since}"
        self.runs: list[Run] = list(self._client.search_runs(experiments, began, max_results=10_000))
        self._flows: dict[str, list[Run]] = defaultdict(list)
        self._children: dict[str, list[Run]] = defaultdict(list)
        for run in self.runs:
            if "bridge.flow" in run.data.tags:
                self._flows[run.data.tags["bridge.flow"]].append(run)
            if PARENT in run.data.tags:
                self._children[run.data.tags[PARENT]].append(run)

    def orphans(self) -> list[str]:
        """Runs that are no flow's, nor below one."""
        flows = {run.info.run_id for runs in self._flows.values() for run in runs}
        return [
            str(run.info.run_name)
            for run in self.runs
            if run.info.run_id not in flows and run.data.tags.get(PARENT) not in flows
        ]

    def running(self) -> list[str]:
        """Runs that never ended."""
        return [str(run.info.run_name) for run in self.runs if run.info.status not in ENDED]

    def wrong(self, expected: Expected) -> list[str]:
        """One sentence for each thing that is not as it must be with a flow's run and with those below it."""
        found = self._flows[expected.flow]
        if len(found) != 1:
            return [f"{expected.flow} has {len(found)} MLflow runs"]
        run = found[0]
        wrong = [] if run.info.status in expected.statuses else [f"{expected.flow} is {run.info.status}"]
        wrong += self._wrong_facts(run, expected)
        for mark, times in expected.marks.items():
            wrong += self._wrong_mark(run, mark, times)
        return wrong + self._wrong_children(run, expected)

    def _wrong_facts(self, run: Run, expected: Expected) -> list[str]:
        """Metrics, that none is from elsewhere, and autolog's."""
        wanted = {name for mark in expected.marks for name in (mark, f"{mark}-after")}
        there = {name for name in run.data.metrics if not name.startswith("training_")}
        loose = {name for mark in expected.own for name in (f"{mark}-after",)} | set(expected.others)
        wrong = [f"metric {name!r} is missing" for name in sorted(wanted - there - loose)]
        wrong += [f"metric {name!r} is from elsewhere" for name in sorted(there - wanted - loose)]
        if expected.fits is not None:
            fits = len(self._client.get_metric_history(run.info.run_id, FITTED)) if FITTED in run.data.metrics else 0
            if fits != expected.fits:
                wrong.append(f"{fits} fits are logged, not {expected.fits}")
        return wrong

    def _wrong_mark(self, run: Run, mark: str, times: int) -> list[str]:
        run_id, value = run.info.run_id, value_of(mark)
        wrong = []
        values = [one.value for one in self._client.get_metric_history(run_id, mark)]
        if values != [value] * times:
            wrong.append(f"metric {mark!r} is {values}, not {times} times {value}")
        if run.data.params.get(mark) != mark:
            wrong.append(f"parameter {mark!r} is {run.data.params.get(mark)!r}")
        if run.data.tags.get(mark) != mark:
            wrong.append(f"tag {mark!r} is {run.data.tags.get(mark)!r}")
        try:
            file = self._client.download_artifacts(run_id, f"{mark}.txt", str(self._folder))
            if Path(file).read_text() != mark:
                wrong.append(f"file {mark}.txt is another's")
        except Exception as error:
            wrong.append(f"file {mark}.txt: {error}")
        return wrong

    def _wrong_children(self, run: Run, expected: Expected) -> list[str]:
        children = [one for one in self._children[run.info.run_id] if "bridge.flow" not in one.data.tags]
        names = Counter(str(one.info.run_name) for one in children)
        wanted = Counter({f"own-{mark}": times for mark, times in expected.marks.items()})
        wrong = [f"run {name!r} is missing below {expected.flow}" for name in (wanted - names)]
        wrong += [f"run {name!r} is below {expected.flow}" for name in (names - wanted) if name not in expected.others]
        for child in children:
            mark = str(child.info.run_name).removeprefix("own-")
            if child.info.experiment_id != run.info.experiment_id:
                wrong.append(f"run {child.info.run_name!r} is in another experiment than {expected.flow}")
            if child.info.status not in self._may_end(mark, expected):
                wrong.append(f"run {child.info.run_name!r} is {child.info.status}")
            strangers = set(child.data.metrics) - {str(child.info.run_name)}
            if strangers or child.data.metrics.get(f"own-{mark}", value_of(mark)) != value_of(mark):
                wrong.append(f"run {child.info.run_name!r} has metrics {dict(child.data.metrics)}")
        return wrong

    def _may_end(self, mark: str, expected: Expected) -> tuple[str, ...]:
        if mark in expected.own:
            return expected.own[mark]
        return ("FINISHED",) if mark in expected.marks else ENDED


def of_way(name: str, runner: str, way: Any) -> list[Expected]:
    """What is to be found of a way on a runner."""
    found = []
    for suffix, marks in way.marks.items():
        status = way.statuses.get(suffix, "FINISHED")
        found.append(
            Expected(
                f"{name}-{runner}{suffix}",
                {mark: way.tries.get(mark, 1) for mark in marks},
                sum(way.tries.get(mark, 1) for mark in marks),
                ENDED if status is None else (status,),
                {mark: ("FAILED",) for mark in way.failed if mark in marks},
                way.others,
            )
        )
    return found
