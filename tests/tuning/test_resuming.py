from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from typing import Annotated, Any

import optuna
import pytest
from optuna.storages import BaseStorage, InMemoryStorage
from optuna.trial import TrialState

from bridge import flow, task, tune
from bridge.domain.tuning_errors import StudyNotFoundError, TuningError
from bridge.flows.runs import here
from bridge.tuning import Choice, Uniform, delete_study, open_study
from bridge.tuning.driving import DRIVER, DRIVERS, Driver, take_back
from bridge.tuning.ending import Limits, since_better
from bridge.tuning.live import LiveTrial
from bridge.tuning.sampling import SeededSampler, generators
from bridge.tuning.storing import storage_of
from bridge.tuning.study import TunedStudy, made_or_continued
from bridge.workspace import Workspace

X = Annotated[float, Uniform(-10, 10)]


@task
def square(x: X, y: X) -> float:
    return (x - 2) ** 2 + y**2


def sampler() -> optuna.samplers.BaseSampler:
    return optuna.samplers.TPESampler(seed=1, n_startup_trials=3)


def of(study: optuna.Study) -> list[Any]:
    return [(one.number, one.state, one.values, one.params) for one in study.trials]


def test_a_name_continues_a_study_and_the_same_seed_finds_the_same(workspace: Workspace) -> None:
    @flow
    def search(name: str, n: int) -> Any:
        return tune(square, n_trials=n, study_name=name, sampler=sampler())

    search("in two", 4)
    assert of(search("in two", 8)) == of(search("at once", 8))
    assert len(search("in two", 8).trials) == 8  # it has them
    assert len(workspace.catalog.versions("studies/in two")) == 3  # as begun, after four, after eight

    @flow
    def other_direction() -> Any:
        return tune(square, n_trials=9, study_name="in two", direction="maximize")

    with pytest.raises(TuningError, match=r"it was begun with \['minimize'\]"):
        other_direction()

    @flow
    def other_space() -> Any:
        return tune(square, space={"x": Choice(1.0, 2.0)}, n_trials=9, study_name="in two")

    with pytest.raises(TuningError, match="this space: it was begun with another"):
        other_space()


def test_a_study_without_a_name_is_the_flow_runs_own_and_its_retries_continue_it(workspace: Workspace) -> None:
    attempts, names = 0, []

    @flow(retries=1)
    def search() -> Any:
        nonlocal attempts
        attempts += 1
        studies = [tune(square, n_trials=2), tune(square, n_trials=3)]
        names.append([one.study_name for one in studies])
        if attempts == 1:
            raise ValueError("once more")
        return [len(one.trials) for one in studies]

    assert search() == [2, 3]
    assert names[0] == names[1]
    assert names[0][1] == f"{names[0][0]}-2"


@pytest.mark.parametrize("way", ["callback", "trial", "grid", "patience", "timeout"])
def test_a_study_stops_when_it_is_told_to_or_has_tried_enough(workspace: Workspace, way: str) -> None:
    release = threading.Event()

    @task
    def objective(trial: optuna.Trial) -> float:
        if way == "trial" and trial.number == 3:
            trial.study.stop()
        if way == "timeout":
            release.wait(0.2)
        trial.suggest_int("n", 1, 3)
        return float(max(0, 2 - trial.number))

    def callback(study: optuna.Study, trial: Any) -> None:
        if way == "callback" and trial.number == 3:
            study.stop()

    options: dict[str, Any] = {
        "callback": {"callbacks": [callback]},
        "trial": {},
        "grid": {"sampler": optuna.samplers.GridSampler({"n": [1, 2, 3]})},
        "patience": {"patience": 4},
        "timeout": {"timeout": 0.5},
    }[way]

    @flow
    def search() -> Any:
        return tune(objective, n_trials=200, study_name="stopped", **options)

    count = len(search().trials)
    if way == "timeout":
        assert 1 <= count <= 10
    else:
        assert count == {"callback": 4, "trial": 4, "grid": 3, "patience": 7}[way]


def begun(name: str) -> TunedStudy:
    return made_or_continued(name, storage_of(name), directions=["minimize"], sampler=None, pruner=None)


def test_a_dead_drivers_trials_are_run_again_under_their_numbers_with_their_parameters(workspace: Workspace) -> None:
    study = begun("interrupted")
    dead = {"host": here().rpartition(":")[0] + ":999999999", "heard": datetime.now(timezone.utc).isoformat()}
    study._storage.set_study_system_attr(study._study_id, DRIVERS + "dead", dead)
    for number in range(2):
        trial = study.ask()
        trial.suggest_float("x", -10, 10)
        if number == 0:
            study._storage.set_trial_system_attr(trial._trial_id, DRIVER, "dead")  # the other was killed before that
    chosen = [one.params["x"] for one in study.trials]

    @flow
    def search() -> Any:
        return tune(square, n_trials=4, study_name="interrupted")

    after = search()
    assert [one.number for one in after.trials] == [0, 1, 2, 3]
    assert {one.state for one in after.trials} == {TrialState.COMPLETE}
    assert [one.params["x"] for one in after.trials[:2]] == chosen


def test_a_living_drivers_trials_are_left_alone(workspace: Workspace) -> None:
    study = begun("living")
    driver = Driver(study)
    driver.begin()
    mine, nobodys = study.ask(), study.ask()
    driver.own(mine._trial_id)
    assert take_back(study, besides="another") == []
    driver.end()
    assert [one.number for one in take_back(study, besides="another")] == [mine.number, nobodys.number]


def test_a_driver_elsewhere_that_is_silent_is_dead(workspace: Workspace) -> None:
    study = begun("silent")
    silent = {"host": "another-machine:1", "heard": "2020-01-01T00:00:00+00:00"}
    study._storage.set_study_system_attr(study._study_id, DRIVERS + "silent", silent)
    study.ask()
    assert len(take_back(study, besides="another")) == 1
    speaking = {"host": "another-machine:1", "heard": datetime.now(timezone.utc).isoformat()}
    study._storage.set_study_system_attr(study._study_id, DRIVERS + "speaking", speaking)
    study.ask()
    assert take_back(study, besides="another") == []


def test_a_trial_that_begins_again_reports_anew(workspace: Workspace) -> None:
    study = begun("reports")
    first = study.ask()
    first.report(9.0, 5)
    heard: list[tuple[float, int]] = []
    again = LiveTrial(study, first._trial_id, lambda value, step: heard.append((value, step)))
    seen: list[dict[int, float]] = []

    class Looking(optuna.pruners.BasePruner):
        def prune(self, study: Any, trial: Any) -> bool:
            seen.append(dict(trial.intermediate_values))
            return False

    study.pruner = Looking()
    again.report(1.0, 0)
    assert again.should_prune() is False
    again.report(2.0, 5)
    assert (heard, seen) == ([(1.0, 0), (2.0, 5)], [{0: 1.0}])
    assert study.trials[0].intermediate_values == {0: 1.0, 5: 2.0}


def test_eight_processes_worth_of_storages_see_one_study(workspace: Workspace) -> None:
    from optuna.storages import JournalStorage

    from bridge.tuning.storing import CatalogJournal

    begun("shared")

    def work(_: int) -> None:
        own = TunedStudy("shared", JournalStorage(CatalogJournal("shared")))
        for _ in range(5):
            trial = own.ask()
            own.tell(trial, trial.suggest_float("x", 0, 1))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    trials = open_study("shared").trials
    assert [one.number for one in trials] == list(range(40))
    assert len({one.params["x"] for one in trials}) == 40


@pytest.mark.parametrize(
    "own",
    [
        optuna.samplers.RandomSampler(seed=1),
        optuna.samplers.TPESampler(seed=1),
        optuna.samplers.NSGAIISampler(seed=1),
        optuna.samplers.GridSampler({"x": [1]}, seed=1),
    ],
)
def test_the_generators_of_optunas_samplers_are_found(own: optuna.samplers.BaseSampler) -> None:
    assert generators(own), f"Optuna {optuna.__version__} keeps its generators elsewhere: see bridge/tuning/sampling.py"


def test_what_is_drawn_depends_on_the_trial_and_the_parameter_only() -> None:
    def drawn(seed: int, order: list[str]) -> dict[str, float]:
        storage: BaseStorage = InMemoryStorage()
        study = optuna.create_study(storage=storage, sampler=SeededSampler(optuna.samplers.RandomSampler(), seed))
        trial = study.ask()
        return {name: trial.suggest_float(name, 0, 1) for name in order}

    assert drawn(1, ["a", "b"]) == drawn(1, ["b", "a"])
    assert drawn(1, ["a", "b"]) != drawn(2, ["a", "b"])
    assert len(set(drawn(1, ["a", "b"]).values())) == 2


def test_patience_counts_completed_trials_after_the_last_better_one() -> None:
    study = optuna.create_study(direction="maximize")
    for value in (1.0, 3.0, 3.0, 2.0):
        study.add_trial(optuna.trial.create_trial(value=value))
    study.add_trial(optuna.trial.create_trial(state=TrialState.FAIL))
    assert since_better(study, study.trials) == 2
    assert Limits(patience=2).reached(study) == "its last 2 completed trials were no better"
    assert Limits(patience=3).reached(study) is None
    assert Limits(n_trials=5).reached(study) == "it has its 5 trials"


def test_a_study_that_is_not_there_is_told_with_those_that_are(workspace: Workspace) -> None:
    begun("one")
    with pytest.raises(StudyNotFoundError, match=r"No study is called 'two'\. There is: one"):
        open_study("two")
    delete_study("one")
    with pytest.raises(StudyNotFoundError, match="There is: none yet"):
        delete_study("one")
    assert begun("one").trials == []


def test_a_storage_of_the_users_own_is_used(workspace: Workspace, tmp_path: Any) -> None:
    url = f"sqlite:///{tmp_path / 'optuna.db'}"

    @flow
    def search() -> Any:
        return tune(square, n_trials=3, n_jobs=2, study_name="own", storage=url)

    search()
    assert len(optuna.load_study(study_name="own", storage=url).trials) == 3
    assert workspace.catalog.journals() == []
