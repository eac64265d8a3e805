"""`tune` and `atune`: what a user calls."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextvars import ContextVar
from typing import Any

from optuna.pruners import BasePruner
from optuna.samplers import BaseSampler
from optuna.storages import BaseStorage
from optuna.study import Study, StudyDirection
from optuna.trial import FrozenTrial

from bridge.flows import trials
from bridge.tuning.ending import Limits
from bridge.tuning.fulfilling import Wish, fulfilled
from bridge.tuning.objective import objective_of
from bridge.tuning.recording import Keep
from bridge.tuning.running import OnFailure
from bridge.tuning.spaces import Space


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
    wanted = objective_of(objective, space=space, fixed=fixed)
    wish = Wish(
        name=study_name or _own_name(wanted.name),
        limits=Limits(n_trials, timeout, patience, stopped=_asked_to_stop.get()),
        n_jobs=n_jobs,
        direction=direction,
        directions=directions,
        sampler=sampler,
        pruner=pruner,
        storage=storage,
        on_failure=on_failure,
        callbacks=tuple(callbacks),
        keep=keep,
        progress=progress,
    )
    return fulfilled(wanted, wish)


async def atune(objective: Any, **options: Any) -> Study:
    """`tune` for an async flow: the event loop goes on meanwhile. Takes and returns the same.

    When it is cancelled no more trials are begun; those that run are finished, and the study can be continued.

    >>> import inspect
    >>> inspect.iscoroutinefunction(atune)
    True
    """
    stop = threading.Event()
    token = _asked_to_stop.set(stop)
    try:
        tuning = asyncio.ensure_future(asyncio.to_thread(tune, objective, **options))
        try:
            return await asyncio.shield(tuning)
        except asyncio.CancelledError:
            stop.set()
            await asyncio.wait([tuning])
            raise
    finally:
        _asked_to_stop.reset(token)


_asked_to_stop: ContextVar[threading.Event | None] = ContextVar("bridge_asked_to_stop", default=None)
_calls: Counter[tuple[str, str]] = Counter()
_lock = threading.Lock()


def _own_name(objective: str) -> str:
    """A name for a study of this flow run: the same when the flow run is retried."""
    here = trials.place()
    with _lock:
        _calls[here.attempt, objective] += 1
        call = _calls[here.attempt, objective]
    name = "/".join(part for part in (here.flow, objective, here.run) if part)
    return name if call == 1 else f"{name}-{call}"
