"""What is done around the objective's function where a trial runs: values in, records out."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any

from optuna.exceptions import TrialPruned

from bridge.domain.measures import Measure
from bridge.flows import trials
from bridge.flows.passing import Passed, taken
from bridge.tuning.live import LiveTrial, StudyElsewhere
from bridge.tuning.objective import values_of

STEPS = "bridge:steps"
"""What a trial notes: ids of the steps within it."""

VALUE, REPORTED = "value", "intermediate_value"
"""Metrics of a trial's run; with several objectives the values are `value.0`, `value.1` …"""


@dataclass(frozen=True)
class TrialHere:
    """Stands for Optuna's trial among the parameters, until there is one where the task runs."""


@dataclass(frozen=True)
class Attempt:
    """One run of a trial's task.

    Args:
        study: How to get at the study there.
        trial_id: Optuna's.
        objective: Name of the task.
        count: Number of objectives.
        params: What was chosen for it before it runs.
    """

    study: StudyElsewhere
    trial_id: int
    objective: str
    count: int
    params: Mapping[str, Any]

    def around(self, fn: Callable[..., Any]) -> Callable[..., Any]:
        """The function with everything that is done around it."""
        signature = inspect.signature(fn)
        if inspect.iscoroutinefunction(fn):

            @wraps(fn)
            async def attempted_async(*args: Any, **kwargs: Any) -> Any:
                going = self._begun(signature.bind(*args, **kwargs))
                try:
                    return self._returned(going, await fn(*going.call.args, **going.call.kwargs))
                except TrialPruned as pruned:
                    raise trials.StoppedEarlyError(str(pruned) or "stopped early") from None
                finally:
                    self._over(going)

            return attempted_async

        @wraps(fn)
        def attempted(*args: Any, **kwargs: Any) -> Any:
            going = self._begun(signature.bind(*args, **kwargs))
            try:
                return self._returned(going, fn(*going.call.args, **going.call.kwargs))
            except TrialPruned as pruned:
                raise trials.StoppedEarlyError(str(pruned) or "stopped early") from None
            finally:
                self._over(going)

        return attempted

    def _begun(self, call: inspect.BoundArguments) -> _Going:
        going = _Going(call)
        for name, value in call.arguments.items():
            if isinstance(value, TrialHere):
                going.trial = LiveTrial(self.study.open(), self.trial_id, _report)
                call.arguments[name] = going.trial
            elif isinstance(value, Passed):
                call.arguments[name] = taken(value)
                trials.use(name, call.arguments[name], value.version)
        trials.log(params=self.params)
        return going

    def _returned(self, going: _Going, returned: Any) -> Any:
        values = values_of(returned, objective=self.objective, count=self.count)
        names = [VALUE] if self.count == 1 else [f"{VALUE}.{place}" for place in range(self.count)]
        trials.log(measures=[Measure(name, value) for name, value in zip(names, values, strict=True)])
        return returned

    def _over(self, going: _Going) -> None:
        if going.trial is not None:
            later = {name: value for name, value in going.trial.params.items() if name not in self.params}
            trials.log(params=later)
        within = trials.steps_within()
        if within:
            study = self.study.open()
            study._storage.set_trial_system_attr(self.trial_id, STEPS, within)


@dataclass
class _Going:
    """A call that goes on."""

    call: inspect.BoundArguments
    trial: LiveTrial | None = None


def _report(value: float, step: int) -> None:
    if value == value:  # a tracker keeps no NaN
        trials.log(measures=[Measure(REPORTED, value, step)])
