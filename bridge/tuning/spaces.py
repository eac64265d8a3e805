"""What a study searches: ranges of parameters, from a dictionary or from an objective's annotations.

| here | Optuna's distribution |
|---|---|
| `Uniform(0, 1)`, `Uniform(0, 1, step=0.1)` | `FloatDistribution(0, 1)` |
| `LogUniform(1e-5, 1e-1)` | `FloatDistribution(1e-5, 1e-1, log=True)` |
| `Int(1, 8)`, `Int(32, 256, step=32)` | `IntDistribution(1, 8)` |
| `LogInt(1, 1024)` | `IntDistribution(1, 1024, log=True)` |
| `Choice("relu", "tanh")` | `CategoricalDistribution(("relu", "tanh"))` |

Optuna's own distributions can stand wherever these do. Importing this imports no Optuna: an objective's module need
not pay for it where it only runs.
"""

from __future__ import annotations

import inspect
import math
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from bridge.domain.tuning_errors import SpaceError

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution

Space = Mapping[str, "Uniform | LogUniform | Int | LogInt | Choice | BaseDistribution"]
"""Parameters with their ranges."""


@dataclass(frozen=True)
class Uniform:
    """Real numbers from `low` to `high`, both included; with a step, only those.

    >>> Uniform(0.0, 1.0, step=0.25)
    Uniform(low=0.0, high=1.0, step=0.25)
    """

    low: float
    high: float
    step: float | None = None


@dataclass(frozen=True)
class LogUniform:
    """Real numbers from `low` to `high`, as many from 0.001 to 0.01 as from 0.01 to 0.1.

    >>> LogUniform(1e-5, 1e-1)
    LogUniform(low=1e-05, high=0.1)
    """

    low: float
    high: float


@dataclass(frozen=True)
class Int:
    """Whole numbers from `low` to `high`, both included.

    >>> Int(32, 256, step=32)
    Int(low=32, high=256, step=32)
    """

    low: int
    high: int
    step: int = 1


@dataclass(frozen=True)
class LogInt:
    """Whole numbers from `low` to `high`, as many from 1 to 10 as from 10 to 100.

    >>> LogInt(1, 1024)
    LogInt(low=1, high=1024)
    """

    low: int
    high: int


@dataclass(frozen=True, init=False)
class Choice:
    """One of some values, without an order: texts, numbers, truth values or None.

    >>> Choice("relu", "tanh")
    Choice('relu', 'tanh')
    """

    values: tuple[Any, ...]

    def __init__(self, *values: Any) -> None:
        object.__setattr__(self, "values", values)

    def __repr__(self) -> str:
        return f"Choice({', '.join(map(repr, self.values))})"


RANGES = (Uniform, LogUniform, Int, LogInt, Choice)


def space_of(fn: Callable[..., Any], given: Space | None) -> dict[str, BaseDistribution]:
    """What is searched: what is given, and what the annotations of the objective's other parameters say.

    Args:
        fn: The objective.
        given: From the call; counts more than an annotation of the same parameter.

    Raises:
        SpaceError: If a range cannot be.

    >>> def objective(lr: Annotated[float, LogUniform(1e-5, 1e-1)], depth: Annotated[int, Int(1, 8)], folds: int): ...
    >>> sorted(space_of(objective, {"depth": Int(1, 2)}))
    ['depth', 'lr']
    """
    if given is not None and not isinstance(given, Mapping):
        raise SpaceError("space", repr(given), "give a dictionary, parameter to range: {'lr': LogUniform(1e-5, 1e-1)}")
    found: dict[str, Any] = {**annotated(fn), **(given or {})}
    return {name: distribution(name, one) for name, one in found.items()}


def annotated(fn: Callable[..., Any]) -> dict[str, Any]:
    """Ranges in the annotations of a function's parameters.

    >>> def objective(lr: Annotated[float, LogUniform(1e-5, 1e-1)], folds: int = 3): ...
    >>> annotated(objective)
    {'lr': LogUniform(low=1e-05, high=0.1)}
    """
    try:
        hints = typing.get_type_hints(fn, include_extras=True)
    except Exception:  # noqa: BLE001 - names that exist only for type checkers
        hints = dict(getattr(inspect.unwrap(fn), "__annotations__", {}))
    found = {}
    for name, hint in hints.items():
        if name == "return" or typing.get_origin(hint) is not Annotated:
            continue
        one = next((extra for extra in typing.get_args(hint)[1:] if _is_range(extra)), None)
        if one is not None:
            found[name] = one
    return found


def distribution(name: str, given: Any) -> BaseDistribution:
    """Optuna's distribution for a range.

    Raises:
        SpaceError: If it is none, or one that holds nothing.

    >>> distribution("depth", Int(1, 8))
    IntDistribution(high=8, log=False, low=1, step=1)
    >>> distribution("depth", Int(8, 1))
    Traceback (most recent call last):
        ...
    bridge.domain.tuning_errors.SpaceError: The parameter 'depth' cannot be searched in Int(low=8, high=1, step=1): ...
    """
    from optuna.distributions import BaseDistribution

    if isinstance(given, BaseDistribution):
        return given
    if not isinstance(given, RANGES):
        way = "give Uniform, LogUniform, Int, LogInt or Choice of bridge.tuning, or a distribution of Optuna's"
        raise SpaceError(name, repr(given), way)
    why = _impossible(given)
    if why is not None:
        raise SpaceError(name, repr(given), why)
    try:
        return _made(given)
    except (ValueError, TypeError) as error:
        raise SpaceError(name, repr(given), str(error).rstrip(".")) from error


def _made(given: Any) -> BaseDistribution:
    from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

    if isinstance(given, Uniform):
        return FloatDistribution(given.low, given.high, step=given.step)
    if isinstance(given, LogUniform):
        return FloatDistribution(given.low, given.high, log=True)
    if isinstance(given, Int):
        return IntDistribution(given.low, given.high, step=given.step)
    if isinstance(given, LogInt):
        return IntDistribution(given.low, given.high, log=True)
    return CategoricalDistribution(given.values)


def _impossible(given: Any) -> str | None:
    """Why a range holds nothing, or is of something else than it says."""
    if isinstance(given, Choice):
        return None if given.values else "it has no values"
    numbers = [given.low, given.high]
    if not all(isinstance(one, (int, float)) and not isinstance(one, bool) for one in numbers):
        return "its ends are not numbers"
    if not all(math.isfinite(one) for one in numbers):
        return "its ends are not finite"
    if isinstance(given, (Int, LogInt)) and not all(float(one).is_integer() for one in numbers):
        return "its ends are not whole numbers"
    if given.low > given.high:
        return "its low end is above its high end"
    if isinstance(given, (LogUniform, LogInt)) and given.low <= 0:
        return "a logarithmic range begins above 0"
    step = getattr(given, "step", None)
    return "its step is not above 0" if step is not None and step <= 0 else None


def _is_range(extra: Any) -> bool:
    if isinstance(extra, RANGES):
        return True
    kind = type(extra)
    return kind.__module__ == "optuna.distributions" and kind.__name__.endswith("Distribution")
