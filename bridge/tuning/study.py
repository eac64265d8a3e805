"""A study of the workspace: made, continued, opened, listed, removed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import optuna
from optuna.pruners import BasePruner
from optuna.samplers import BaseSampler
from optuna.storages import BaseStorage
from optuna.study import Study, StudyDirection
from optuna.trial import FrozenTrial, TrialState

from bridge.domain.tuning_errors import StudyNotFoundError, TuningError
from bridge.tuning.storing import PREFIX, forget_storage, storage_of
from bridge.workspace import current

SEED, STOP = "bridge:seed", "bridge:stop"


class TunedStudy(Study):
    """Optuna's study, which can also be stopped from where its trials run.

    `Study.stop` works only within `Study.optimize`; samplers that come to an end, as `GridSampler`, call it, too.
    """

    def stop(self) -> None:
        """Begin no more trials; those that run are finished."""
        self._storage.set_study_system_attr(self._study_id, STOP, True)


@dataclass(frozen=True, slots=True)
class StudySummary:
    """What is known of a study at a glance.

    Args:
        name: Its name.
        directions: `minimize` or `maximize`, one for each objective.
        trials: Number of its trials by state, as Optuna names them: `COMPLETE`, `PRUNED`, `FAIL`, `RUNNING`, `WAITING`.
        best: Number of its best trial; None if there is none, or several objectives.
        value: Of the best trial.
        params: Of the best trial.
        began: When its first trial began, in this machine's time zone.
        last: When a trial of it began or ended last.
    """

    name: str
    directions: tuple[str, ...]
    trials: dict[str, int]
    best: int | None
    value: float | None
    params: dict[str, Any]
    began: datetime | None
    last: datetime | None


def open_study(name: str) -> Study:
    """The study of a name, as it is now: trials that other processes end later are seen, too.

    Args:
        name: As it was given to `tune`, or as `bridge studies` lists it.

    Raises:
        StudyNotFoundError: If there is none.

    >>> open_study("never-begun")
    Traceback (most recent call last):
        ...
    bridge.domain.tuning_errors.StudyNotFoundError: No study is called 'never-begun'. There is: ...
    """
    known = names()
    if name not in known:
        raise StudyNotFoundError(name, known)
    return TunedStudy(name, storage_of(name))


def names() -> list[str]:
    """Names of the workspace's studies, in order."""
    return [name.removeprefix(PREFIX) for name in current().catalog.journals(prefix=PREFIX)]


def studies() -> list[StudySummary]:
    """The workspace's studies, the latest first.

    >>> isinstance(studies(), list)
    True
    """
    found = [summary(open_study(name)) for name in names()]
    return sorted(found, key=lambda one: one.last or datetime.min, reverse=True)


def summary(study: Study) -> StudySummary:
    """A study at a glance."""
    trials = study.get_trials(deepcopy=False)
    best = best_of(study)
    times = [time for one in trials for time in (one.datetime_start, one.datetime_complete) if time is not None]
    return StudySummary(
        name=study.study_name,
        directions=tuple(one.name.lower() for one in study.directions),
        trials={state.name: n for state in TrialState if (n := sum(one.state == state for one in trials))},
        best=best.number if best else None,
        value=best.value if best else None,
        params=dict(best.params) if best else {},
        began=min(times, default=None),
        last=max(times, default=None),
    )


def best_of(study: Study) -> FrozenTrial | None:
    """The best trial of a study with one objective; None if it has none yet, or more objectives."""
    if len(study.directions) > 1:
        return None
    try:
        return study.best_trial
    except ValueError:  # no trial is complete
        return None


def delete_study(name: str) -> None:
    """Forget a study with its trials; versions and runs that they made stay.

    Raises:
        StudyNotFoundError: If there is none.
    """
    if not current().catalog.drop_journal(PREFIX + name):
        raise StudyNotFoundError(name, names())
    forget_storage(name)


def made_or_continued(
    name: str,
    storage: BaseStorage,
    *,
    directions: Sequence[str],
    sampler: BaseSampler | None,
    pruner: BasePruner | None,
) -> TunedStudy:
    """The study of a name in a storage; made if it is not there.

    Raises:
        TuningError: If it is there, and seeks something else.
    """
    sought = [StudyDirection[word.upper()] for word in directions]
    quietly(lambda: optuna.create_study(storage=storage, study_name=name, directions=sought, load_if_exists=True))
    study = TunedStudy(name, storage, sampler=sampler, pruner=pruner)
    if study.directions != sought:
        there = [one.name.lower() for one in study.directions]
        way_out = f"it was begun with {there}; give these, or another study_name"
        raise TuningError(name, f"directions={list(directions)}", way_out)
    return study


def direction_names(
    study: str, direction: str | StudyDirection | None, directions: Sequence[str | StudyDirection] | None
) -> list[str]:
    """What is sought, one word for each objective.

    Raises:
        TuningError: If both are given, or a word is neither `minimize` nor `maximize`.

    >>> direction_names("s", None, None), direction_names("s", None, ["minimize", "maximize"])
    (['minimize'], ['minimize', 'maximize'])
    """
    if direction is not None and directions is not None:
        raise TuningError(study, "both direction and directions", "give one of them")
    if isinstance(directions, str):
        raise TuningError(study, f"directions={directions!r}", "give a list, one for each objective")
    words = [direction or "minimize"] if directions is None else list(directions)
    found = [word.name.lower() if isinstance(word, StudyDirection) else str(word).lower() for word in words]
    if not found or any(word not in ("minimize", "maximize") for word in found):
        raise TuningError(study, f"direction={words!r}", "each objective is one to 'minimize' or to 'maximize'")
    return found


def quietly(do: Callable[[], Any]) -> Any:
    """Do something without Optuna's news of it: what is worth telling is told by the progress."""
    before = optuna.logging.get_verbosity()
    if before == optuna.logging.INFO:  # its default; who has set another wants that
        optuna.logging.set_verbosity(optuna.logging.WARNING)
    try:
        return do()
    finally:
        optuna.logging.set_verbosity(before)
