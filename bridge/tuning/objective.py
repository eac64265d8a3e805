"""An objective: what of its parameters is searched, what is given, and what it returns."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import partial
from numbers import Real
from typing import Any

from optuna.distributions import BaseDistribution
from optuna.trial import BaseTrial

from bridge.domain.tuning_errors import EmptySpaceError, ObjectiveError, SpaceError, TuningError
from bridge.flows.trials import as_task
from bridge.tuning.spaces import Space, space_of


@dataclass(frozen=True)
class Objective:
    """What a trial runs.

    Args:
        task: A task of bridge's.
        space: Parameters that are searched, with Optuna's distributions; asked for before the trial runs.
        trial: Parameter that takes Optuna's trial; None if none does.
        fixed: Parameters that are the same for all trials.
    """

    task: Any
    space: Mapping[str, BaseDistribution]
    trial: str | None
    fixed: Mapping[str, Any]

    @property
    def name(self) -> str:
        """The task's."""
        return str(self.task.name)

    @property
    def parameters(self) -> Collection[str]:
        """Parameters that its function takes; of those that are searched some may be for the trial only."""
        known = inspect.signature(self.task.fn).parameters
        takes_any = any(one.kind is inspect.Parameter.VAR_KEYWORD for one in known.values())
        return {*known, *self.space} if takes_any else set(known)


def objective_of(given: Any, *, space: Space | None, fixed: Mapping[str, Any]) -> Objective:
    """Make sure that an objective can be called for each trial.

    Args:
        given: A task of bridge's or Prefect's, or a function, or a partial of one.
        space: From the call.
        fixed: From the call.

    Raises:
        TuningError: If a parameter is left without a value, or there is one too much.
        SpaceError: If a range cannot be.
        EmptySpaceError: If nothing is searched.
    """
    if isinstance(given, partial):
        return objective_of(given.func, space=space, fixed=_bound(given) | dict(fixed))
    if not callable(given):
        raise TuningError("", f"objective={given!r}", "give a task, or a function")
    task = as_task(given)
    if task.isgenerator:
        raise TuningError(task.name, "an objective that yields", "let it return its value, and report on the way")
    signature = inspect.signature(task.fn)
    takes = _trial_parameter(task.fn, signature)
    searched = {
        name: one for name, one in space_of(task.fn, space).items() if name not in fixed or name in (space or {})
    }
    both = sorted({*searched, *([takes] if takes else [])} & set(fixed))
    if both:
        raise TuningError(
            task.name, f"{both[0]}={fixed[both[0]]!r}", "it is searched; take it out of the space or here"
        )
    if not searched and takes is None:
        raise EmptySpaceError(task.name, list(signature.parameters))
    _check_call(task.name, signature, searched, takes, fixed)
    return Objective(task, searched, takes, dict(fixed))


def _bound(given: Any) -> dict[str, Any]:
    """What a partial has given already, by name."""
    fn = getattr(given.func, "fn", given.func)
    return dict(inspect.signature(fn).bind_partial(*given.args, **given.keywords).arguments)


def _trial_parameter(fn: Callable[..., Any], signature: inspect.Signature) -> str | None:
    """The parameter that is annotated as Optuna's trial, or is the first one and called so."""
    try:
        hints = typing.get_type_hints(fn)
    except Exception:  # noqa: BLE001 - names that exist only for type checkers
        hints = {}
    for place, name in enumerate(signature.parameters):
        hint = hints.get(name, signature.parameters[name].annotation)
        if isinstance(hint, type) and issubclass(hint, BaseTrial):
            return name
        if isinstance(hint, str) and hint.rpartition(".")[2] in ("Trial", "BaseTrial"):
            return name
        if place == 0 and name == "trial":
            return name
    return None


def _check_call(
    task: str,
    signature: inspect.Signature,
    searched: Mapping[str, Any],
    takes: str | None,
    fixed: Mapping[str, Any],
) -> None:
    known = signature.parameters
    if any(one.kind is inspect.Parameter.VAR_KEYWORD for one in known.values()):
        return
    there = ", ".join(known) or "none"
    for name in searched:
        if name not in known and takes is None:
            raise SpaceError(name, str(searched[name]), f"the objective {task!r} has no such parameter, but: {there}")
    for name in fixed:
        if name not in known:
            raise TuningError(task, f"{name}=…", f"the objective has no such parameter, but: {there}")
    given = {*searched, *fixed, *([takes] if takes else [])}
    for name, one in known.items():
        is_open = one.default is inspect.Parameter.empty and one.kind is not inspect.Parameter.VAR_POSITIONAL
        if is_open and name not in given:
            way_out = f"give it to tune ({name}=…), search it (space=…), or give it a default"
            raise TuningError(task, f"nothing for the objective's parameter {name!r}", way_out)


def values_of(returned: Any, *, objective: str, count: int) -> list[float]:
    """The objective's values in what it returned: as many numbers as are sought, first; artifacts may follow.

    Raises:
        ObjectiveError: If it is something else.
        ValueError: If a value is not a number (NaN).

    >>> values_of((0.5, "a model"), objective="fit", count=1)
    [0.5]
    >>> values_of((0.5, 0.7), objective="fit", count=1)
    Traceback (most recent call last):
        ...
    bridge.domain.tuning_errors.ObjectiveError: The objective 'fit' returned 2 numbers: a study needs 1; for more, \
give tune directions=["minimize", "maximize"].
    """
    if type(returned).__module__ == "numpy" and getattr(returned, "ndim", 0) == 1:
        returned = returned.tolist()
    parts = list(returned) if isinstance(returned, (tuple, list)) else [returned]
    numbers: list[float] = []
    for part in parts:
        number = _number(part)
        if number is None:
            break
        numbers.append(number)
    if not numbers:
        raise ObjectiveError(objective, _shown(returned), "a number" if count == 1 else f"{count} numbers")
    if len(numbers) != count:
        more = '; for more, give tune directions=["minimize", "maximize"]' if count == 1 else ", one for each direction"
        raise ObjectiveError(objective, f"{len(numbers)} number{'s' * (len(numbers) > 1)}", f"{count}{more}")
    if any(number != number for number in numbers):
        raise ValueError(f"The objective {objective!r} returned nan, which is neither better nor worse than others")
    return numbers


def _number(value: Any) -> float | None:
    if isinstance(value, (str, bytes)) or value is None:
        return None
    if isinstance(value, Real):
        return float(value)
    if getattr(value, "shape", None) == () or getattr(value, "ndim", None) == 0:  # a number of numpy's or torch's
        try:
            return float(value)
        except (TypeError, ValueError):
            return None
    return None


def _shown(value: Any) -> str:
    if value is None:
        return "nothing"
    text = repr(value)
    return f"{text if len(text) <= 80 else f'{text[:77]}...'} ({type(value).__name__})"
