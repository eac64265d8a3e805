"""`tune` and `atune`: a study whose trials are task runs of the flow."""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any, get_args

from optuna.pruners import BasePruner
from optuna.samplers import BaseSampler, TPESampler
from optuna.storages import BaseStorage, InMemoryStorage
from optuna.study import Study, StudyDirection
from optuna.trial import FrozenTrial, TrialState

from bridge.domain.tuning_errors import NoTrialError, TuningError
from bridge.flows import trials
from bridge.tuning.driving import Driver
from bridge.tuning.ending import Limits
from bridge.tuning.live import elsewhere
from bridge.tuning.objective import objective_of
from bridge.tuning.progress import Progress
from bridge.tuning.recording import Keep, as_of, recorded, settle
from bridge.tuning.running import ERROR, Loop, OnFailure, Plan
from bridge.tuning.sampling import SeededSampler, seed_of
from bridge.tuning.spaces import Space
from bridge.tuning.storing import chosen_storage
from bridge.tuning.study import SEED, STOP, TunedStudy, direction_names, made_or_continued, quietly


def tune(
    objective: Any,
    *,
    space: Space | None = None,
    n_trials: int | None = None,
    n_jobs: int = 1,
    timeout: float | None = None,
    patience: int | None = None,
    direction: str | StudyDirection | None = None,
    directions: Sequence[str | StudyDirection] | None = None,
    sampler: BaseSampler | None = None,
    pruner: BasePruner | None = None,
    study_name: str | None = None,
    storage: str | BaseStorage | None = None,
    on_failure: OnFailure = "continue",
    callbacks: Iterable[Callable[[Study, FrozenTrial], None]] = (),
    keep: Keep = "all",
    progress: bool = True,
    **fixed: Any,
) -> Study:
    """Search for the parameters that an objective is best with; each trial is a task run of the flow.

    Called in a flow. Trials are submitted to the flow's task runner, `n_jobs` at a time; as one ends the next begins.
    Each is recorded like any task run, with a run of its own in the tracker; what the best one made has the alias
    `best`.

    Args:
        objective: A task, or a function, that returns a number (with several directions, that many numbers; after
            them may come values to keep, a model for one). It takes the parameters that are searched by name, or
            Optuna's trial as its first parameter, called `trial`, or both.
        space: Parameters with what they are searched in: `Uniform`, `LogUniform`, `Int`, `LogInt`, `Choice` of
            `bridge.tuning`, or distributions of Optuna's. Left out, the annotations of the objective's parameters.
        n_trials: Trials that the study is to have. Those that it has already count.
        n_jobs: Trials at a time; -1 for as many as there are processors.
        timeout: Seconds after which no more trials are begun.
        patience: Completed trials without a better one after which no more are begun.
        direction: `minimize` (the default) or `maximize`.
        directions: The same for each of several objectives.
        sampler: Optuna's; left out, its default. A seed in it makes a study with `n_jobs=1` repeatable.
        pruner: Optuna's; left out, its default.
        study_name: A study of that name is continued. Left out, the flow run has its own, which its retries continue.
        storage: Where the study is kept instead of the workspace: a storage of Optuna's, or its URL.
        on_failure: `continue` records a trial that fails and goes on; `raise` ends the study with its error.
        callbacks: Called with the study and each trial that has ended, as Optuna's; `study.stop()` ends the study.
        keep: `best` forgets the versions that other trials than the best made (of several objectives: the front).
        progress: Whether to show how it goes.
        fixed: The objective's other parameters, the same for all trials. For another process a large value is saved
            once and loaded there once.

    Returns:
        Optuna's study.

    Raises:
        TuningError: If the study cannot be made, continued or run as asked; `SpaceError`, if a range cannot be.
        ObjectiveError: If the objective returns what is no result.
        NoTrialError: If every trial failed.

    >>> from typing import Annotated
    >>> from bridge import flow, task
    >>> from bridge.tuning import Uniform, tune
    >>> @task
    ... def objective(x: Annotated[float, Uniform(-10, 10)]) -> float: return (x - 2) ** 2
    >>> @flow
    ... def search(): return tune(objective, n_trials=20).best_params["x"]
    """
    limits = Limits(n_trials, timeout, patience)
    wanted = objective_of(objective, space=space, fixed=fixed)
    name = study_name or _own_name(wanted.name)
    jobs = _checked(name, limits, n_jobs=n_jobs, on_failure=on_failure, keep=keep)
    study = made_or_continued(
        name,
        chosen_storage(name, storage),
        directions=direction_names(name, direction, directions),
        sampler=sampler or _default_sampler(jobs, directions),
        pruner=pruner,
    )
    _check_reachable(study)
    own = study.sampler
    study.sampler = seeded = _seeded(study)
    there = elsewhere(study, seeded)
    shown = Progress(timeout=timeout) if progress else None
    driver = Driver(study)
    driver.begin()
    try:
        begun = recorded(study, wanted)
        sent = as_of(wanted, study)
        plan = Plan(sent, there, limits, jobs, on_failure, tuple(callbacks), shown, begun.ref if begun else None)
        if shown is not None:
            shown.began(study, n_trials)
        try:
            Loop(study, driver, plan).run()
        finally:
            if shown is not None:
                shown.ended(study)
    finally:
        driver.end()
        study.sampler = own
    settle(study, wanted, keep=keep)
    recorded(study, wanted)
    _plots(study)
    _check_some_result(study)
    return study


async def atune(objective: Any, **options: Any) -> Study:
    """`tune` for an async flow: the event loop goes on meanwhile. Takes and returns the same.

    >>> import inspect
    >>> inspect.iscoroutinefunction(atune)
    True
    """
    import anyio.to_thread

    return await anyio.to_thread.run_sync(lambda: tune(objective, **options), abandon_on_cancel=False)


def _checked(name: str, limits: Limits, *, n_jobs: int, on_failure: str, keep: str) -> int:
    """Raise `TuningError` for what cannot be; return how many trials run at a time."""
    if not trials.is_in_flow():
        raise TuningError(name, "no flow run", "call tune in a function with @flow: trials are its task runs")
    limits.check(name)
    if not isinstance(n_jobs, int) or isinstance(n_jobs, bool) or n_jobs == 0 or n_jobs < -1:
        raise TuningError(name, f"n_jobs={n_jobs!r}", "give a whole number from 1 up, or -1 for one a processor")
    for option, given, words in (("on_failure", on_failure, get_args(OnFailure)), ("keep", keep, get_args(Keep))):
        if given not in words:
            raise TuningError(name, f"{option}={given!r}", f"it is {' or '.join(map(repr, words))}")
    return (os.cpu_count() or 1) if n_jobs == -1 else n_jobs


def _check_reachable(study: TunedStudy) -> None:
    if isinstance(study._storage, InMemoryStorage) and not trials.is_in_this_process():
        way_out = "give one that the task runner's processes reach: a URL of Optuna's, or a JournalStorage"
        raise TuningError(study.study_name, "a storage in the memory of this process", way_out)


_calls: Counter[tuple[str, str]] = Counter()
_lock = threading.Lock()


def _own_name(objective: str) -> str:
    """A name for a study of this flow run: the same when the flow run is retried."""
    flow, attempt, run_name = trials.place()
    with _lock:
        _calls[attempt, objective] += 1
        call = _calls[attempt, objective]
    name = "/".join(part for part in (flow, objective, run_name) if part)
    return name if call == 1 else f"{name}-{call}"


def _default_sampler(n_jobs: int, directions: Sequence[Any] | None) -> BaseSampler | None:
    """Optuna's default, which of trials that run at once is told what is tried already."""
    if n_jobs == 1 or (directions is not None and len(directions) > 1):
        return None
    return quietly(lambda: _parallel_sampler())  # type: ignore[no-any-return]


def _parallel_sampler() -> BaseSampler:
    import warnings

    from optuna.exceptions import ExperimentalWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ExperimentalWarning)
        return TPESampler(constant_liar=True)


def _seeded(study: TunedStudy) -> SeededSampler:
    storage, study_id = study._storage, study._study_id
    seed = storage.get_study_system_attrs(study_id).get(SEED)
    if seed is None:
        seed = seed_of(study.sampler)
        storage.set_study_system_attr(study_id, SEED, seed)
    if storage.get_study_system_attrs(study_id).get(STOP):
        storage.set_study_system_attr(study_id, STOP, False)
    return SeededSampler(study.sampler, int(seed))


def _plots(study: Study) -> None:
    from bridge.tuning.plots import save_plots
    from bridge.workspace import available, guarded

    workspace = available()
    if workspace is not None:
        guarded("saving plots", lambda: save_plots(study), on_error=workspace.settings.on_error)


def _check_some_result(study: Study) -> None:
    over = [one for one in study.get_trials(deepcopy=False) if one.state.is_finished()]
    if over and all(one.state == TrialState.FAIL for one in over):
        raise NoTrialError(study.study_name, len(over), str(over[-1].system_attrs.get(ERROR, "no message")))
